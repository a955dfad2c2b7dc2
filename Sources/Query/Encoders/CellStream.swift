// Cells in binary form, for the formats that need all rows before the first can be written (column widths): parsers
// send them, the process that owns the output takes them apart again.

import CSV

/// Writes each cell as kind (UInt8), count (UInt32, little-endian) and bytes, with nothing between cells or rows.
package struct CellStreamEncoder: RowEncoder {
  package init() {}

  package func prologue() -> [UInt8] { [] }

  package var separator: [UInt8] { [] }

  package func beginRow(into output: inout [UInt8]) {}

  package func append(_ kind: Cell.Kind, _ bytes: Span<UInt8>, column: Int, into output: inout [UInt8]) {
    output.append(kind.rawValue)
    let count = kind == .null ? 0 : bytes.count
    for shift in [0, 8, 16, 24] { output.append(UInt8(truncatingIfNeeded: count >> shift)) }
    if count > 0 { output.append(copying: bytes) }
  }

  package func endRow(into output: inout [UInt8]) {}

  package func epilogue(isEmpty: Bool) -> [UInt8] { [] }
}

/// Takes blocks of a cell stream apart. A block holds whole rows.
package struct CellStreamDecoder: Sendable {
  private let columnCount: Int

  /// - Parameter columnCount: cells a row, at least 1.
  package init(columnCount: Int) { self.columnCount = columnCount }

  /// The rows of one block.
  package func rows(in block: [UInt8]) throws(ByteCodingError) -> [[Cell]] {
    guard columnCount > 0 else { throw ByteCodingError("a cell stream without columns") }
    var reader = ByteReader(block)
    var rows: [[Cell]] = []
    while reader.remaining > 0 {
      var row: [Cell] = []
      row.reserveCapacity(columnCount)
      for _ in 0..<columnCount {
        guard let kind = Cell.Kind(rawValue: try reader.read(UInt8.self)) else {
          throw ByteCodingError("a cell of unknown kind")
        }
        let bytes = try reader.readBytes()
        guard kind != .null || bytes.isEmpty else { throw ByteCodingError("a null cell with bytes") }
        row.append(Cell(kind: kind, bytes: bytes))
      }
      rows.append(row)
    }
    return rows
  }
}
