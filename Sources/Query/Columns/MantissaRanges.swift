// A comparison of decimals with a constant, turned into bounds for integers: at every scale the mantissas that satisfy it
// are those of one range (or all others), so that a column is compared without scaling a single value.

/// Which mantissas satisfy a comparison with a constant, by scale.
struct MantissaRanges {
  /// Bounds by scale, both included; more places than scales, so that any mark masked to 5 bits is a place.
  private(set) var low: [Int64]
  private(set) var high: [Int64]
  /// Whether those outside the bounds satisfy it.
  let isInverted: Bool

  init(_ comparison: ComparisonOperator, _ constant: Decimal) {
    isInverted = comparison == .notEqual
    low = Array(repeating: 1, count: 32)
    high = Array(repeating: 0, count: 32)
    for scale in 0...Int(NumberColumn.maxScale) {
      let (floor, ceiling) = Self.bounds(constant, scale: scale)
      let range: (Int128, Int128) =
        switch comparison {
        case .equal, .notEqual: (ceiling, floor)
        case .less: (.min, ceiling - 1)
        case .lessOrEqual: (.min, floor)
        case .greater: (floor + 1, .max)
        case .greaterOrEqual: (ceiling, .max)
        }
      guard range.0 <= range.1, range.0 <= Int64.max, range.1 >= Int64.min else { continue }
      low[scale] = Int64(clamping: range.0)
      high[scale] = Int64(clamping: range.1)
    }
  }

  /// The constant in units of 10^-`scale`, rounded down and up. Far outside the mantissas where it does not fit.
  private static func bounds(_ constant: Decimal, scale: Int) -> (floor: Int128, ceiling: Int128) {
    if scale >= constant.scale {
      let far = constant.mantissa < 0 ? Int128.min / 2 : Int128.max / 2
      let scaled = PowerOfTen.scale(constant.mantissa, by: scale - constant.scale) ?? far
      let clamped = max(Int128.min / 2, min(Int128.max / 2, scaled))
      return (clamped, clamped)
    }
    var (quotient, rest): (Int128, Int128) = (0, constant.mantissa)
    if let divisor = PowerOfTen.integer(constant.scale - scale) {
      (quotient, rest) = constant.mantissa.quotientAndRemainder(dividingBy: divisor)
    }
    return (rest < 0 ? quotient - 1 : quotient, rest > 0 ? quotient + 1 : quotient)
  }
}
