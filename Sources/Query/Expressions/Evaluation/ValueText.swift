// How a value looks where it becomes text: a group key, a cell of a passed row.

/// Canonical texts of values.
package enum ValueText {
  /// Appends the text of a value: numbers canonically, booleans as `true` and `false`, texts as they are, null as
  /// nothing.
  package static func append(_ value: Value, in row: borrowing RowScratch, to bytes: inout [UInt8]) {
    switch value {
    case .null: break
    case .number(let number): number.append(to: &bytes)
    case .boolean(let value): bytes.append(contentsOf: value ? "true".utf8 : "false".utf8)
    case .text(let range): bytes.append(contentsOf: row.bytes[range.start..<range.start + range.count])
    }
  }
}
