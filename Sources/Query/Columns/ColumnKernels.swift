// The loops of expressions over columns: comparisons, logic, arithmetic. Each works on whole columns of one length and has
// a short form for the usual case, which the compiler turns into vector instructions.
//
// Why the pointers hold: columns own blocks of their count, and every loop runs to the count that all its columns have;
// the target is never one of the operands, except where a comment says so.

/// Loops over columns.
enum ColumnKernels {
  private static let no = TruthColumn.no
  private static let unknown = TruthColumn.unknown
  private static let exception = TruthColumn.exception
  /// The least magnitude that has more digits than a mantissa of a column may have.
  static let bound: Int64 = 1_000_000_000_000_000_000
  static let powers: [Int64] = (0...18).map { exponent in (0..<exponent).reduce(1) { power, _ in power * 10 } }

  // MARK: Comparisons of numbers

  /// Compares a column with the constant that the ranges were made of.
  static func compare(_ column: NumberColumn, _ ranges: borrowing MantissaRanges, into target: TruthColumn) {
    let count = column.count
    target.reserve(count)
    let (mantissas, marks, truths) = (column.mantissas, column.marks, target.values)
    let inverted: UInt8 = ranges.isInverted ? 1 : 0
    if let scale = column.uniformScale {
      let low = ranges.low[Int(scale)]
      let high = ranges.high[Int(scale)]
      for row in 0..<count {
        let value = mantissas[row]
        truths[row] = (value >= low ? 1 : 0) & (value <= high ? 1 : 0) ^ inverted
      }
      return
    }
    let (low, high) = (ranges.low.span, ranges.high.span)
    for row in 0..<count {
      let mark = marks[row]
      let place = Int(mark & 31)
      let truth = (mantissas[row] >= low[place] ? 1 : 0) & (mantissas[row] <= high[place] ? 1 : 0) ^ inverted
      truths[row] = mark < NumberColumn.exception ? truth : truthOfMark(mark)
    }
  }

  @inline(__always)
  private static func truthOfMark(_ mark: UInt8) -> UInt8 { mark == NumberColumn.null ? unknown : exception }

  /// Compares two columns row by row.
  static func compare(
    _ comparison: ComparisonOperator, _ left: NumberColumn, _ right: NumberColumn, into target: TruthColumn
  ) {
    switch comparison {
    case .equal: compare(left, right, target, { $0 == $1 }, { $0 == $1 })
    case .notEqual: compare(left, right, target, { $0 != $1 }, { $0 != $1 })
    case .less: compare(left, right, target, { $0 < $1 }, { $0 < $1 })
    case .lessOrEqual: compare(left, right, target, { $0 <= $1 }, { $0 <= $1 })
    case .greater: compare(left, right, target, { $0 > $1 }, { $0 > $1 })
    case .greaterOrEqual: compare(left, right, target, { $0 >= $1 }, { $0 >= $1 })
    }
  }

  @inline(__always)
  private static func compare(
    _ left: NumberColumn, _ right: NumberColumn, _ target: TruthColumn, _ holds: (Int64, Int64) -> Bool,
    _ wideHolds: (Int128, Int128) -> Bool
  ) {
    let count = left.count
    target.reserve(count)
    let (first, second, truths) = (left.mantissas, right.mantissas, target.values)
    if let scale = left.uniformScale, scale == right.uniformScale {
      for row in 0..<count { truths[row] = holds(first[row], second[row]) ? 1 : 0 }
      return
    }
    let (firstMarks, secondMarks) = (left.marks, right.marks)
    powers.withUnsafeBufferPointer { powers in
      for row in 0..<count {
        let (mark, other) = (firstMarks[row], secondMarks[row])
        if max(mark, other) >= NumberColumn.exception {
          truths[row] = truthOfMarks(mark, other)
          continue
        }
        // Both at the greater scale: 18 digits and 18 more fit into 128 bits.
        let scale = max(mark, other)
        let value = Int128(first[row]) &* Int128(powers[Int(scale &- mark)])
        let operand = Int128(second[row]) &* Int128(powers[Int(scale &- other)])
        truths[row] = wideHolds(value, operand) ? 1 : 0
      }
    }
  }

  /// What a comparison gives where one of the marks is that of a null or an exception.
  @inline(__always)
  private static func truthOfMarks(_ mark: UInt8, _ other: UInt8) -> UInt8 {
    mark == NumberColumn.exception || other == NumberColumn.exception ? exception : unknown
  }

  /// Sets `target` where one of several tests for being equal holds; `test` is the memory for one.
  static func member(
    _ column: NumberColumn, of sets: [MantissaRanges], into target: TruthColumn, test: TruthColumn
  ) {
    compare(column, sets[0], into: target)
    for set in sets.dropFirst() {
      compare(column, set, into: test)
      // Nulls and exceptions are the same in all of them.
      for row in 0..<column.count { target.values[row] |= test.values[row] }
    }
  }

  // MARK: Logic

