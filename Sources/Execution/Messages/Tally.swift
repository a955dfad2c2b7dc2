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

  package init() {}

  package static func += (left: inout Tally, right: Tally) {
    left.records += right.records
    left.used += right.used
    left.filtered += right.filtered
    left.rejected += right.rejected
    left.blankLines += right.blankLines
    left.lines += right.lines
    left.reread += right.reread
  }

  package var balances: Bool { records == used + filtered + rejected }

  package func encode(into writer: inout ByteWriter) {
    for count in [records, used, filtered, rejected, blankLines, lines, reread] { writer.write(count) }
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    records = try reader.readInt()
    used = try reader.readInt()
    filtered = try reader.readInt()
    rejected = try reader.readInt()
    blankLines = try reader.readInt()
    lines = try reader.readInt()
    reread = try reader.readInt()
  }
}
