// The counts that the books are kept in. They add up over pieces.

import CSV

/// Counts of what was read.
package struct Tally: Equatable, Sendable {
  /// Records read: used + filtered + rejected.
  package var records = 0
  package var used = 0
  package var filtered = 0
  package var rejected = 0
  package var blankLines = 0
  /// Line ends passed.
  package var lines = 0
  /// Records that the scalar scanner read again for another parser.
  package var reread = 0
  /// What `RecordHash` found; 0 where it was not asked for.
  package var hash: UInt64 = 0

  package init() {}

  package static func += (left: inout Tally, right: Tally) {
    left.records += right.records
    left.used += right.used
    left.filtered += right.filtered
    left.rejected += right.rejected
    left.blankLines += right.blankLines
    left.lines += right.lines
    left.reread += right.reread
    left.hash &+= right.hash
  }

  package var balances: Bool { records == used + filtered + rejected }

  /// More than any input can hold: sums of counts below this cannot overflow.
  private static let most = 1 << 56

  package func encode(into writer: inout ByteWriter) {
    for count in [records, used, filtered, rejected, blankLines, lines, reread] { writer.write(count) }
    writer.write(hash)
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    records = try reader.readInt()
    used = try reader.readInt()
    filtered = try reader.readInt()
    rejected = try reader.readInt()
    blankLines = try reader.readInt()
    lines = try reader.readInt()
    reread = try reader.readInt()
    hash = try reader.read()
    let counts = [records, used, filtered, rejected, blankLines, lines, reread]
    guard counts.allSatisfy({ (0..<Self.most).contains($0) }) else { throw ByteCodingError("a count out of range") }
  }
}
