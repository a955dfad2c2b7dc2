// Decimal numbers as they stand in the text: an integer and the count of its fraction digits. Nothing is rounded here.

/// The number `mantissa` / 10^`scale`. 1.5 and 1.50 are equal in value and differ in scale.
package struct Decimal: Equatable, Sendable {
  package var mantissa: Int128
  /// Fraction digits, 0 through `Decimal.maxScale`.
  package var scale: Int

  /// The most fraction digits of a decimal; a number with more is read as a double.
  package static let maxScale = 1000

  @inline(__always)
  package init(mantissa: Int128, scale: Int) {
    self.mantissa = mantissa
    self.scale = scale
  }

  /// The nearest double, half to even. Always finite.
  package var nearestDouble: Double {
    if mantissa.magnitude <= 1 << 53, let divisor = PowerOfTen.exactDouble(scale) {
      // Both are exact, so the division rounds once.
      return Double(Int64(truncatingIfNeeded: mantissa)) / divisor
    }
    return ExactRatio(BigInteger(mantissa), over: .powerOfTen(scale)).nearestDouble ?? .infinity
  }

  /// The number with exactly `scale` fraction digits.
  package var text: String { text(scale: scale) }

  /// The number padded with zeros to `scale` fraction digits; a smaller scale than its own drops nothing.
  package func text(scale: Int) -> String {
    var bytes: [UInt8] = []
    append(to: &bytes, scale: scale)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends what `text(scale:)` gives.
  package func append(to bytes: inout [UInt8], scale wanted: Int) {
    DigitText.append(
      String(mantissa.magnitude).utf8, isNegative: mantissa < 0, scale: scale, padding: wanted, to: &bytes)
  }
}
