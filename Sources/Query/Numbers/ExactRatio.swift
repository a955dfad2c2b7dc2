// Exact fractions, and the two ways to leave them: the nearest double of the value and of its square root. Every result
// that is not a decimal is rounded here, and only here.

/// The number `numerator` / `denominator` x 2^`exponent`, not reduced.
package struct ExactRatio: Sendable {
  package private(set) var numerator: BigInteger
  /// Greater than 0.
  package private(set) var denominator: BigInteger
  package private(set) var exponent: Int

  /// The ratio of two integers; a denominator of 0, which no caller gives, counts as 1.
  package init(_ numerator: BigInteger, over denominator: BigInteger = BigInteger(1), exponent: Int = 0) {
    self.numerator = denominator.isNegative ? -numerator : numerator
    self.denominator = denominator.isZero ? BigInteger(1) : denominator.magnitude
    self.exponent = exponent
  }

  /// A finite double as a ratio.
  package init(_ double: Double) {
    let (significand, exponent) = double.integerParts
    self.init(BigInteger(Int128(double < 0 ? -significand : significand)), exponent: exponent)
  }

  package static func + (left: ExactRatio, right: ExactRatio) -> ExactRatio {
    let exponent = min(left.exponent, right.exponent)
    let first = left.numerator.shiftedLeft(by: left.exponent - exponent)
    let second = right.numerator.shiftedLeft(by: right.exponent - exponent)
    if left.denominator == right.denominator {
      return ExactRatio(first + second, over: left.denominator, exponent: exponent)
    }
    return ExactRatio(
      first * right.denominator + second * left.denominator, over: left.denominator * right.denominator,
      exponent: exponent)
  }

  package static prefix func - (operand: ExactRatio) -> ExactRatio {
    ExactRatio(-operand.numerator, over: operand.denominator, exponent: operand.exponent)
  }

  package static func - (left: ExactRatio, right: ExactRatio) -> ExactRatio { left + -right }

  package static func * (left: ExactRatio, right: ExactRatio) -> ExactRatio {
    ExactRatio(
      left.numerator * right.numerator, over: left.denominator * right.denominator,
      exponent: left.exponent + right.exponent)
  }

  /// The quotient; `right` is not zero.
  package static func / (left: ExactRatio, right: ExactRatio) -> ExactRatio {
    ExactRatio(
      left.numerator * right.denominator, over: left.denominator * right.numerator,
      exponent: left.exponent - right.exponent)
  }

  /// -1, 0 or 1 as the number is less than, equal to or greater than 0.
  package var sign: Int { numerator.isZero ? 0 : (numerator.isNegative ? -1 : 1) }

  /// The nearest double, half to even; nil where that is infinite. Never minus zero.
  package var nearestDouble: Double? {
    guard !numerator.isZero else { return 0 }
    let (quotient, exponent, isExact) = scaledQuotient(bits: 64, isExponentEven: false)
    let magnitude = ExactRatio.round(quotient, exponent: exponent, isExact: isExact)
    guard magnitude.isFinite else { return nil }
    return numerator.isNegative && magnitude > 0 ? -magnitude : magnitude
  }

  /// The double nearest to the square root, half to even; nil where that is infinite, 0 for a number below 0.
  package var nearestSquareRoot: Double? {
    guard sign > 0 else { return 0 }
    // The integer part of the root of q + f, 0 <= f < 1, is that of the root of q.
    let (quotient, exponent, isExact) = scaledQuotient(bits: 122, isExponentEven: true)
    let root = ExactRatio.squareRoot(quotient)
    let isRootExact = isExact && UInt128(root) * UInt128(root) == quotient
    let magnitude = ExactRatio.round(UInt128(root), exponent: exponent / 2, isExact: isRootExact)
    return magnitude.isFinite ? magnitude : nil
  }

  /// The magnitude as `quotient` x 2^`exponent`, with `bits` to `bits` + 2 bits in the quotient; a part that is left out
  /// (less than 1 of the quotient's units) makes it inexact.
  private func scaledQuotient(
    bits: Int, isExponentEven: Bool
  ) -> (quotient: UInt128, exponent: Int, isExact: Bool) {
    // A quotient of widths m and n has m - n or m - n + 1 bits.
    var shift = bits - (numerator.bitWidth - denominator.bitWidth)
    if isExponentEven, !(exponent - shift).isMultiple(of: 2) { shift += 1 }
    let magnitude = numerator.magnitude
    let (quotient, remainder) =
      shift >= 0
      ? magnitude.shiftedLeft(by: shift).dividedWithRemainder(by: denominator)
      : magnitude.dividedWithRemainder(by: denominator.shiftedLeft(by: -shift))
    return (quotient.lowMagnitude, exponent - shift, remainder.isZero)
  }

  /// The double nearest to (`value` + f) x 2^`exponent`, half to even, where f is 0 if `isExact` and else between 0 and 1.
  /// `value` has at least 55 bits. May be infinite.
  private static func round(_ value: UInt128, exponent: Int, isExact: Bool) -> Double {
    let width = 128 - value.leadingZeroBitCount
    let top = width - 1 + exponent
    if top > 1023 { return .infinity }
    // Below 2^-1022 the last place stays at 2^-1074.
    let precision = min(53, 53 + top + 1022)
    let dropped = width - precision
    if precision < 0 || dropped >= 128 { return 0 }
    var significand = value >> UInt128(dropped)
    let half = UInt128(1) << UInt128(dropped - 1)
    let rest = value & (half << 1 &- 1)
    if rest > half || rest == half && (!isExact || significand & 1 == 1) { significand += 1 }
    // The hidden bit of the significand adds 1 to the exponent field, as does a carry out of the rounding.
    let field = UInt64(max(0, top + 1022)) << 52
    return Double(bitPattern: field + UInt64(truncatingIfNeeded: significand))
  }

  /// The integer part of the square root of a number below 2^125.
  private static func squareRoot(_ value: UInt128) -> UInt64 {
    // The estimate is off by less than 2^11 or so; one step of Newton's method leaves at most 1.
    let high = Double(UInt64(truncatingIfNeeded: value >> 64))
    let low = Double(UInt64(truncatingIfNeeded: value))
    var root = UInt128(UInt64((high * 0x1p64 + low).squareRoot()))
    if root > 0 { root = (root + value / root) >> 1 }
    while root * root > value { root -= 1 }
    while (root + 1) * (root + 1) <= value { root += 1 }
    return UInt64(truncatingIfNeeded: root)
  }
}

extension Double {
  /// The magnitude of a finite double as `significand` x 2^`exponent`.
  var integerParts: (significand: Int64, exponent: Int) {
    let fraction = Int64(bitPattern: significandBitPattern)
    if exponentBitPattern == 0 { return (fraction, -1074) }
    return (fraction | 1 << 52, Int(exponentBitPattern) - 1075)
  }
}
