// Conditions over columns: the half of `ColumnEvaluator` that gives truth values. What no loop over columns can tell is run
// row by row.
//
// Why the pointers hold: texts are pointers into what `TextColumn` shows, for the time of one test.

import CSV

extension ColumnEvaluator {
  private func truthColumn(_ index: Int) -> TruthColumn {
    if let column = truthColumns[index] { return column }
    let column = TruthColumn()
    truthColumns[index] = column
    return column
  }

  func truths(_ index: Int, _ inputs: ColumnInputs) -> TruthColumn {
    let node = expression.nodes[index]
    switch node {
    case .use(let use) where inputs.uses[use].kind == .boolean: return inputs.truths[use]
    case .part(let part): return parts[part].truths(inputs)
    default: break
    }
    let target = truthColumn(index)
    switch node {
    case .not(let operand): ColumnKernels.invert(truths(operand, inputs), into: target)
    case .all(let range): combine(range, inputs, TruthColumn.no, into: target)
    case .any(let range): combine(range, inputs, TruthColumn.yes, into: target)
    case .coalesce(let range):
      ColumnKernels.copy(truths(expression.operands[range.lowerBound], inputs), into: target)
      for operand in range.dropFirst() {
        ColumnKernels.coalesce(target, with: truths(expression.operands[operand], inputs))
      }
    case .compareBooleans(let comparison, let left, let right):
      ColumnKernels.compareBooleans(comparison, truths(left, inputs), truths(right, inputs), into: target)
    case .compareNumbers(let comparison, let left, let right):
      if !compareNumbers(comparison, left, right, index, inputs, target) { truthsByRow(index, inputs, into: target) }
    case .memberNumber(let operand, let set):
      if isColumnar[operand], let ranges = ranges(of: set, index) {
        ColumnKernels.member(numbers(operand, inputs), of: ranges, into: target, test: spare)
      } else {
        truthsByRow(index, inputs, into: target)
      }
    case .isNull(let operand, let kind):
      if !isNull(operand, kind, inputs, target) { truthsByRow(index, inputs, into: target) }
    default:
      if !testTexts(node, index, inputs, target) { truthsByRow(index, inputs, into: target) }
    }
    return target
  }

  private func combine(_ range: Range<Int>, _ inputs: ColumnInputs, _ decisive: UInt8, into target: TruthColumn) {
    ColumnKernels.copy(truths(expression.operands[range.lowerBound], inputs), into: target)
    for operand in range.dropFirst() {
      ColumnKernels.combine(target, with: truths(expression.operands[operand], inputs), decisive: decisive)
    }
  }

  /// The value of a node below which no column is used.
  private func constant(_ index: Int) -> Decimal? {
    guard slots[index].isEmpty else { return nil }
    var empty = RowScratch(useCount: 0)
    guard case .number(.decimal(let decimal)) = expression.number(index, &empty) else { return nil }
    return decimal
  }

  private func compareNumbers(
    _ comparison: ComparisonOperator, _ left: Int, _ right: Int, _ index: Int, _ inputs: ColumnInputs,
    _ target: TruthColumn
  ) -> Bool {
    if isColumnar[left] || isLength(left), let constant = constant(right) {
      ColumnKernels.compare(
        numbers(left, inputs), ranges(index) { MantissaRanges(comparison, constant) }, into: target)
    } else if isColumnar[right] || isLength(right), let constant = constant(left) {
      ColumnKernels.compare(
        numbers(right, inputs), ranges(index) { MantissaRanges(comparison.mirrored, constant) }, into: target)
    } else if isColumnar[left], isColumnar[right] {
      ColumnKernels.compare(comparison, numbers(left, inputs), numbers(right, inputs), into: target)
    } else {
      return false
    }
    return true
  }

  private func isLength(_ index: Int) -> Bool {
    if case .length(let operand) = expression.nodes[index] { return plainUse(operand) != nil }
    return false
  }

  private func ranges(_ index: Int, _ make: () -> MantissaRanges) -> MantissaRanges {
    if let known = sets[index] { return known[0] }
    let made = make()
    sets[index] = [made]
    return made
  }

  /// The members of a set as tests for being equal; nil where they are many or one is a double.
  private func ranges(of set: Range<Int>, _ index: Int) -> [MantissaRanges]? {
    if let known = sets[index] { return known }
    guard set.count <= 16 else { return nil }
    var ranges: [MantissaRanges] = []
    for member in expression.numberMembers[set] {
      guard case .decimal(let decimal) = member else { return nil }
      ranges.append(MantissaRanges(.equal, decimal))
    }
    sets[index] = ranges
    return ranges
  }

  private func isNull(_ operand: Int, _ kind: ValueKind, _ inputs: ColumnInputs, _ target: TruthColumn) -> Bool {
    switch kind {
    case .number:
      guard isColumnar[operand] else { return false }
      ColumnKernels.isNull(numbers(operand, inputs), into: target)
    case .boolean: ColumnKernels.isNull(truths(operand, inputs), into: target)
    case .text:
      guard let use = plainUse(operand) else { return false }
      target.reserve(inputs.count)
      target.values.update(from: inputs.texts[use].nulls, count: inputs.count)
    }
    return true
  }

  /// Runs tests of a text column; false where the text is more than a column.
  private func testTexts(
    _ node: ExpressionNode, _ index: Int, _ inputs: ColumnInputs, _ target: TruthColumn
  ) -> Bool {
    switch node {
    case .compareLiteral(let comparison, let operand, let range):
      guard let use = plainUse(operand) else { return false }
      let literal = literal(range, index)
      switch comparison {
      case .equal: ColumnKernels.test(inputs.texts[use], into: target) { literal.isEqual($0, count: $1) }
      case .notEqual: ColumnKernels.test(inputs.texts[use], into: target) { !literal.isEqual($0, count: $1) }
      default:
        ColumnKernels.test(inputs.texts[use], into: target) {
          comparison.holds(literal.order(of: $0, count: $1))
        }
      }
    case .compareTexts(let comparison, let left, let right):
      guard let left = plainUse(left), let right = plainUse(right) else { return false }
      ColumnKernels.compare(comparison, inputs.texts[left], inputs.texts[right], into: target)
    case .testLiteral(let test, let operand, let range):
      guard let use = plainUse(operand) else { return false }
      let literal = literal(range, index)
      if test == .isPrefix {
        ColumnKernels.test(inputs.texts[use], into: target) { literal.isPrefix(of: $0, count: $1) }
      } else {
        ColumnKernels.test(inputs.texts[use], into: target) {
          ByteText.holds(test, Span(_unsafeStart: $0, count: $1), literal.bytes.span)
        }
      }
    case .memberText(let operand, let set):
      guard let use = plainUse(operand) else { return false }
      ColumnKernels.test(inputs.texts[use], into: target) {
        expression.contains(textMembers: set, Span(_unsafeStart: $0, count: $1))
      }
    case .matches(let operand, let pattern):
      guard let use = plainUse(operand) else { return false }
      ColumnKernels.test(inputs.texts[use], into: target) {
        expression.patterns[pattern].occurs(in: Span(_unsafeStart: $0, count: $1))
      }
    default: return false
    }
    return true
  }

  private func literal(_ range: TextRange, _ index: Int) -> LiteralText {
    if let known = literals[index] { return known }
    let made = LiteralText(Array(expression.literals[range.start..<range.start + range.count]))
    literals[index] = made
    return made
  }
}
