// Numbers and columns made to break arithmetic: what cancels, overflows, underflows, ties, or mixes scales. Seeded, so that
// a failure can be repeated.

import Query

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
struct NumberCaseGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// `count` random digits, the first of them not 0.
  mutating func digits(_ count: Int) -> String {
    var text = String(Int.random(in: 1...9, using: &self))
    for _ in 1..<max(1, count) { text += String(Int.random(in: 0...9, using: &self)) }
    return text
  }

  mutating func sign() -> String { Bool.random(using: &self) ? "-" : "" }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &self)]
  }
}

/// Words that both sides read: number texts, `MANTISSA@SCALE` for decimals that no text gives, `bits:HEX` for doubles.
enum HostileNumbers {
  /// The number that a word stands for; nil where it is none.
  static func number(_ word: String) -> Number? {
    if let at = word.firstIndex(of: "@") {
      guard let mantissa = Int128(word[..<at]), let scale = Int(word[word.index(after: at)...]) else { return nil }
      return .decimal(Decimal(mantissa: mantissa, scale: scale))
    }
    if word.hasPrefix("bits:") {
      return UInt64(word.dropFirst(5), radix: 16).map { .binary(Double(bitPattern: $0)) }
    }
    if case .number(let number) = parse(word) { return number }
    return nil
  }

  static func parse(_ text: String) -> ParsedNumber {
    let bytes = Array(text.utf8)
    return NumberParser.parse(bytes.span)
  }

  static func isNumber(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return NumberParser.isNumber(bytes.span)
  }

  /// A decimal text of `digits` digits, `scale` of them behind the point.
  static func decimal(digits: Int, scale: Int, using random: inout NumberCaseGenerator) -> String {
    var text = random.digits(digits)
    if text.count <= scale { text = String(repeating: "0", count: scale - text.count + 1) + text }
    if scale > 0 { text.insert(".", at: text.index(text.endIndex, offsetBy: -scale)) }
    return random.sign() + text
  }

  /// Any finite double, every exponent as likely as any other.
  static func anyDouble(using random: inout NumberCaseGenerator) -> String {
    while true {
      let double = Double(bitPattern: random.next())
      if double.isFinite, double != 0 { return "bits:" + NumberReferee.word(double) }
    }
  }

  /// One number of any kind.
  static func any(using random: inout NumberCaseGenerator) -> String {
    switch Int.random(in: 0..<9, using: &random) {
    case 0: return decimal(digits: 18, scale: Int.random(in: 0...18, using: &random), using: &random)
    case 1: return decimal(digits: 3, scale: Int.random(in: 0...3, using: &random), using: &random)
    case 2: return decimal(digits: 5, scale: random.pick([37, 38, 39, 500, 999, 1000]), using: &random)
    case 3:
      let mantissa = Int128(truncatingIfNeeded: random.next()) << 64 | Int128(random.next())
      return "\(mantissa >> Int128.random(in: 0...126, using: &random))@\(random.pick([0, 0, 1, 18, 22, 23, 38, 1000]))"
    case 4: return anyDouble(using: &random)
    case 5:
      return random.pick([
        "0", "0.0", "1", "-1", "9007199254740993", "-9007199254740993", "9007199254740992", "4503599627370497.5",
        "0.000000000000000001", "999999999999999999", "-999999999999999999", "9007199254740992e0", "1e0", "0.1e0",
        "0.1",
        "170141183460469231731687303715884105727@0", "-170141183460469231731687303715884105728@0",
        "170141183460469231731687303715884105727@1000", "1e308", "-1e308", "1.7976931348623157e308", "5e-324",
        "-5e-324", "2.2250738585072014e-308", "1e22", "1e23", "100000000000000000000000",
      ])
    case 6: return "\(random.sign())\(random.digits(2))e\(Int.random(in: -30...30, using: &random))"
    case 7: return String(Int.random(in: -1000...1000, using: &random))
    default: return decimal(digits: 16, scale: random.pick([0, 2, 15]), using: &random)
    }
  }

  /// One column, of a kind drawn at random.
  static func column(using random: inout NumberCaseGenerator) -> [String] {
    let count = random.pick([1, 2, 3, 10, 30, 150])
    switch Int.random(in: 0..<12, using: &random) {
    case 0: return (0..<count).map { _ in decimal(digits: 6, scale: 2, using: &random) }
    case 1:
      return (0..<count).map { _ in decimal(digits: 18, scale: Int.random(in: 0...18, using: &random), using: &random) }
    case 2:
      // All of one sign and as large as they get, scales far apart: 128 bits overflow.
      return (0..<count).map { _ in random.digits(18) } + [decimal(digits: 18, scale: 18, using: &random)]
    case 3: return cancelling((0..<count).map { _ in any(using: &random) }, using: &random)
    case 4:
      return (0..<count).map { _ in "bits:" + NumberReferee.word(Double(bitPattern: random.next() & 0xf_ffff_ffff_ffff))
      }
    case 5:
      return cancelling(
        (0..<count).map { _ in "\(random.sign())\(random.digits(1)).\(random.digits(9))e307" }, using: &random)
    case 6: return (0..<count).map { _ in "\(random.sign())1.\(Int.random(in: 100...699, using: &random))e308" }
    case 7: return (0..<count).map { _ in anyDouble(using: &random) }
    case 8:
      return (0..<count).map { _ in
        "\(Int128(truncatingIfNeeded: random.next()) << 63 | Int128(random.next() >> 1))@\(random.pick([0, 1, 700, 1000]))"
      }
    case 9:
      // An exact tie between two doubles, sometimes with a grain that breaks it.
      let grain = random.pick(["0", "1e-300", "-1e-300", "0.000000000000000001", "-5e-324"])
      return [random.pick(["9007199254740993", "-9007199254740993", "9007199254740995"]), grain]
    case 10:
      // Large and nearly constant: variances that floating point loses altogether.
      let base = random.digits(15)
      return (0..<count).map { _ in "\(base).\(random.digits(3))" }
    default: return (0..<count).map { _ in any(using: &random) }
    }
  }

  /// The words and their negatives, shuffled, and one small number that must survive.
  private static func cancelling(_ words: [String], using random: inout NumberCaseGenerator) -> [String] {
    let negatives = words.compactMap { word -> String? in
      guard let number = number(word), case .number(let negated) = Number.negate(number) else { return nil }
      switch negated {
      case .decimal(let decimal): return "\(decimal.mantissa)@\(decimal.scale)"
      case .binary(let double): return "bits:" + NumberReferee.word(double)
      }
    }
    return (words + negatives + [random.pick(["0.1", "5e-324", "1", "0.000000000000000001"])]).shuffled(using: &random)
  }
}
