// Runs an expression on whole columns: node by node with the loops of `ColumnKernels` where there is one, else row by
// row with the evaluator of the row path inside, so that the caller sees one interface.
//
// It never decides anything difficult: where a number leaves 18 digits, an operand is an exception or a result is a
// double, the row is an exception, also where the row path would not have run that operand. The row path decides then,
// so which operands are run shows nowhere.
//
// Why the pointers hold: texts are spans of what `TextColumn` shows, for the time of one test; `exceptions` is the
// caller's and has a byte for each row of the inputs.

import CSV

/// One expression over columns. Holds the memory of its intermediate results: one for each thread.
package final class ColumnEvaluator {
  let expression: ResolvedExpression
  let parts: [ColumnEvaluator]
  /// The column uses below each node.
  let slots: [[Int]]
  /// Whether a node that gives numbers runs over columns; false for the others.
  let isColumnar: [Bool]
  // Results of nodes, made when first needed.
  private var numberColumns: [NumberColumn?]
  var truthColumns: [TruthColumn?]
  let spare = TruthColumn(capacity: 0)
  private var textColumn = TextColumn()
  private var scratch: RowScratch
  var sets: [Int: [MantissaRanges]] = [:]
  var literals: [Int: LiteralText] = [:]

  /// The column uses that the expression needs.
  package let uses: Set<Int>

  package convenience init(_ expression: SharedExpression) { self.init(expression.expression) }

  init(_ expression: ResolvedExpression) {
    self.expression = expression
    parts = expression.parts.map { ColumnEvaluator($0.expression) }
    var slots: [[Int]] = []
    var isColumnar: [Bool] = []
    for node in expression.nodes {
      var below: Set<Int> = []
      for operand in expression.operands(of: node) { below.formUnion(slots[operand]) }
      if case .use(let use) = node { below.insert(use) }
      if case .part(let part) = node { below.formUnion(parts[part].uses) }
      slots.append(below.sorted())
      isColumnar.append(Self.isColumnar(node, of: expression, isColumnar, parts))
    }
    self.slots = slots
    self.isColumnar = isColumnar
    uses = expression.nodes.isEmpty ? [] : Set(slots[expression.root])
    numberColumns = Array(repeating: nil, count: expression.nodes.count)
    truthColumns = Array(repeating: nil, count: expression.nodes.count)
    scratch = RowScratch(useCount: (uses.max() ?? -1) + 1)
  }

  private static func isColumnar(
    _ node: ExpressionNode, of expression: ResolvedExpression, _ known: [Bool], _ parts: [ColumnEvaluator]
  ) -> Bool {
    switch node {
    case .use: return true
    case .number(let number): return decimal(number) != nil
    case .part(let part): return parts[part].isRootColumnar
    case .arithmetic(.divide, _, _): return false
    case .arithmetic, .negative, .absolute, .coalesce: return expression.operands(of: node).allSatisfy { known[$0] }
    default: return false
    }
  }

  private var isRootColumnar: Bool { isColumnar[expression.root] }

  /// A number that a column can hold.
  private static func decimal(_ number: Number) -> Decimal? {
    guard case .decimal(let decimal) = number, decimal.scale <= NumberColumn.maxScale,
      decimal.mantissa.magnitude < UInt128(ColumnKernels.bound)
    else { return nil }
    return decimal
  }

  /// Whether the expression is a number that may be a double, which is an exception in every row.
  package var mayGiveDoubles: Bool { expression.kind == .number && mayGiveDoubles(expression.root) }

  private func mayGiveDoubles(_ index: Int) -> Bool {
    switch expression.nodes[index] {
    case .number(let number): number.isBinary
    case .part(let part): parts[part].mayGiveDoubles
    case .arithmetic(.divide, _, _): true
    case .arithmetic, .negative, .absolute, .coalesce:
      expression.operands(of: expression.nodes[index]).contains { mayGiveDoubles($0) }
    default: false
    }
  }

  /// The column use that is all there is to a node, also behind derived columns.
  func plainUse(_ index: Int) -> Int? {
    switch expression.nodes[index] {
    case .use(let use): use
    case .part(let part): parts[part].plainUse(parts[part].expression.root)
    default: nil
    }
  }

  // MARK: Results

  /// The numbers that the expression gives; it must be one of numbers. Valid until the next call.
  func numbers(_ inputs: ColumnInputs) -> NumberColumn { numbers(expression.root, inputs) }

  /// The truth values that the expression gives; it must be a condition. Valid until the next call.
  func truths(_ inputs: ColumnInputs) -> TruthColumn { truths(expression.root, inputs) }

  /// The texts of the values of the expression, of whatever kind, as the row path writes them; 1 in `exceptions` for
  /// the rows where it must do so itself. Valid until the next call.
  func texts(_ inputs: ColumnInputs, exceptions: UnsafeMutablePointer<UInt8>) -> TextColumn {
    if expression.kind == .text, let use = plainUse(expression.root) { return inputs.texts[use] }
    textColumn.begin(count: inputs.count)
    var bytes: [UInt8] = []
    for row in 0..<inputs.count {
      guard load(row, of: expression.root, inputs), case .value(let value) = expression.evaluate(&scratch) else {
        exceptions[row] = 1
        textColumn.setNull(row)
        continue
      }
      if value.isNull {
        textColumn.setNull(row)
      } else {
        bytes.removeAll(keepingCapacity: true)
        ValueText.append(value, in: scratch, to: &bytes)
        textColumn.set(row, bytes.span)
      }
    }
    textColumn.finish()
    return textColumn
  }

  // MARK: Rows

  /// Puts the operands of a node into the scratch; false where one is an exception.
  private func load(_ row: Int, of node: Int, _ inputs: ColumnInputs) -> Bool {
    scratch.bytes.removeAll(keepingCapacity: true)
    for use in slots[node] where !inputs.copy(use: use, row: row, to: &scratch) { return false }
    return true
  }

  private func numbersByRow(_ index: Int, _ inputs: ColumnInputs, into target: NumberColumn) {
    target.reserve(inputs.count)
    for row in 0..<inputs.count {
      var (value, mark): (Int64, UInt8) = (0, NumberColumn.exception)
      if load(row, of: index, inputs) {
        switch expression.number(index, &scratch) {
        case .null: mark = NumberColumn.null
        case .outOfRange: break
        case .number(let number):
          if let decimal = Self.decimal(number) { (value, mark) = (Int64(decimal.mantissa), UInt8(decimal.scale)) }
        }
      }
      target.mantissas[row] = value
      target.marks[row] = mark
    }
    target.seal()
  }

  func truthsByRow(_ index: Int, _ inputs: ColumnInputs, into target: TruthColumn) {
    target.reserve(inputs.count)
    for row in 0..<inputs.count {
      var value = TruthColumn.exception
      if load(row, of: index, inputs) {
        switch expression.truth(index, &scratch) {
        case .no: value = TruthColumn.no
        case .yes: value = TruthColumn.yes
        case .unknown: value = TruthColumn.unknown
        case .outOfRange: break
        }
      }
      target.values[row] = value
    }
  }

  // MARK: Numbers

  private func numberColumn(_ index: Int) -> NumberColumn {
    if let column = numberColumns[index] { return column }
    let column = NumberColumn()
    numberColumns[index] = column
    return column
  }

  func numbers(_ index: Int, _ inputs: ColumnInputs) -> NumberColumn {
    let node = expression.nodes[index]
    switch node {
    case .use(let use) where inputs.uses[use].kind == .number: return inputs.numbers[use]
    case .part(let part) where isColumnar[index]: return parts[part].numbers(inputs)
    default: break
    }
    let target = numberColumn(index)
    guard isColumnar[index] else {
      if case .length(let operand) = node, let use = plainUse(operand) {
        lengths(inputs.texts[use], into: target)
      } else {
        numbersByRow(index, inputs, into: target)
      }
      return target
    }
    switch node {
    case .arithmetic(let sign, let left, let right):
      ColumnKernels.arithmetic(sign, numbers(left, inputs), numbers(right, inputs), into: target)
    case .negative(let operand):
      ColumnKernels.changeSign(numbers(operand, inputs), isAbsolute: false, into: target)
    case .absolute(let operand): ColumnKernels.changeSign(numbers(operand, inputs), isAbsolute: true, into: target)
    case .coalesce(let range):
      ColumnKernels.copy(numbers(expression.operands[range.lowerBound], inputs), into: target)
      for operand in range.dropFirst() where target.hasNulls {
        ColumnKernels.coalesce(target, with: numbers(expression.operands[operand], inputs))
      }
    case .number(let number): fill(target, number, inputs.count)
    default: numbersByRow(index, inputs, into: target)
    }
    return target
  }

  private func fill(_ target: NumberColumn, _ number: Number, _ count: Int) {
    guard let decimal = Self.decimal(number) else { return }
    target.reserve(count)
    target.mantissas.update(repeating: Int64(decimal.mantissa), count: count)
    target.marks.update(repeating: UInt8(decimal.scale), count: count)
    target.seal(marksSeen: count == 0 ? 0 : 1 << UInt64(decimal.scale))
  }

  private func lengths(_ column: TextColumn, into target: NumberColumn) {
    target.reserve(column.count)
    for row in 0..<column.count {
      let isNull = column.nulls[row] != 0
      target.mantissas[row] = isNull ? 0 : Int64(CodePoint.count(in: column.text(row)))
      target.marks[row] = isNull ? NumberColumn.null : 0
    }
    target.seal()
  }
}

extension ResolvedExpression {
  /// The nodes that a node runs itself.
  fileprivate func operands(of node: ExpressionNode) -> [Int] {
    switch node {
    case .null, .use, .number, .boolean, .text, .part: []
    case .arithmetic(_, let left, let right), .compareNumbers(_, let left, let right),
      .compareBooleans(_, let left, let right), .compareTexts(_, let left, let right),
      .testTexts(_, let left, let right):
      [left, right]
    case .negative(let operand), .absolute(let operand), .length(let operand), .changeCase(let operand, _),
      .compareLiteral(_, let operand, _), .testLiteral(_, let operand, _), .matches(let operand, _),
      .memberNumber(let operand, _), .memberText(let operand, _), .isNull(let operand, _), .not(let operand):
      [operand]
    case .all(let range), .any(let range), .coalesce(let range): Array(operands[range])
    }
  }
}
