// Random tables that hold what readers trip over: quoted line ends, all kinds of line ends, blank lines, bare quotes, and
// every kind of reject.

/// Makes inputs with the header `a,b,c`, where most values of b are numbers.
enum NastyTable {
  static let header = "a,b,c"

  /// - Parameter rejects: one record in this many is broken; nil for none.
  static func make(records: Int, rejects: Int?, using generator: inout SeededGenerator) -> [UInt8] {
    var bytes = Array((header + lineEnd(&generator)).utf8)
    for number in 0..<records {
      if generator.oneIn(12) { bytes += Array(lineEnd(&generator).utf8) }
      if let rejects, generator.oneIn(rejects) {
        bytes += Array(brokenRecord(&generator).utf8)
      } else {
        bytes += Array(record(&generator).utf8)
      }
      if number + 1 < records || Bool.random(using: &generator) { bytes += Array(lineEnd(&generator).utf8) }
    }
    return bytes
  }

  private static func lineEnd(_ generator: inout SeededGenerator) -> String {
    ["\n", "\n", "\r\n", "\r"].randomElement(using: &generator)!
  }

  private static func record(_ generator: inout SeededGenerator) -> String {
    "\(text(&generator)),\(number(&generator)),\(text(&generator))"
  }

  private static func number(_ generator: inout SeededGenerator) -> String {
    ["", "1", "2.5", "-3.25", "+7", "1e3", "0.1", "\"12\"", "007", "123456789012345678"]
      .randomElement(using: &generator)!
  }

  private static func text(_ generator: inout SeededGenerator) -> String {
    switch Int.random(in: 0..<12, using: &generator) {
    case 0: ""
    case 1: "\"\""
    case 2: "x\"y"
    case 3: "\"1,2,3\n4,5,6\r\n7,8,9\""
    case 4: "\"say \"\"hi\"\"\r\""
    case 5: "\"" + String(repeating: "p,1,q\n", count: Int.random(in: 1...30, using: &generator)) + "\""
    case 6: String(repeating: "w", count: Int.random(in: 1...60, using: &generator))
    case 7: " s "
    default: ["k", "l", "m", "10", "9"].randomElement(using: &generator)!
    }
  }

  private static func brokenRecord(_ generator: inout SeededGenerator) -> String {
    switch Int.random(in: 0..<7, using: &generator) {
    case 0: "a,1"
    case 1: "a,1,b,c"
    case 2: "a,N/A,b"
    case 3: "a,1e999,b"
    case 4: "\"a\"x,1,\"b\nc\""
    case 5: "a,\"1\n\"\"2\"z" + String(repeating: "long,", count: Int.random(in: 0...40, using: &generator))
    default: String(repeating: "z", count: 200) + ",1,2"
    }
  }
}
