// A small input for expression tests: columns with types, rows of texts, and the way from an expression to its answer.

import Testing

@testable import Query

/// Columns of a test, and what expressions give for its rows.
struct ExpressionBench {
  var scope: Scope
  var uses: [ColumnUse] = []

  init(_ columns: [(name: String, type: ColumnType)]) {
    scope = Scope(columns: columns.map { Array($0.name.utf8) }, types: columns.map(\.type))
  }

  mutating func resolve(_ source: String, as wanted: ValueKind? = nil) throws -> ResolvedExpression {
    try ResolvedExpression.resolve(try ExpressionParser.parse(source), in: scope, uses: &uses, as: wanted)
  }

  mutating func derive(_ source: String) throws {
    let (name, syntax) = try ExpressionParser.derivation(source)
    let expression = try ResolvedExpression.resolve(syntax, in: scope, uses: &uses, as: nil)
    scope.derived.append((name, expression))
  }

  /// The answer for one row as text: `null`, `out of range`, or the value's own. A nil field is null.
  mutating func answer(_ source: String, _ fields: [String?], as wanted: ValueKind? = nil) throws -> String {
    let expression = try resolve(source, as: wanted)
    return answer(expression, fields)
  }

  func answer(_ expression: ResolvedExpression, _ fields: [String?]) -> String {
    answer(expression, bytes: fields.map { $0.map { Array($0.utf8) } })
  }

  func answer(_ expression: ResolvedExpression, bytes fields: [[UInt8]?]) -> String {
    var row = RowScratch(useCount: uses.count)
    for (slot, use) in uses.enumerated() {
      guard let field = fields[use.column] else { continue }
      switch use.kind {
      case .text: row.values[slot] = .text(row.append(field.span))
      case .boolean: row.values[slot] = .boolean(field == Array("true".utf8))
      case .number:
        if case .number(let number) = NumberParser.parse(field.span) { row.values[slot] = .number(number) }
      }
    }
    switch expression.evaluate(&row) {
    case .outOfRange: return "out of range"
    case .value(.null): return "null"
    case .value(let value):
      var bytes: [UInt8] = []
      ValueText.append(value, in: row, to: &bytes)
      return String(decoding: bytes, as: UTF8.self)
    }
  }
}

/// The error that a body throws.
func questionError(_ body: () throws -> Void) -> QuestionError? {
  #expect(throws: QuestionError.self, performing: body)
}
