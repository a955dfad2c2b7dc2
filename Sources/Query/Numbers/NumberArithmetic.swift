// The operators of expressions on numbers. Decimals stay exact as long as an `Int128` and 1000 fraction digits hold the
// result; then the exact result is rounded to a double, once.

/// What an operator gives.
package enum ArithmeticResult: Equatable, Sendable {
  case number(Number)
  /// A division by zero.
  case null
  /// A result outside the doubles.
  case outOfRange

  /// A double as a result: minus zero becomes zero, an infinity is out of range.
  init(_ double: Double) {
    self = double.isFinite ? .number(.binary(double == 0 ? 0 : double)) : .outOfRange
  }

  /// The decimal `integer` / 10^`scale` where there is one, else its nearest double.
  fileprivate init(_ integer: BigInteger, scale: Int) {
    if scale <= Decimal.maxScale, let mantissa = integer.small {
      self = .number(.decimal(Decimal(mantissa: mantissa, scale: scale)))
    } else {
      self.init(nearest: ExactRatio(integer, over: .powerOfTen(scale)))
    }
  }

  /// The nearest double of an exact result.
  fileprivate init(nearest ratio: ExactRatio) {
    if let double = ratio.nearestDouble { self.init(double) } else { self = .outOfRange }
  }
}

extension Number {
  /// `left` + `right`: exact for decimals; with a double operand as IEEE 754 adds the nearest doubles.
  package static func add(_ left: Number, _ right: Number) -> ArithmeticResult {
    guard case .decimal(let left) = left, case .decimal(let right) = right else {
      return ArithmeticResult(left.nearestDouble + right.nearestDouble)
    }
    let scale = max(left.scale, right.scale)
    if let first = PowerOfTen.scale(left.mantissa, by: scale - left.scale),
      let second = PowerOfTen.scale(right.mantissa, by: scale - right.scale)
    {
      let (sum, overflow) = first.addingReportingOverflow(second)
      if !overflow { return .number(.decimal(Decimal(mantissa: sum, scale: scale))) }
    }
    return ArithmeticResult(left.integer(atScale: scale) + right.integer(atScale: scale), scale: scale)
  }

  /// `left` - `right`, as `add`.
  package static func subtract(_ left: Number, _ right: Number) -> ArithmeticResult {
    guard case .decimal(let left) = left, case .decimal(let right) = right else {
      return ArithmeticResult(left.nearestDouble - right.nearestDouble)
    }
    let scale = max(left.scale, right.scale)
    if let first = PowerOfTen.scale(left.mantissa, by: scale - left.scale),
      let second = PowerOfTen.scale(right.mantissa, by: scale - right.scale)
    {
      let (difference, overflow) = first.subtractingReportingOverflow(second)
      if !overflow { return .number(.decimal(Decimal(mantissa: difference, scale: scale))) }
    }
    return ArithmeticResult(left.integer(atScale: scale) - right.integer(atScale: scale), scale: scale)
  }

  /// `left` x `right`: exact for decimals; with a double operand as IEEE 754 multiplies the nearest doubles.
  package static func multiply(_ left: Number, _ right: Number) -> ArithmeticResult {
    guard case .decimal(let left) = left, case .decimal(let right) = right else {
      return ArithmeticResult(left.nearestDouble * right.nearestDouble)
    }
    let scale = left.scale + right.scale
    let (product, overflow) = left.mantissa.multipliedReportingOverflow(by: right.mantissa)
    if !overflow, scale <= Decimal.maxScale { return .number(.decimal(Decimal(mantissa: product, scale: scale))) }
    return ArithmeticResult(BigInteger(left.mantissa) * BigInteger(right.mantissa), scale: scale)
  }

