// Strengths of operators, shown by writing each expression again with all its parentheses; and every error's offset.

import Testing

@testable import Query

/// An expression with all parentheses, to see how it was read.
private func spelled(_ node: SyntaxNode) -> String {
  func list(_ nodes: [SyntaxNode], _ separator: String) -> String { nodes.map(spelled).joined(separator: separator) }
  return switch node.form {
  case .null: "null"
  case .boolean(let value): "\(value)"
  case .number(let digits): digits
  case .text(let literal): "\"\(String(decoding: literal.bytes, as: UTF8.self))\""
  case .column(let name): name
  case .negative(let operand): "(-\(spelled(operand)))"
  case .not(let operand): "(!\(spelled(operand)))"
  case .arithmetic(let sign, let left, let right): "(\(spelled(left)) \(sign.rawValue) \(spelled(right)))"
  case .comparison(let sign, let left, let right): "(\(spelled(left)) \(sign.rawValue) \(spelled(right)))"
  case .all(let operands): "(\(list(operands, " && ")))"
  case .any(let operands): "(\(list(operands, " || ")))"
  case .isNull(let operand): "(\(spelled(operand)) is null)"
  case .member(let operand, let elements): "(\(spelled(operand)) in (\(list(elements, ", "))))"
  case .call(let name, let arguments): "\(name)(\(list(arguments, ", ")))"
  }
}

struct ExpressionParserTests {
  @Test(
    arguments: [
      ("a || b && c", "(a || (b && c))"),
      ("a && b || c", "((a && b) || c)"),
      ("a or b and not c", "(a || (b && (!c)))"),
      ("a OR b AND NOT c", "(a || (b && (!c)))"),
      ("a || b || c && d && e", "(a || b || (c && d && e))"),
      ("(a || b) || (c || d)", "(a || b || (c || d))"),
      ("!a == b", "(!(a == b))"),
      ("!a && b", "((!a) && b)"),
      ("!!a", "(!(!a))"),
      ("not x in (1, 2)", "(!(x in (1, 2)))"),
      ("x not in (1, 2)", "(!(x in (1, 2)))"),
      ("x in (a + 1, \"b\", null) && y", "((x in ((a + 1), \"b\", null)) && y)"),
      ("x is null || y is not null", "((x is null) || (!(y is null)))"),
      ("a + 1 is null", "((a + 1) is null)"),
      ("(a is null) == true", "((a is null) == true)"),
      ("a < b + c", "(a < (b + c))"),
      ("a + b >= c * d", "((a + b) >= (c * d))"),
      ("a != b == true && c", nil),
      ("a - b - c", "((a - b) - c)"),
      ("a / b * c", "((a / b) * c)"),
      ("a - b * c - d", "((a - (b * c)) - d)"),
      ("(a - b) * c", "((a - b) * c)"),
      ("-a * b", "((-a) * b)"),
      ("- - a", "(-(-a))"),
      ("-2 - -3", "(-2 - -3)"),
      ("+2 + +3.50", "(2 + 3.50)"),
      ("a -1", "(a - 1)"),
      ("length(lower(x)) > 3", "(length(lower(x)) > 3)"),
      ("coalesce(a, b + 1, -c)", "coalesce(a, (b + 1), (-c))"),
      ("f()", "f()"),
      ("`a b` == 'c'", "(a b == \"c\")"),
      ("`and` and true or FALSE", "((and && true) || false)"),
      ("a == !b", "(a == (!b))"),
    ] as [(String, String?)])
  func bindsByStrength(source: String, expected: String?) throws {
    guard let expected else {
      #expect(throws: QuestionError.self) { try ExpressionParser.parse(source) }
      return
    }
    #expect(spelled(try ExpressionParser.parse(source).root) == expected)
  }

  @Test(arguments: [
    ("", 0, "a value is missing at the end"),
    ("a +", 3, "a value is missing at the end"),
    ("a + * b", 4, "* stands where a value is expected"),
    ("a = b", 2, "= does not compare"),
    ("a && b = 3", 7, "= does not compare"),
    ("(a + b", 6, "an operator or ) is missing at the end"),
    ("a + b)", 5, ") without its ("),
    ("a b", 2, "b stands where an operator or the end is expected"),
    ("a \"b\"", 2, "\"b\" stands where an operator or the end is expected"),
    ("1 < x < 3", 6, "< follows a comparison, and comparisons do not chain"),
    ("a == b != c", 7, "!= follows a comparison, and comparisons do not chain"),
    ("a is null + 1", 10, "+ follows a comparison, and comparisons do not chain"),
    ("a in (1) in (2)", 9, "in follows a comparison, and comparisons do not chain"),
    ("a is 3", 5, "3 stands where null or not null is expected"),
    ("a is not 3", 9, "3 stands where null is expected"),
    ("a not b", 6, "b stands where in is expected"),
    ("a in 3", 5, "3 stands where ( and a list is expected"),
    ("a in ()", 6, ") stands where a value is expected"),
    ("a in (1, 2", 10, ", or ) is missing at the end"),
    ("a in (1 2)", 8, "2 stands where , or ) is expected"),
    ("f(a,)", 4, ") stands where a value is expected"),
    ("f(a", 3, ", or ) is missing at the end"),
    ("a + in", 4, "in stands where a value is expected"),
    ("is", 0, "is stands where a value is expected"),
    ("+a", 1, "a stands where a number is expected"),
    ("日本 == && a", 6, "&& stands where a value is expected"),
  ])
  func pointsAtMistakes(source: String, offset: Int, message: String) {
    let error = #expect(throws: QuestionError.self) { try ExpressionParser.parse(source) }
    #expect(error?.offset == offset)
    #expect(error?.message == message)
    #expect(error?.expression == source)
  }

  @Test func suggestsDoubledEquals() {
    let error = #expect(throws: QuestionError.self) { try ExpressionParser.parse("a = b") }
    #expect(error?.remedy == "use ==")
  }

  @Test func limitsDepthButNotLength() throws {
    let deep = String(repeating: "(", count: 20_000) + "a"
    #expect(throws: QuestionError.self) { try ExpressionParser.parse(deep) }
    #expect(throws: QuestionError.self) { try ExpressionParser.parse(String(repeating: "!", count: 20_000) + "a") }
    #expect(throws: QuestionError.self) { try ExpressionParser.parse(String(repeating: "a + ", count: 20_000) + "a") }
    #expect(throws: QuestionError.self) { try ExpressionParser.parse(String(repeating: "- ", count: 20_000) + "a") }
    let long = Array(repeating: "a == 1", count: 5_000).joined(separator: " || ")
    #expect(try ExpressionParser.parse(long).root.depth == 3)
  }
}
