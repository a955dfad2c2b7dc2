// Reads one expression by operator strength (a Pratt parser): https://tdop.github.io. Lists of expressions and names are
// in ExpressionLists.swift.

/// Reads expressions, and the lists of names and calls that options take.
package struct ExpressionParser {
  let source: String
  private let tokens: [Token]
  private var index = 0
  private var nesting = 0

  /// The deepest nesting of an expression. Nothing that people write comes near; it keeps recursion within small stacks.
  static let maxDepth = 200

  /// How strongly an operator holds its operands; a stronger one binds first.
  private enum Strength {
    static let any = 1
    static let all = 2
    static let comparison = 4
    static let sum = 5
    static let product = 6
    static let negative = 7
  }

  /// Reads a whole text as one expression.
  package static func parse(_ text: String) throws(QuestionError) -> Syntax {
    var parser = try ExpressionParser(text)
    let root = try parser.expression()
    try parser.expectEnd()
    return Syntax(source: text, root: root)
  }

  init(_ source: String) throws(QuestionError) {
    self.source = source
    tokens = try Lexer.tokens(of: source)
  }

  // MARK: Tokens

  var current: Token { tokens[index] }
  private var following: Token { tokens[min(index + 1, tokens.count - 1)] }

  /// Passes the current token and gives it. The end is never passed.
  @discardableResult
  mutating func advance() -> Token {
    let token = tokens[index]
    if token.kind != .end { index += 1 }
    return token
  }

  mutating func skip(symbol: String) -> Bool {
    guard current.isSymbol(symbol) else { return false }
    advance()
    return true
  }

  mutating func skip(word: String) -> Bool {
    guard current.isWord(word) else { return false }
    advance()
    return true
  }

  /// The tokens from one offset to the current token, which is not included.
  func tokens(from offset: Int) -> [Token] { tokens[..<index].filter { $0.offset >= offset } }

  func error(_ message: String, remedy: String? = nil, at offset: Int) -> QuestionError {
    QuestionError(message, remedy: remedy, expression: source, offset: offset)
  }

  /// The error that something else was expected at the current token.
  func unexpected(_ wanted: String) -> QuestionError {
    guard current.kind != .end else { return error("\(wanted) is missing at the end", at: current.offset) }
    let found = String(Array(source)[current.range])
    if found == "=" { return error("= does not compare", remedy: "use ==", at: current.offset) }
    return error("\(found) stands where \(wanted) is expected", at: current.offset)
  }

  func expectEnd() throws(QuestionError) {
    guard current.kind != .end else { return }
    if current.isSymbol(")") { throw error(") without its (", at: current.offset) }
    throw unexpected("an operator or the end")
  }

  private func checked(_ node: SyntaxNode) throws(QuestionError) -> SyntaxNode {
    guard node.depth <= Self.maxDepth else { throw tooDeep(at: node.offset) }
    return node
  }

  private func tooDeep(at offset: Int) -> QuestionError {
    error("the expression is nested more than \(Self.maxDepth) deep", remedy: "split it with --derive", at: offset)
  }

  // MARK: Operators

  /// Reads an expression whose operators are at least so strong.
  mutating func expression(minimum: Int = 0) throws(QuestionError) -> SyntaxNode {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.maxDepth else { throw tooDeep(at: current.offset) }
    var left = try prefix()
    var isComparison = false
    while let strength = try infixStrength(), strength >= minimum {
      if isComparison, strength >= Strength.comparison {
        throw error(
          "\(current.text) follows a comparison, and comparisons do not chain",
          remedy: "join two with &&, or use parentheses", at: current.offset)
      }
      isComparison = strength == Strength.comparison
      left = try checked(infix(left, strength: strength))
    }
    return left
  }

  /// The strength of the operator at the current token; nil where none stands.
  private func infixStrength() throws(QuestionError) -> Int? {
    switch current.kind {
    case .symbol:
      switch current.text {
      case "||": return Strength.any
      case "&&": return Strength.all
      case "==", "!=", "<", "<=", ">", ">=": return Strength.comparison
      case "+", "-": return Strength.sum
      case "*", "/": return Strength.product
      case "=": throw error("= does not compare", remedy: "use ==", at: current.offset)
      default: return nil
      }
    case .word:
      switch current.text.lowercased() {
      case "or": return Strength.any
      case "and": return Strength.all
      case "in", "not", "is": return Strength.comparison
      default: return nil
      }
    default: return nil
    }
  }

  private mutating func infix(_ left: SyntaxNode, strength: Int) throws(QuestionError) -> SyntaxNode {
    let sign = advance()
    if sign.kind == .word, strength == Strength.comparison { return try wordComparison(left, word: sign) }
    if strength == Strength.any || strength == Strength.all { return try chain(left, strength: strength) }
    let right = try expression(minimum: strength + 1)
    if let comparison = ComparisonOperator(rawValue: sign.text) {
      return SyntaxNode(.comparison(comparison, left, right), at: left.offset)
    }
    guard let arithmetic = ArithmeticOperator(rawValue: sign.text) else { throw unexpected("an operator") }
    return SyntaxNode(.arithmetic(arithmetic, left, right), at: left.offset)
  }

  /// A chain of `&&` or of `||`, behind its first operator. One node however long, so that chains which programs
  /// write are not deep.
  private mutating func chain(_ first: SyntaxNode, strength: Int) throws(QuestionError) -> SyntaxNode {
    let isAny = strength == Strength.any
    var operands = [first]
    switch first.form {
    case .any(let earlier) where isAny: operands = earlier
    case .all(let earlier) where !isAny: operands = earlier
    default: break
    }
    repeat {
      operands.append(try expression(minimum: strength + 1))
      guard try infixStrength() == strength else { break }
      advance()
    } while true
    return SyntaxNode(isAny ? .any(operands) : .all(operands), at: first.offset)
  }

  /// `in (...)`, `not in (...)`, `is null`, `is not null`, behind their first word.
  private mutating func wordComparison(_ left: SyntaxNode, word: Token) throws(QuestionError) -> SyntaxNode {
    if word.isWord("is") {
      let isNegated = skip(word: "not")
      guard skip(word: "null") else { throw unexpected(isNegated ? "null" : "null or not null") }
      let test = SyntaxNode(.isNull(left), at: left.offset)
      return isNegated ? SyntaxNode(.not(test), at: left.offset) : test
    }
    let isNegated = word.isWord("not")
    if isNegated, !skip(word: "in") { throw unexpected("in") }
    guard skip(symbol: "(") else { throw unexpected("( and a list") }
    let member = SyntaxNode(.member(left, of: try list("a value")), at: left.offset)
    return isNegated ? SyntaxNode(.not(member), at: left.offset) : member
  }

  /// Expressions with commas between them, at least one, up to and including the closing parenthesis.
  private mutating func list(_ wanted: String) throws(QuestionError) -> [SyntaxNode] {
    if current.isSymbol(")") { throw unexpected(wanted) }
    var elements: [SyntaxNode] = []
    repeat { elements.append(try expression()) } while skip(symbol: ",")
    guard skip(symbol: ")") else { throw unexpected(", or )") }
    return elements
  }

  // MARK: Operands

  private mutating func prefix() throws(QuestionError) -> SyntaxNode {
    let token = current
    switch token.kind {
    case .number:
      advance()
      return SyntaxNode(.number(token.text), at: token.offset)
    case .text:
      advance()
      return SyntaxNode(.text(token.literal), at: token.offset)
    case .quotedName:
      advance()
      return SyntaxNode(.column(token.text), at: token.offset)
    case .word: return try word()
    case .symbol: return try prefixSymbol()
    case .end: throw unexpected("a value")
    }
  }

  private mutating func prefixSymbol() throws(QuestionError) -> SyntaxNode {
    let token = current
    switch token.text {
    case "(":
      advance()
      let inner = try expression()
      guard skip(symbol: ")") else { throw unexpected("an operator or )") }
      return inner
    case "!":
      advance()
      return try checked(SyntaxNode(.not(try expression(minimum: Strength.comparison)), at: token.offset))
    case "-", "+":
      advance()
      if current.kind == .number {
        let digits = advance().text
        return SyntaxNode(.number(token.text == "-" ? "-" + digits : digits), at: token.offset)
      }
      guard token.text == "-" else { throw unexpected("a number") }
      return try checked(SyntaxNode(.negative(try expression(minimum: Strength.negative)), at: token.offset))
    default: throw unexpected("a value")
    }
  }

  private mutating func word() throws(QuestionError) -> SyntaxNode {
    let token = current
    switch token.text.lowercased() {
    case "null":
      advance()
      return SyntaxNode(.null, at: token.offset)
    case "true", "false":
      advance()
      return SyntaxNode(.boolean(token.isWord("true")), at: token.offset)
    case "not":
      advance()
      return try checked(SyntaxNode(.not(try expression(minimum: Strength.comparison)), at: token.offset))
    case "and", "or", "in", "is":
      throw error(
        "\(token.text) stands where a value is expected", remedy: "write a column of that name in backticks",
        at: token.offset)
    default: break
    }
    advance()
    guard skip(symbol: "(") else { return SyntaxNode(.column(token.text), at: token.offset) }
    let arguments = skip(symbol: ")") ? [] : try list("an argument or )")
    return try checked(SyntaxNode(.call(token.text, arguments), at: token.offset))
  }
}