  /// Turns yes and no round. `target` may be the operand.
  static func invert(_ operand: TruthColumn, into target: TruthColumn) {
    target.reserve(operand.count)
    for row in 0..<operand.count {
      let value = operand.values[row]
      target.values[row] = value ^ (value < unknown ? 1 : 0)
    }
  }

  /// Combines by and (`decisive` is no) or by or (`decisive` is yes): `target` is the first operand and gets the result.
  static func combine(_ target: TruthColumn, with operand: TruthColumn, decisive: UInt8) {
    for row in 0..<target.count {
      let (first, second) = (target.values[row], operand.values[row])
      let isDecided = first == decisive || second == decisive
      // Of the rest, unknown is greater than yes and no, and an exception than all.
      let greater = max(first, second)
      target.values[row] = isDecided && greater != exception ? decisive : greater
    }
  }

  /// Fills unknowns in `target` from another column.
  static func coalesce(_ target: TruthColumn, with operand: TruthColumn) {
    for row in 0..<target.count where target.values[row] == unknown { target.values[row] = operand.values[row] }
  }

  static func compareBooleans(
    _ comparison: ComparisonOperator, _ left: TruthColumn, _ right: TruthColumn, into target: TruthColumn
  ) {
    target.reserve(left.count)
    for row in 0..<left.count {
      let (first, second) = (left.values[row], right.values[row])
      let greater = max(first, second)
      target.values[row] =
        greater >= unknown ? greater : comparison.holds(Int(first) - Int(second)) ? TruthColumn.yes : no
    }
  }

  /// Whether numbers are null.
  static func isNull(_ column: NumberColumn, into target: TruthColumn) {
    target.reserve(column.count)
    for row in 0..<column.count {
      let mark = column.marks[row]
      target.values[row] = mark == NumberColumn.exception ? exception : mark == NumberColumn.null ? 1 : 0
    }
  }

  /// Whether truth values are unknown.
  static func isNull(_ column: TruthColumn, into target: TruthColumn) {
    target.reserve(column.count)
    for row in 0..<column.count {
      let value = column.values[row]
      target.values[row] = value == exception ? exception : value == unknown ? 1 : 0
    }
  }

  // MARK: Texts

  /// Asks every text that is not null.
  @inline(__always)
  static func test(
    _ column: TextColumn, into target: TruthColumn, _ holds: (UnsafePointer<UInt8>, Int) -> Bool
  ) {
    target.reserve(column.count)
    let (slices, base, nulls, truths) = (column.slices, column.base, column.nulls, target.values)
    for row in 0..<column.count {
      let truth: UInt8 = holds(base + Int(slices[row].start), Int(slices[row].count)) ? 1 : 0
      truths[row] = nulls[row] == 0 ? truth : unknown
    }
  }

  /// Compares two columns of texts row by row, bytewise.
  static func compare(
    _ comparison: ComparisonOperator, _ left: TextColumn, _ right: TextColumn, into target: TruthColumn
  ) {
    target.reserve(left.count)
    for row in 0..<left.count {
      let (first, second) = (left.slices[row], right.slices[row])
      let (text, other) = (left.base + Int(first.start), right.base + Int(second.start))
      let (rank, otherRank) = (
        LiteralText.rank(text, count: Int(first.count)), LiteralText.rank(other, count: Int(second.count))
      )
      var order = rank < otherRank ? -1 : 1
      if rank == otherRank {
        order = ByteText.compare(
          Span(_unsafeStart: text, count: Int(first.count)), Span(_unsafeStart: other, count: Int(second.count)))
      }
      let truth: UInt8 = comparison.holds(order) ? 1 : 0
      target.values[row] = left.nulls[row] | right.nulls[row] == 0 ? truth : unknown
    }
  }

  // MARK: Arithmetic

  /// Adds, subtracts or multiplies row by row; what has more than 18 digits or fraction digits is an exception.
  static func arithmetic(
    _ sign: ArithmeticOperator, _ left: NumberColumn, _ right: NumberColumn, into target: NumberColumn
  ) {
    switch sign {
    case .add: aligned(left, right, target) { $0 &+ $1 }
    case .subtract: aligned(left, right, target) { $0 &- $1 }
    case .multiply: multiply(left, right, target)
    case .divide: preconditionFailure("a quotient of columns")
    }
  }

