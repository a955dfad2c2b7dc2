// What the aggregator knows when it has finished: one half of the books.

import CSV

/// The outcome of the aggregation.
package struct AggregatorFindings: Equatable, Sendable {
  /// Bytes committed of each input.
  package var committed: [Int]
  package var tally: Tally
  /// Rows of the result, header not counted.
  package var rows = 0
  /// Whether every input was read to its end.
  package var isComplete = false
  /// Pieces that were read again from a true record start, and results that were of no use.
  package var redonePieces = 0
  package var droppedResults = 0
  /// Bytes written to each output.
  package var written = OutputCounts()
  /// Why there is no result although all stages worked: rejects, or a result that cannot be given.
  package var failure: RunFailure?

  package init(committed: [Int], tally: Tally) {
    self.committed = committed
    self.tally = tally
  }

  package func encode(into writer: inout ByteWriter) {
    writer.write(committed) { $0.write($1) }
    tally.encode(into: &writer)
    writer.write(rows)
    writer.write(isComplete)
    writer.write(redonePieces)
    writer.write(droppedResults)
    writer.write(failure) { $1.encode(into: &$0) }
    written.encode(into: &writer)
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    committed = try reader.readArray { (reader) throws(ByteCodingError) in try reader.readInt() }
    tally = try Tally(from: &reader)
    rows = try reader.readInt()
    isComplete = try reader.readBool()
    redonePieces = try reader.readInt()
    droppedResults = try reader.readInt()
    failure = try reader.readOptional { (reader) throws(ByteCodingError) in try RunFailure(from: &reader) }
    written = try OutputCounts(from: &reader)
  }
}
