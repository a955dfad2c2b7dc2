// An expression as the row loops use it: behind one reference, so that handing it around costs one count and not one for
// each of its tables; and with a short way for the plain column, which most arguments are.

/// A resolved expression that is shared instead of copied.
package final class SharedExpression: Sendable {
  let expression: ResolvedExpression
  /// The place of the value where the expression is nothing but a column.
  let use: Int?

  package init(_ expression: ResolvedExpression) {
    self.expression = expression
    use = expression.plainUse
  }

  /// Whether it gives null whatever the row holds.
  package var isAlwaysNull: Bool { expression.kind == nil }

  /// Runs the expression on a row.
  package func evaluate(_ row: inout RowScratch) -> Evaluation {
    if let use { return .value(row.values[use]) }
    return expression.evaluate(&row)
  }
}
