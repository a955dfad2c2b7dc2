// Finished cells of a block of rows, column by column: what is decided once for a column is not decided again for each
// cell, and the records of a block, which lie anywhere, are loaded together.

import CSV

/// The texts of some columns for so many rows.
struct CellBlock {
  /// Rows in a block: its records and texts stay in the cache until they are written.
  static let rows = 512

  private let count: Int
  /// The texts, column after column.
  var bytes: [UInt8] = []
  /// Where each cell ends, column after column.
  private var ends: [Int] = []
  private(set) var kinds: [Cell.Kind] = []

  init(rows: Int) { count = rows }

  /// Ends the cell whose text was appended to `bytes`.
  @inline(__always)
  mutating func close(_ kind: Cell.Kind) {
    ends.append(bytes.count)
    kinds.append(kind)
  }

  /// Appends a cell to a row: of the column that was added as number `position`, as column `column` of the result.
  @inline(__always)
  func append(
    _ row: Int, _ position: Int, at column: Int? = nil, with encoder: some RowEncoder, to output: inout [UInt8]
  ) {
    let index = position * count + row
    let start = index == 0 ? 0 : ends[index - 1]
    encoder.append(kinds[index], bytes.span.extracting(start..<ends[index]), column: column ?? position, into: &output)
  }
}
