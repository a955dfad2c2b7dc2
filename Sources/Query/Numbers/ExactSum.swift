// Sums and means without error: every value goes in exactly, and the result is rounded once, at the end.

import CSV

/// A running sum. Order of additions and shape of merges never change a result.
package struct ExactSum: Sendable {
  private var values = ExactAccumulator()
  /// Numbers added.
  package private(set) var count = 0

  package init() {}

  /// The sum of so many numbers with this total.
  init(values: ExactAccumulator, count: Int) {
    self.values = values
    self.count = count
  }

  /// Whether a double was among the numbers added.
  package var sawBinary: Bool { values.sawBinary }

  /// The most fraction digits among the decimals added; 0 without any.
  package var scale: Int { Int(values.scale) }

  /// Adds a number.
  @inline(__always)
  package mutating func add(_ number: Number) {
    switch number {
    case .decimal(let decimal): values.add(decimal.mantissa, scale: decimal.scale)
    case .binary(let double): values.add(double)
    }
    count &+= 1
  }

  /// Adds a decimal.
  @inline(__always)
  package mutating func add(_ decimal: Decimal) {
    values.add(decimal.mantissa, scale: decimal.scale)
    count &+= 1
  }

  /// Adds a number so many times.
  package mutating func add(_ number: Number, times: Int) {
    switch number {
    case .decimal(let decimal): values.add(decimal.mantissa, scale: decimal.scale, times: times)
    case .binary(let double): values.add(double, times: times)
    }
    count &+= times
  }

  /// Adds `count` decimals of one scale by their total.
  package mutating func add(total: Decimal, count: Int) {
    values.add(total.mantissa, scale: total.scale)
    self.count &+= count
  }

  /// Adds what another sum holds.
  package mutating func merge(_ other: ExactSum) {
    values.merge(other.values)
    count &+= other.count
  }

  /// The exact sum.
  package func total() -> ExactRatio { values.total }

  /// The sum of the decimals (of all, where `sawBinary` is not set) with exactly `scale` fraction digits: padded with
  /// zeros, or rounded half to even where `scale` is less than the sum's own.
  package func decimalText(scale wanted: Int) -> String {
    if wanted >= scale, let total = values.smallTotal {
      return Decimal(mantissa: total, scale: scale).text(scale: wanted)
    }
    var total = values.decimalTotal
    if wanted < scale {
      let unit = BigInteger.powerOfTen(scale - wanted)
      let (quotient, remainder) = total.dividedWithRemainder(by: unit)
      let twice = remainder.magnitude.shiftedLeft(by: 1)
      let isOdd = quotient.lowMagnitude & 1 == 1
      let away = BigInteger(total.isNegative ? -1 : 1)
      total = twice > unit || twice == unit && isOdd ? quotient + away : quotient
    }
    var bytes: [UInt8] = []
    let shown = min(wanted, scale)
    DigitText.append(total.digits, isNegative: total.isNegative, scale: shown, padding: wanted, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The nearest double of the sum; nil outside the doubles.
  package func double() -> Double? {
    if let total = values.smallTotal { return Decimal(mantissa: total, scale: scale).nearestDouble }
    return values.total.nearestDouble
  }

  /// The nearest double of the sum over the count; nil outside the doubles. Of no numbers: 0, so ask `count` first.
  package func mean() -> Double? {
    if count == 0 { return 0 }
    if let total = values.smallTotal, total.magnitude <= 1 << 53,
      let divisor = PowerOfTen.scale(Int128(count), by: scale), divisor <= 1 << 53
    {
      // Both are exact doubles, so the division rounds once.
      return Double(Int64(truncatingIfNeeded: total)) / Double(Int64(truncatingIfNeeded: divisor))
    }
    return (values.total / ExactRatio(BigInteger(count))).nearestDouble
  }

  package func encode(into writer: inout ByteWriter) {
    writer.write(count)
    values.encode(into: &writer)
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    count = try reader.readInt()
    guard count >= 0 else { throw ByteCodingError("a sum of \(count) numbers") }
    values = try ExactAccumulator(from: &reader)
  }
}
