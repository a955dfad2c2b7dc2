// Looks names up, decides kinds, and builds the nodes of one expression. Kinds come from the top (what is wanted) and
// from the leaves (what operands lean to); where the two disagree the error points at the operand.

/// Builds one resolved expression.
struct ExpressionResolver {
  let scope: Scope
  let source: String
  private(set) var uses: [ColumnUse]
  var built = ResolvedExpression()
  /// Depth and cost of each node of `built`.
  private var depths: [Int] = []
  private var costs: [Int] = []

  /// The most nodes that one row may run. Only derived columns that use each other many times over come near.
  static let maxCost = 1_000_000

  init(scope: Scope, source: String, uses: [ColumnUse]) {
    self.scope = scope
    self.source = source
    self.uses = uses
  }

  mutating func resolve(_ node: SyntaxNode, as wanted: ValueKind?) throws(QuestionError) -> ResolvedExpression {
    let kind = wanted ?? leaning(of: node).kind
    if kind == .boolean, case .column(let name) = node.form { try checkCondition(name, at: node.offset) }
    built.root = try build(node, as: kind)
    built.kind = kind
    built.depth = depths[built.root]
    built.cost = costs[built.root]
    return built
  }

  // MARK: Errors

  func error(_ message: String, remedy: String? = nil, at offset: Int) -> QuestionError {
    QuestionError(message, remedy: remedy, expression: source, offset: offset)
  }

  static func phrase(_ kind: ValueKind) -> String {
    switch kind {
    case .number: "a number"
    case .text: "a text"
    case .boolean: "a condition"
    }
  }

  /// Refuses a node that is firmly of another kind than wanted.
  private func require(_ kind: ValueKind, _ node: SyntaxNode, as wanted: ValueKind?) throws(QuestionError) {
    guard let wanted, wanted != kind else { return }
    throw error("this is \(Self.phrase(kind)), where \(Self.phrase(wanted)) is needed", at: node.offset)
  }

  /// A column that stands alone as a condition must be a boolean: anything else would reject every row.
  private func checkCondition(_ name: String, at offset: Int) throws(QuestionError) {
    guard case .input(let column) = try scope.column(named: name, in: source, at: offset) else { return }
    let type = scope.types[column]
    guard type != .boolean, type != .null else { return }
    throw error(
      "column \"\(name)\" is of type \(type.rawValue), where a condition is needed",
      remedy: "compare it with something, or use --types '\(name)=boolean'", at: offset)
  }

  // MARK: Nodes

  /// Adds a node whose operands are the nodes given.
  mutating func append(_ node: ExpressionNode, over operands: [Int] = [], at offset: Int) throws(QuestionError) -> Int {
    var depth = 1
    var cost = 1
    for operand in operands {
      depth = max(depth, depths[operand] + 1)
      cost += costs[operand]
    }
    return try append(node, depth: depth, cost: cost, at: offset)
  }

  private mutating func append(
    _ node: ExpressionNode, depth: Int, cost: Int, at offset: Int
  ) throws(QuestionError) -> Int {
    // Twice what the parser allows: derived columns stand within each other here.
    guard depth <= 2 * ExpressionParser.maxDepth, cost <= Self.maxCost else {
      throw error("the expression is too large together with the derived columns that it uses", at: offset)
    }
    built.nodes.append(node)
    depths.append(depth)
    costs.append(cost)
    return built.nodes.count - 1
  }

  mutating func addOperands(_ indices: [Int]) -> Range<Int> {
    let start = built.operands.count
    built.operands += indices
    return start..<built.operands.count
  }

  mutating func addText(_ bytes: [UInt8]) -> TextRange {
    let start = built.literals.count
    built.literals += bytes
    return TextRange(start: start, count: bytes.count)
  }

  private mutating func slot(of column: Int, as kind: ValueKind) -> Int {
    let use = ColumnUse(column: column, kind: kind)
    if let slot = uses.firstIndex(of: use) { return slot }
    uses.append(use)
    return uses.count - 1
  }

  /// Builds a node and everything below it; nil as kind is for what is always null.
  mutating func build(_ node: SyntaxNode, as wanted: ValueKind?) throws(QuestionError) -> Int {
    let offset = node.offset
    switch node.form {
    case .null: return try append(.null, at: offset)
    case .boolean(let value):
      try require(.boolean, node, as: wanted)
      return try append(.boolean(value), at: offset)
    case .number(let digits):
      try require(.number, node, as: wanted)
      return try append(.number(try number(digits, at: offset)), at: offset)
    case .text(let literal):
      try require(.text, node, as: wanted)
      return try append(.text(addText(literal.bytes)), at: offset)
    case .column(let name): return try column(name, node, as: wanted)
    case .negative(let operand):
      try require(.number, node, as: wanted)
      let index = try build(operand, as: .number)
      return try append(.negative(index), over: [index], at: offset)
    case .arithmetic(let sign, let left, let right):
      try require(.number, node, as: wanted)
      let indices = [try build(left, as: .number), try build(right, as: .number)]
      return try append(.arithmetic(sign, indices[0], indices[1]), over: indices, at: offset)
    case .call(let name, let arguments): return try call(name, arguments, node, as: wanted)
    case .not, .all, .any, .comparison, .isNull, .member:
      try require(.boolean, node, as: wanted)
      return try condition(node)
    }
  }

