// What an expression works on: one value of one row. Texts are ranges of the row's scratch bytes, so that evaluating
// allocates nothing.

/// A range of `RowScratch` bytes.
package struct TextRange: Equatable, Sendable {
  package var start: Int
  package var count: Int

  package init(start: Int, count: Int) {
    self.start = start
    self.count = count
  }
}

/// One value of one row.
package enum Value: Sendable {
  case null
  case number(Number)
  case boolean(Bool)
  case text(TextRange)

  package var isNull: Bool {
    if case .null = self { return true }
    return false
  }
}

/// What an operand is read as. One column can be used as several kinds in one query.
package enum ValueKind: UInt8, Sendable {
  /// Read by the number grammar; a field that is no number is a reject.
  case number = 1
  /// The bytes as they are.
  case text = 2
  /// `true` or `false` in any case; anything else is a reject.
  case boolean = 3
}

/// A column as an operand: which column, read as what.
package struct ColumnUse: Hashable, Sendable {
  package var column: Int
  package var kind: ValueKind

  package init(column: Int, kind: ValueKind) {
    self.column = column
    self.kind = kind
  }
}

/// The values of one row while its expressions are evaluated.
package struct RowScratch: Sendable {
  /// Texts of this row: those of columns first, then those that functions made.
  package var bytes: [UInt8] = []
  /// The value of each column use of the plan, in the plan's order.
  package var values: [Value]

  package init(useCount: Int) { values = Array(repeating: .null, count: useCount) }

  /// Appends a text and gives its range.
  package mutating func append(_ text: Span<UInt8>) -> TextRange {
    let range = TextRange(start: bytes.count, count: text.count)
    bytes.append(copying: text)
    return range
  }

  /// The bytes of a text value.
  @_lifetime(borrow self)
  package func text(_ range: TextRange) -> Span<UInt8> {
    bytes.span.extracting(range.start..<range.start + range.count)
  }
}
