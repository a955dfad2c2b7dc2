// How finished rows become the bytes of a result. Encoders hold no state between rows, so that parsers encode blocks of
// rows side by side and the blocks are strung together afterwards.

/// Writes rows in one output format.
///
/// A result is the prologue, then the rows with `separator` between any two of them (also where two blocks meet), then
/// the epilogue. A row is `beginRow`, one `append` for each column in order, `endRow`.
package protocol RowEncoder: Sendable {
  /// The bytes before the first row.
  func prologue() -> [UInt8]
  /// The bytes between two rows, and between two blocks of rows.
  var separator: [UInt8] { get }
  func beginRow(into output: inout [UInt8])
  /// Appends one cell. `bytes` are as `Cell.bytes` would be, and are ignored for null.
  func append(_ kind: Cell.Kind, _ bytes: Span<UInt8>, column: Int, into output: inout [UInt8])
  func endRow(into output: inout [UInt8])
  /// The bytes behind the last row; `isEmpty` says that there was no row.
  func epilogue(isEmpty: Bool) -> [UInt8]
}

extension RowEncoder {
  /// Appends a whole row of finished cells, without separator.
  package func append(row: [Cell], into output: inout [UInt8]) {
    beginRow(into: &output)
    for (column, cell) in row.enumerated() {
      append(cell.kind, cell.bytes.span, column: column, into: &output)
    }
    endRow(into: &output)
  }

  /// A block of rows, with separators between them and none around them.
  package func encode(rows: [[Cell]]) -> [UInt8] {
    var output: [UInt8] = []
    for (index, row) in rows.enumerated() {
      if index > 0 { output.append(contentsOf: separator) }
      append(row: row, into: &output)
    }
    return output
  }
}

extension OutputFormat {
  /// The encoder that writes rows in this format; for formats that are laid out as a whole, cells for the process that
  /// does it.
  package func makeEncoder(columns: [ResultColumn]) -> any RowEncoder {
    switch self {
    case .csv: CSVRowEncoder(columns: columns)
    case .tsv: TSVRowEncoder(columns: columns)
    case .json: JSONRowEncoder(columns: columns, layout: .array)
    case .ndjson: JSONRowEncoder(columns: columns, layout: .lines)
    case .table, .markdown: CellStreamEncoder()
    }
  }
}