  func number(_ digits: String, at offset: Int) throws(QuestionError) -> Number {
    switch NumberParser.parse(Array(digits.utf8).span) {
    case .number(let number): return number
    case .outOfRange: throw error("the number \(digits) is outside the range of doubles", at: offset)
    case .notANumber: throw error("\(digits) is not a number", at: offset)
    }
  }

  private mutating func column(_ name: String, _ node: SyntaxNode, as wanted: ValueKind?) throws(QuestionError) -> Int {
    switch try scope.column(named: name, in: source, at: node.offset) {
    case .input(let column):
      let kind = wanted ?? Leaning.flexible(scope.types[column]).kind ?? .text
      return try append(.use(slot(of: column, as: kind)), at: node.offset)
    case .derived(let index):
      let expression = scope.derived[index].expression
      if let kind = expression.kind, let wanted, kind != wanted {
        throw error(
          "the derived column \"\(name)\" is \(Self.phrase(kind)), where \(Self.phrase(wanted)) is needed",
          at: node.offset)
      }
      built.parts.append(DerivedPart(expression))
      return try append(
        .part(built.parts.count - 1), depth: expression.depth + 1, cost: expression.cost + 1, at: node.offset)
    }
  }

  // MARK: Conditions

  private mutating func condition(_ node: SyntaxNode) throws(QuestionError) -> Int {
    switch node.form {
    case .not(let operand):
      let index = try conditionOperand(operand)
      return try append(.not(index), over: [index], at: node.offset)
    case .all(let operands):
      let indices = try conditionOperands(operands)
      return try append(.all(addOperands(indices)), over: indices, at: node.offset)
    case .any(let operands):
      let indices = try conditionOperands(operands)
      return try append(.any(addOperands(indices)), over: indices, at: node.offset)
    case .comparison(let comparison, let left, let right): return try compare(comparison, left, right, at: node.offset)
    case .isNull(let operand):
      // A plain column is read as text here, so that no value of it can be a reject.
      let kind: ValueKind
      switch leaning(of: operand) {
      case .firm(let firm): kind = firm
      case .flexible, .null: kind = .text
      }
      let index = try build(operand, as: kind)
      return try append(.isNull(index, kind: kind), over: [index], at: node.offset)
    case .member(let operand, let list): return try member(operand, of: list, at: node.offset)
    default: throw error("this is not a condition", at: node.offset)
    }
  }

  private mutating func conditionOperand(_ operand: SyntaxNode) throws(QuestionError) -> Int {
    if case .column(let name) = operand.form { try checkCondition(name, at: operand.offset) }
    return try build(operand, as: .boolean)
  }

  private mutating func conditionOperands(_ operands: [SyntaxNode]) throws(QuestionError) -> [Int] {
    var indices: [Int] = []
    for operand in operands { indices.append(try conditionOperand(operand)) }
    return indices
  }

  private mutating func compare(
    _ comparison: ComparisonOperator, _ left: SyntaxNode, _ right: SyntaxNode, at offset: Int
  ) throws(QuestionError) -> Int {
    for side in [left, right] where side.form == .null {
      throw error("a comparison with null is never true", remedy: "use is null or is not null", at: side.offset)
    }
    let kind = try commonKind(left, right)
    if kind == .text {
      if case .text(let literal) = right.form {
        let index = try build(left, as: .text)
        return try append(
          .compareLiteral(comparison, index, literal: addText(literal.bytes)), over: [index], at: offset)
      }
      if case .text(let literal) = left.form {
        let index = try build(right, as: .text)
        return try append(
          .compareLiteral(comparison.mirrored, index, literal: addText(literal.bytes)), over: [index], at: offset)
      }
    }
    let indices = [try build(left, as: kind), try build(right, as: kind)]
    return try equalKinds(comparison, indices[0], indices[1], kind: kind, at: offset)
  }

  /// Adds the comparison of two nodes that were both built as `kind`.
  mutating func equalKinds(
    _ comparison: ComparisonOperator, _ left: Int, _ right: Int, kind: ValueKind, at offset: Int
  ) throws(QuestionError) -> Int {
    switch kind {
    case .number: try append(.compareNumbers(comparison, left, right), over: [left, right], at: offset)
    case .boolean: try append(.compareBooleans(comparison, left, right), over: [left, right], at: offset)
    case .text: try append(.compareTexts(comparison, left, right), over: [left, right], at: offset)
    }
  }

  /// What two sides of a comparison are compared as.
  private func commonKind(_ left: SyntaxNode, _ right: SyntaxNode) throws(QuestionError) -> ValueKind {
    let leanings = (leaning(of: left), leaning(of: right))
    if case .firm(let first) = leanings.0, case .firm(let second) = leanings.1, first != second {
      throw error(
        "\(Self.phrase(first)) cannot be compared with \(Self.phrase(second))",
        remedy: first == .boolean || second == .boolean ? nil : "write numbers without quotes, and texts in quotes",
        at: right.offset)
    }
    return Leaning.joined([leanings.0, leanings.1]).kind ?? .text
  }
}
