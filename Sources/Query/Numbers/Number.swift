// A number of a row: a decimal wherever the text was one, else a double. Which of the two is decided per value, never
// per running total.

/// One number.
package enum Number: Equatable, Sendable {
  case decimal(Decimal)
  /// Always finite, and never minus zero: `NumberParser` and the arithmetic give 0 instead, so that which of two equal
  /// zeros came first cannot show.
  case binary(Double)

  /// Whether the number is a double.
  package var isBinary: Bool {
    if case .binary = self { return true }
    return false
  }

  /// Fraction digits of a decimal; 0 for a double.
  package var scale: Int {
    if case .decimal(let decimal) = self { return decimal.scale }
    return 0
  }

  /// The nearest double, half to even. Always finite.
  package var nearestDouble: Double {
    switch self {
    case .decimal(let decimal): decimal.nearestDouble
    case .binary(let double): double
    }
  }

  /// Canonical text: a decimal at its own scale, a double in the shortest form that reads back as itself.
  package var text: String {
    switch self {
    case .decimal(let decimal): decimal.text
    case .binary(let double): DoubleText.shortest(double)
    }
  }

  /// Appends `text`.
  package func append(to bytes: inout [UInt8]) {
    switch self {
    case .decimal(let decimal): decimal.append(to: &bytes, scale: decimal.scale)
    case .binary(let double): bytes.append(contentsOf: DoubleText.shortest(double).utf8)
    }
  }
}
