// Runs resolved expressions on one row. Operands run from left to right, and only as far as they decide the result: the
// same everywhere, because a number out of range in an operand that is not run rejects nothing.

/// What an expression gives for one row.
package enum Evaluation: Sendable {
  case value(Value)
  /// A number outside the doubles: the row is a reject.
  case outOfRange
}

/// SQL's three truth values, and the mishap that ends a row.
enum Truth {
  case no, yes, unknown, outOfRange

  @inline(__always)
  init(_ value: Bool) { self = value ? .yes : .no }
}

extension ResolvedExpression {
  /// Runs the expression. Texts that functions make are appended to the row's bytes.
  package func evaluate(_ row: inout RowScratch) -> Evaluation {
    switch kind {
    case .number:
      switch number(root, &row) {
      case .number(let number): .value(.number(number))
      case .null: .value(.null)
      case .outOfRange: .outOfRange
      }
    case .boolean:
      switch truth(root, &row) {
      case .yes: .value(.boolean(true))
      case .no: .value(.boolean(false))
      case .unknown: .value(.null)
      case .outOfRange: .outOfRange
      }
    case .text: .value(text(root, &row).map { .text($0) } ?? .null)
    case nil: .value(.null)
    }
  }

  // MARK: Numbers

  func number(_ index: Int, _ row: inout RowScratch) -> ArithmeticResult {
    switch nodes[index] {
    case .use(let slot):
      if case .number(let number) = row.values[slot] { return .number(number) }
      return .null
    case .number(let number): return .number(number)
    case .part(let part): return parts[part].number(&row)
    case .arithmetic(let sign, let left, let right): return arithmetic(sign, left, right, &row)
    case .negative(let operand):
      let operand = number(operand, &row)
      guard case .number(let number) = operand else { return operand }
      return Number.negate(number)
    case .absolute(let operand):
      let operand = number(operand, &row)
      guard case .number(let number) = operand else { return operand }
      return Number.absolute(number)
    case .length(let operand):
      guard let text = text(operand, &row) else { return .null }
      return .number(.decimal(Decimal(mantissa: Int128(CodePoint.count(in: row.text(text))), scale: 0)))
    case .coalesce(let range):
      for operand in range {
        let result = number(operands[operand], &row)
        if result != .null { return result }
      }
      return .null
    default: return .null
    }
  }

  private func arithmetic(
    _ sign: ArithmeticOperator, _ left: Int, _ right: Int, _ row: inout RowScratch
  ) -> ArithmeticResult {
    let left = number(left, &row)
    guard case .number(let first) = left else { return left }
    let right = number(right, &row)
    guard case .number(let second) = right else { return right }
    switch sign {
    case .add: return Number.add(first, second)
    case .subtract: return Number.subtract(first, second)
    case .multiply: return Number.multiply(first, second)
    case .divide: return Number.divide(first, second)
    }
  }

  // MARK: Texts

  func text(_ index: Int, _ row: inout RowScratch) -> TextRange? {
    switch nodes[index] {
    case .use(let slot):
      if case .text(let range) = row.values[slot] { return range }
      return nil
    case .text(let range): return row.append(literal(range))
    case .part(let part): return parts[part].text(&row)
    case .changeCase(let operand, let isUpper):
      guard let source = text(operand, &row) else { return nil }
      let start = row.bytes.count
      for index in source.start..<source.start + source.count {
        row.bytes.append(ByteText.changed(row.bytes[index], isUpper: isUpper))
      }
      return TextRange(start: start, count: source.count)
    case .coalesce(let range):
      for operand in range {
        if let result = text(operands[operand], &row) { return result }
      }
      return nil
    default: return nil
    }
  }

  // MARK: Conditions

  func truth(_ index: Int, _ row: inout RowScratch) -> Truth {
    switch nodes[index] {
    case .use(let slot):
      if case .boolean(let value) = row.values[slot] { return Truth(value) }
      return .unknown
    case .boolean(let value): return Truth(value)
    case .part(let part): return parts[part].truth(&row)
    case .not(let operand):
      switch truth(operand, &row) {
      case .yes: return .no
      case .no: return .yes
      case let other: return other
      }
    case .all(let range): return combine(range, &row, until: .no, otherwise: .yes)
    case .any(let range): return combine(range, &row, until: .yes, otherwise: .no)
    case .coalesce(let range):
      for operand in range {
        let result = truth(operands[operand], &row)
        if result != .unknown { return result }
      }
      return .unknown
    case .isNull(let operand, let kind): return isNull(operand, kind: kind, &row)
    case .compareNumbers(let comparison, let left, let right):
      return compareNumbers(comparison, left, right, &row)
    case .memberNumber(let operand, let set):
      switch number(operand, &row) {
      case .number(let number): return Truth(contains(numberMembers: set, number))
      case .null: return .unknown
      case .outOfRange: return .outOfRange
      }
    case .compareBooleans(let comparison, let left, let right):
      return compareBooleans(comparison, left, right, &row)
    default: return textCondition(nodes[index], &row)
    }
  }

