// Powers of ten, the only constants that decimal arithmetic needs, in each of the forms it needs them in.

/// Exact powers of ten.
enum PowerOfTen {
  /// 10^0 ... 10^38: all that fit in an `Int128`.
  private static let integers: [Int128] = {
    var powers: [Int128] = [1]
    for _ in 1...38 { powers.append(powers[powers.count - 1] * 10) }
    return powers
  }()

  /// 10^0 ... 10^22: all that a double holds exactly.
  private static let doubles: [Double] = integers[0...22].map { Double($0) }

  /// 10^`exponent`, or nil where an `Int128` does not hold it.
  static func integer(_ exponent: Int) -> Int128? {
    guard exponent >= 0, exponent < integers.count else { return nil }
    return integers[exponent]
  }

  /// 10^`exponent`, or nil where a double does not hold it exactly.
  static func exactDouble(_ exponent: Int) -> Double? {
    guard exponent >= 0, exponent < doubles.count else { return nil }
    return doubles[exponent]
  }

  /// `value` x 10^`exponent`, or nil where an `Int128` does not hold it.
  static func scale(_ value: Int128, by exponent: Int) -> Int128? {
    if exponent == 0 || value == 0 { return value }
    guard let power = integer(exponent) else { return nil }
    let (product, overflow) = value.multipliedReportingOverflow(by: power)
    return overflow ? nil : product
  }
}
