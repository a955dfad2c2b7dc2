// Random inputs that are the same on every machine, so that a failure can be met again by its seed.

/// SplitMix64 (Steele, Lea, Flood 2014).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Inputs made of the bytes that scanners trip over.
enum NastyInput {
  static let alphabet: [UInt8] = Array("\"\"\"\",,,\r\n\n\r\nab' ;".utf8) + [0x00, 0xFF, 0xC3]

  static func make(length: Int, using generator: inout SeededGenerator) -> [UInt8] {
    // Half of them lean to proper records, so that long runs without a defect occur too.
    if Bool.random(using: &generator) { return proper(length: length, using: &generator) }
    return (0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] }
  }

  private static func proper(length: Int, using generator: inout SeededGenerator) -> [UInt8] {
    let fields = ["", "a", "ab", "\"\"", "\"a\"", "\"a,\n\"", "\"\r\n\"", "\"\"\"\"", "\"a\"\"b\"", "a\"b", " ", "\0"]
    let ends = ["\n", "\r\n", "\r", "\n\n", ",", ",", ",", ","]
    var bytes: [UInt8] = []
    while bytes.count < length {
      bytes += fields.randomElement(using: &generator)!.utf8
      bytes += ends.randomElement(using: &generator)!.utf8
    }
    return Array(bytes.prefix(length))
  }
}