  /// Applies an operation to values at a common scale, both within 18 digits.
  @inline(__always)
  private static func aligned(
    _ left: NumberColumn, _ right: NumberColumn, _ target: NumberColumn, _ apply: (Int64, Int64) -> Int64
  ) {
    let count = left.count
    target.reserve(count)
    let (first, second, values) = (left.mantissas, right.mantissas, target.mantissas)
    let (firstMarks, secondMarks, marks) = (left.marks, right.marks, target.marks)
    if let scale = left.uniformScale, let other = right.uniformScale,
      addUniform(left, scale, right, other, target, apply)
    {
      return
    }
    powers.withUnsafeBufferPointer { powers in
      for row in 0..<count {
        let (mark, other) = (firstMarks[row], secondMarks[row])
        var (value, result): (Int64, UInt8) = (0, NumberColumn.exception)
        if max(mark, other) >= NumberColumn.exception {
          result = markOfMarks(mark, other)
        } else {
          let scale = max(mark, other)
          let (operand, overflow) = first[row].multipliedReportingOverflow(by: powers[Int(scale &- mark)])
          let (partner, overflows) = second[row].multipliedReportingOverflow(by: powers[Int(scale &- other)])
          if !overflow, !overflows, isWithin(operand), isWithin(partner) {
            let sum = apply(operand, partner)
            if isWithin(sum) { (value, result) = (sum, scale) }
          }
        }
        values[row] = value
        marks[row] = result
      }
    }
    target.seal()
  }

  /// Applies an operation to columns of one scale each; false, with nothing of use in `target`, where a value is too wide.
  @inline(__always)
  private static func addUniform(
    _ left: NumberColumn, _ scale: UInt8, _ right: NumberColumn, _ other: UInt8, _ target: NumberColumn,
    _ apply: (Int64, Int64) -> Int64
  ) -> Bool {
    let (first, second, values) = (left.mantissas, right.mantissas, target.mantissas)
    let common = max(scale, other)
    let (factor, partner) = (powers[Int(common &- scale)], powers[Int(common &- other)])
    // Operands below these bounds stay within 18 digits when they are scaled, and their sum within 64 bits.
    let (limit, otherLimit) = (bound / factor, bound / partner)
    var fits = true
    for row in 0..<left.count {
      let (operand, addend) = (first[row], second[row])
      let sum = apply(operand &* factor, addend &* partner)
      values[row] = sum
      let isSmall = operand < limit && operand > -limit && addend < otherLimit && addend > -otherLimit
      fits = fits && isSmall && isWithin(sum)
    }
    guard fits else { return false }
    target.marks.update(repeating: common, count: left.count)
    target.seal(marksSeen: 1 << UInt64(common))
    return true
  }

  @inline(__always)
  private static func isWithin(_ value: Int64) -> Bool { value < bound && value > -bound }

  @inline(__always)
  private static func markOfMarks(_ mark: UInt8, _ other: UInt8) -> UInt8 {
    mark == NumberColumn.exception || other == NumberColumn.exception ? NumberColumn.exception : NumberColumn.null
  }

  private static func multiply(_ left: NumberColumn, _ right: NumberColumn, _ target: NumberColumn) {
    let count = left.count
    target.reserve(count)
    let (first, second, values) = (left.mantissas, right.mantissas, target.mantissas)
    let (firstMarks, secondMarks, marks) = (left.marks, right.marks, target.marks)
    if let scale = left.uniformScale, let other = right.uniformScale, scale &+ other <= NumberColumn.maxScale {
      var fits = true
      for row in 0..<count {
        let (product, overflow) = first[row].multipliedReportingOverflow(by: second[row])
        values[row] = product
        fits = fits && !overflow && isWithin(product)
      }
      if fits {
        marks.update(repeating: scale &+ other, count: count)
        target.seal(marksSeen: 1 << UInt64(scale &+ other))
        return
      }
    }
    for row in 0..<count {
      let (mark, other) = (firstMarks[row], secondMarks[row])
      var (value, result): (Int64, UInt8) = (0, NumberColumn.exception)
      if max(mark, other) >= NumberColumn.exception {
        result = markOfMarks(mark, other)
      } else if mark &+ other <= NumberColumn.maxScale {
        let (product, overflow) = first[row].multipliedReportingOverflow(by: second[row])
        if !overflow, isWithin(product) { (value, result) = (product, mark &+ other) }
      }
      values[row] = value
      marks[row] = result
    }
    target.seal()
  }

  /// Takes the sign away, or turns it round.
  static func changeSign(_ operand: NumberColumn, isAbsolute: Bool, into target: NumberColumn) {
    target.reserve(operand.count)
    for row in 0..<operand.count {
      let value = operand.mantissas[row]
      target.mantissas[row] = isAbsolute && value >= 0 ? value : 0 &- value
      target.marks[row] = operand.marks[row]
    }
    target.seal(marksSeen: operand.marksSeen)
  }

  /// Fills nulls in `target` from another column.
  static func coalesce(_ target: NumberColumn, with operand: NumberColumn) {
    for row in 0..<target.count where target.marks[row] == NumberColumn.null {
      target.mantissas[row] = operand.mantissas[row]
      target.marks[row] = operand.marks[row]
    }
    target.seal()
  }

  static func copy(_ column: NumberColumn, into target: NumberColumn) {
    target.reserve(column.count)
    target.mantissas.update(from: column.mantissas, count: column.count)
    target.marks.update(from: column.marks, count: column.count)
    target.seal(marksSeen: column.marksSeen)
  }

  static func copy(_ column: TruthColumn, into target: TruthColumn) {
    target.reserve(column.count)
    target.values.update(from: column.values, count: column.count)
  }
}