  /// `left` / `right`: the nearest double of the exact quotient; null when `right` is zero.
  package static func divide(_ left: Number, _ right: Number) -> ArithmeticResult {
    if right.isZero { return .null }
    if let dividend = left.exactDouble, let divisor = right.exactDouble { return ArithmeticResult(dividend / divisor) }
    if case .decimal(let left) = left, case .decimal(let right) = right {
      // At a common scale the quotient is that of the mantissas; where both are exact doubles, it is rounded once.
      let scale = max(left.scale, right.scale)
      if let dividend = PowerOfTen.scale(left.mantissa, by: scale - left.scale),
        let divisor = PowerOfTen.scale(right.mantissa, by: scale - right.scale),
        dividend.magnitude <= 1 << 53, divisor.magnitude <= 1 << 53
      {
        return ArithmeticResult(
          Double(Int64(truncatingIfNeeded: dividend)) / Double(Int64(truncatingIfNeeded: divisor)))
      }
    }
    return ArithmeticResult(nearest: left.exactRatio / right.exactRatio)
  }

  /// -`operand`.
  package static func negate(_ operand: Number) -> ArithmeticResult {
    switch operand {
    case .decimal(let decimal):
      let (difference, overflow) = Int128.zero.subtractingReportingOverflow(decimal.mantissa)
      if overflow { return ArithmeticResult(-decimal.nearestDouble) }
      return .number(.decimal(Decimal(mantissa: difference, scale: decimal.scale)))
    case .binary(let double): return ArithmeticResult(-double)
    }
  }

  /// |`operand`|.
  package static func absolute(_ operand: Number) -> ArithmeticResult {
    operand.isNegative ? negate(operand) : .number(operand)
  }

  /// -1, 0 or 1 as `left` is less than, equal to or greater than `right`: by exact value, whatever scales and kinds.
  package static func compare(_ left: Number, _ right: Number) -> Int {
    switch (left, right) {
    case (.decimal(let left), .decimal(let right)): compare(left, right)
    case (.binary(let left), .binary(let right)): order(left, right)
    case (.decimal(let left), .binary(let right)): compare(left, right)
    case (.binary(let left), .decimal(let right)): -compare(right, left)
    }
  }

  private static func compare(_ left: Decimal, _ right: Decimal) -> Int {
    if left.scale == right.scale { return order(left.mantissa, right.mantissa) }
    if left.scale < right.scale {
      guard let mantissa = PowerOfTen.scale(left.mantissa, by: right.scale - left.scale) else {
        // Too large for an `Int128`, and so farther from zero than any mantissa: its sign decides.
        return left.mantissa < 0 ? -1 : 1
      }
      return order(mantissa, right.mantissa)
    }
    return -compare(right, left)
  }

  private static func compare(_ decimal: Decimal, _ double: Double) -> Int {
    // Rounding keeps order, so different nearest doubles decide.
    let nearest = decimal.nearestDouble
    if nearest != double { return nearest < double ? -1 : 1 }
    return (Number.decimal(decimal).exactRatio - ExactRatio(double)).sign
  }

  private static func order<Ordered: Comparable>(_ left: Ordered, _ right: Ordered) -> Int {
    left < right ? -1 : (left == right ? 0 : 1)
  }

  /// Whether the number is zero.
  package var isZero: Bool {
    switch self {
    case .decimal(let decimal): decimal.mantissa == 0
    case .binary(let double): double == 0
    }
  }

  /// Whether the number is less than zero.
  package var isNegative: Bool {
    switch self {
    case .decimal(let decimal): decimal.mantissa < 0
    case .binary(let double): double < 0
    }
  }

  /// The number as a double where that loses nothing and is cheap to know.
  private var exactDouble: Double? {
    switch self {
    case .decimal(let decimal):
      decimal.scale == 0 && decimal.mantissa.magnitude <= 1 << 53
        ? Double(Int64(truncatingIfNeeded: decimal.mantissa)) : nil
    case .binary(let double): double
    }
  }

  private var exactRatio: ExactRatio {
    switch self {
    case .decimal(let decimal): ExactRatio(BigInteger(decimal.mantissa), over: .powerOfTen(decimal.scale))
    case .binary(let double): ExactRatio(double)
    }
  }
}

extension Decimal {
  /// The number in units of 10^-`wanted`, `wanted` not less than its scale.
  fileprivate func integer(atScale wanted: Int) -> BigInteger {
    BigInteger(mantissa) * .powerOfTen(wanted - scale)
  }
}
