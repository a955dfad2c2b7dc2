// What the numbers of a chart are, so that its axis, its labels and its table write them alike.

/// The kind of a measured value, with its unit.
package enum Quantity: Equatable, Sendable {
  /// Seconds, shown in the unit that fits.
  case seconds
  case bytes
  /// Bytes a second.
  case rate
  case count
  /// A ratio such as a speed-up.
  case ratio
  /// A share: 1 is 100 %.
  case share
  /// Any other, with its unit.
  case other(unit: String)

  /// A value with its unit, for a label or a sentence.
  package func text(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    switch self {
    case .seconds: return (value < 0 ? "-" : "") + NumberText.duration(seconds: abs(value))
    case .bytes: return NumberText.bytes(Self.whole(value))
    case .rate: return NumberText.rate(bytes: Self.whole(value), seconds: 1)
    case .count: return value == value.rounded() ? NumberText.fixed(value, decimals: 0) : NumberText.threeDigits(value)
    case .ratio: return NumberText.threeDigits(value)
    case .share: return NumberText.fixed(value * 100, decimals: abs(value) < 0.0995 && value != 0 ? 1 : 0) + " %"
    case .other(let unit): return NumberText.threeDigits(value) + (unit.isEmpty ? "" : " " + unit)
    }
  }

  /// What values are divided by on an axis that reaches so far, and the name of the unit they are in then.
  func axisUnit(reaching maximum: Double) -> (divisor: Double, name: String) {
    func choose(_ units: [(Double, String)]) -> (Double, String) { units.last { maximum >= $0.0 } ?? units[0] }
    switch self {
    case .seconds: return choose([(1e-9, "ns"), (1e-6, "us"), (1e-3, "ms"), (1, "s"), (60, "min")])
    case .bytes: return choose([(1, "B"), (1024, "KiB"), (1_048_576, "MiB")])
    case .rate: return choose([(1e3, "kB/s"), (1e6, "MB/s"), (1e9, "GB/s")])
    case .count: return choose([(1, ""), (1e6, "millions"), (1e9, "billions")])
    case .ratio: return (1, "")
    case .share: return (0.01, "%")
    case .other(let unit): return (1, unit)
    }
  }

  private static func whole(_ value: Double) -> Int { Int(min(max(value, 0), 9e18).rounded()) }
}
