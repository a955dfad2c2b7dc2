// The ranges of the numbers that users give, in one place, so that pipeline files and the command line refuse the same.

import Query

/// What the numbers of a run may be.
package enum OptionRange {
  /// Parsers of a run.
  package static let workers = 1...1024
  /// Messages that wait in a link.
  package static let queueDepth = 1...65_536
  /// Bytes of a chunk. Positions within a piece are 32 bits wide, and a piece holds a chunk and a record.
  package static let chunkSize = 1...(1 << 30)
  /// Bytes of a record.
  package static let maxRecord = 1...(1 << 30)
  /// Seconds without progress.
  package static let stallTimeout = 1...86_400
  /// Bytes of memory; how many are enough goes by mode and workers.
  package static let memoryLimit = 1...Int.max
  /// Pieces after which a worker is replaced.
  package static let maxChunksPerWorker = 1...Int.max
  /// Rounds of hashing for each record.
  package static let hashRounds = 1...1_000_000
  /// Rows of a result.
  package static let limit = 0...Int.max

  /// Reads a whole number (digits only) that must lie in a range.
  package static func parse(_ text: String, in range: ClosedRange<Int>) throws(QuestionError) -> Int {
    let isDigits = !text.isEmpty && text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    guard isDigits else {
      throw QuestionError("\(ShownValue.quoted(text)) is not a whole number", remedy: remedy(range))
    }
    guard let number = Int(text), range.contains(number) else {
      throw QuestionError("\(text) is out of range", remedy: remedy(range))
    }
    return number
  }

  /// What a number or size should have been.
  static func remedy(_ range: ClosedRange<Int>, unit: String = "") -> String {
    let unit = unit.isEmpty ? "" : " " + unit
    if range.upperBound == .max { return "give \(range.lowerBound)\(unit) or more" }
    return "give \(range.lowerBound) to \(range.upperBound)\(unit)"
  }
}
