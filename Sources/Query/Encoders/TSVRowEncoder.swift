// Rows as tab-separated text in the convention of line-based tools: nothing is quoted, and a backslash escapes what
// would break the line.

/// Tab-separated rows: tab, line feed, carriage return and backslash are written `\t`, `\n`, `\r`, `\\`, so that a line
/// is always a row and a tab always a column. A null cell and an empty text are both empty.
package struct TSVRowEncoder: RowEncoder {
  private static let tab = UInt8(ascii: "\t")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let backslash = UInt8(ascii: "\\")

  private let columns: [ResultColumn]

  package init(columns: [ResultColumn]) { self.columns = columns }

  package func prologue() -> [UInt8] {
    var output: [UInt8] = []
    for (index, column) in columns.enumerated() {
      append(.text, column.name.span, column: index, into: &output)
    }
    output.append(Self.lineFeed)
    return output
  }

  package var separator: [UInt8] { [] }

  package func beginRow(into output: inout [UInt8]) {}

  package func append(_ kind: Cell.Kind, _ bytes: Span<UInt8>, column: Int, into output: inout [UInt8]) {
    if column > 0 { output.append(Self.tab) }
    guard kind != .null else { return }
    for index in bytes.indices {
      let byte = bytes[index]
      switch byte {
      case Self.tab: output.append(Self.backslash, UInt8(ascii: "t"))
      case Self.lineFeed: output.append(Self.backslash, UInt8(ascii: "n"))
      case UInt8(ascii: "\r"): output.append(Self.backslash, UInt8(ascii: "r"))
      case Self.backslash: output.append(Self.backslash, Self.backslash)
      default: output.append(byte)
      }
    }
  }

  package func endRow(into output: inout [UInt8]) { output.append(Self.lineFeed) }

  package func epilogue(isEmpty: Bool) -> [UInt8] { [] }
}

extension [UInt8] {
  fileprivate mutating func append(_ first: UInt8, _ second: UInt8) {
    append(first)
    append(second)
  }
}
