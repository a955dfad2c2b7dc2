// Rows as RFC 4180 text with LF line ends, quoted only where reading it back would otherwise give something else.

/// Comma-separated rows. A null cell is empty, an empty text is `""`.
package struct CSVRowEncoder: RowEncoder {
  private static let comma = UInt8(ascii: ",")
  private static let quote = UInt8(ascii: "\"")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  private let columns: [ResultColumn]

  package init(columns: [ResultColumn]) { self.columns = columns }

  package func prologue() -> [UInt8] {
    var output: [UInt8] = []
    for (index, column) in columns.enumerated() {
      if index > 0 { output.append(Self.comma) }
      let name = column.name.span
      // A name that begins like a byte order mark would lose it when it stands first in the file.
      let looksLikeMark = index == 0 && column.name.starts(with: [0xEF, 0xBB, 0xBF])
      if looksLikeMark || Self.needsQuotes(name) || (name.isEmpty && columns.count == 1) {
        Self.appendQuoted(name, into: &output)
      } else {
        output.append(copying: name)
      }
    }
    output.append(Self.lineFeed)
    return output
  }

  package var separator: [UInt8] { [] }

  package func beginRow(into output: inout [UInt8]) {}

  package func append(_ kind: Cell.Kind, _ bytes: Span<UInt8>, column: Int, into output: inout [UInt8]) {
    if column > 0 { output.append(Self.comma) }
    switch kind {
    case .null:
      // A row of one empty cell would read back as a blank line, which is no row.
      if columns.count == 1 { output.append(contentsOf: "\"\"".utf8) }
    case .number, .boolean:
      output.append(copying: bytes)
    case .text:
      if bytes.isEmpty || Self.needsQuotes(bytes) {
        Self.appendQuoted(bytes, into: &output)
      } else {
        output.append(copying: bytes)
      }
    }
  }

  package func endRow(into output: inout [UInt8]) { output.append(Self.lineFeed) }

  package func epilogue(isEmpty: Bool) -> [UInt8] { [] }

  private static func needsQuotes(_ bytes: Span<UInt8>) -> Bool {
    for index in bytes.indices {
      let byte = bytes[index]
      if byte == comma || byte == quote || byte == lineFeed || byte == carriageReturn { return true }
    }
    return false
  }

  private static func appendQuoted(_ bytes: Span<UInt8>, into output: inout [UInt8]) {
    output.append(quote)
    for index in bytes.indices {
      let byte = bytes[index]
      if byte == quote { output.append(quote) }
      output.append(byte)
    }
    output.append(quote)
  }
}