  /// Runs operands until one is `decisive`; else gives unknown if one was unknown, else `otherwise`.
  private func combine(
    _ range: Range<Int>, _ row: inout RowScratch, until decisive: Truth, otherwise: Truth
  ) -> Truth {
    var result = otherwise
    for operand in range {
      let truth = truth(operands[operand], &row)
      if truth == decisive || truth == .outOfRange { return truth }
      if truth == .unknown { result = .unknown }
    }
    return result
  }

  private func isNull(_ operand: Int, kind: ValueKind, _ row: inout RowScratch) -> Truth {
    switch kind {
    case .number:
      switch number(operand, &row) {
      case .number: .no
      case .null: .yes
      case .outOfRange: .outOfRange
      }
    case .boolean:
      switch truth(operand, &row) {
      case .yes, .no: .no
      case .unknown: .yes
      case .outOfRange: .outOfRange
      }
    case .text: Truth(text(operand, &row) == nil)
    }
  }

  private func compareNumbers(
    _ comparison: ComparisonOperator, _ left: Int, _ right: Int, _ row: inout RowScratch
  ) -> Truth {
    let left = number(left, &row)
    if left == .outOfRange { return .outOfRange }
    let right = number(right, &row)
    if right == .outOfRange { return .outOfRange }
    guard case .number(let first) = left, case .number(let second) = right else { return .unknown }
    return Truth(comparison.holds(Number.compare(first, second)))
  }

  /// False comes before true.
  private func compareBooleans(
    _ comparison: ComparisonOperator, _ left: Int, _ right: Int, _ row: inout RowScratch
  ) -> Truth {
    let left = truth(left, &row)
    if left == .outOfRange { return .outOfRange }
    let right = truth(right, &row)
    if right == .outOfRange { return .outOfRange }
    if left == .unknown || right == .unknown { return .unknown }
    return Truth(comparison.holds((left == .yes ? 1 : 0) - (right == .yes ? 1 : 0)))
  }

  private func textCondition(_ node: ExpressionNode, _ row: inout RowScratch) -> Truth {
    switch node {
    case .compareLiteral(let comparison, let operand, let literal):
      guard let range = text(operand, &row) else { return .unknown }
      return Truth(ByteText.holds(comparison, row.text(range), self.literal(literal)))
    case .compareTexts(let comparison, let left, let right):
      guard let left = text(left, &row), let right = text(right, &row) else { return .unknown }
      return Truth(ByteText.holds(comparison, row.text(left), row.text(right)))
    case .testLiteral(let test, let operand, let literal):
      guard let range = text(operand, &row) else { return .unknown }
      return Truth(ByteText.holds(test, row.text(range), self.literal(literal)))
    case .testTexts(let test, let left, let right):
      guard let left = text(left, &row), let right = text(right, &row) else { return .unknown }
      return Truth(ByteText.holds(test, row.text(left), row.text(right)))
    case .memberText(let operand, let set):
      guard let range = text(operand, &row) else { return .unknown }
      return Truth(contains(textMembers: set, row.text(range)))
    case .matches(let operand, let pattern):
      guard let range = text(operand, &row) else { return .unknown }
      return Truth(patterns[pattern].occurs(in: row.text(range)))
    default: return .unknown
    }
  }

  // MARK: Sets

  private func contains(numberMembers set: Range<Int>, _ number: Number) -> Bool {
    var rest = set
    while !rest.isEmpty {
      let middle = (rest.lowerBound + rest.upperBound) / 2
      let order = Number.compare(numberMembers[middle], number)
      if order == 0 { return true }
      rest = order < 0 ? middle + 1..<rest.upperBound : rest.lowerBound..<middle
    }
    return false
  }

  func contains(textMembers set: Range<Int>, _ text: Span<UInt8>) -> Bool {
    var rest = set
    while !rest.isEmpty {
      let middle = (rest.lowerBound + rest.upperBound) / 2
      let order = ByteText.compare(literal(textMembers[middle]), text)
      if order == 0 { return true }
      rest = order < 0 ? middle + 1..<rest.upperBound : rest.lowerBound..<middle
    }
    return false
  }
}

extension DerivedPart {
  fileprivate func number(_ row: inout RowScratch) -> ArithmeticResult { expression.number(expression.root, &row) }
  fileprivate func text(_ row: inout RowScratch) -> TextRange? { expression.text(expression.root, &row) }
  fileprivate func truth(_ row: inout RowScratch) -> Truth { expression.truth(expression.root, &row) }
}
