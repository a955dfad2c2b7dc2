// From values to places along an axis, with ticks at numbers that people count in.

/// How values are spread along an axis.
package enum AxisKind: Equatable, Sendable {
  case linear
  /// Equal distances for equal ratios, ticks at powers of two: for counts of workers.
  case logTwo
}

/// An axis: what it covers, and where its ticks are.
struct AxisScale: Equatable, Sendable {
  let kind: AxisKind
  let low: Double
  let high: Double
  let ticks: [Double]
  private let decimals: Int

  /// A linear axis with up to so many ticks, 1, 2 or 5 times a power of ten apart. It ends at a tick, or where the
  /// values end.
  init(linear values: [Double], startsAtZero: Bool = true, mostTicks: Int = 6, endsAtTick: Bool = true) {
    let finite = values.filter { $0.isFinite }
    var bottom = finite.min() ?? 0
    var top = finite.max() ?? 1
    if startsAtZero || bottom == top {
      bottom = min(bottom, 0)
      top = max(top, 0)
    }
    if bottom == top { top = bottom + 1 }
    let (step, decimals) = Self.step(atLeast: (top - bottom) / Double(max(2, mostTicks) - 1))
    let first = (bottom / step).rounded(.down)
    let last = max(first + 1, (top / step).rounded(.up))
    self.kind = .linear
    self.low = first * step
    self.high = endsAtTick ? last * step : top
    self.ticks = stride(from: first, through: endsAtTick ? last : (top / step).rounded(.down), by: 1).map { $0 * step }
    self.decimals = decimals
  }

  /// A logarithmic axis for values above zero, from the least to the greatest.
  ///
  /// - Parameter isRounded: it begins and ends at powers of two.
  init(logTwo values: [Double], isRounded: Bool = false) {
    let positive = values.filter { $0.isFinite && $0 > 0 }
    var bottom = positive.min() ?? 1
    var top = positive.max() ?? 2
    let firstPower = Self.powerOfTwo(upTo: bottom)
    if isRounded { bottom = firstPower }
    var power = firstPower
    var ticks: [Double] = []
    while power < top {
      if power >= bottom { ticks.append(power) }
      power *= 2
    }
    if power == top || isRounded { ticks.append(power) }
    if isRounded { top = power }
    if bottom == top { top = bottom * 2 }
    self.kind = .logTwo
    self.low = bottom
    self.high = top
    self.ticks = ticks
    self.decimals = 0
  }

  /// The place of a value: 0 at the low end, 1 at the high end; beyond that for values beyond it.
  func place(_ value: Double) -> Double {
    switch kind {
    case .linear: return (value - low) / (high - low)
    case .logTwo:
      guard value > 0 else { return 0 }
      return Self.logarithm(value / low) / Self.logarithm(high / low)
    }
  }

  /// The number at a tick.
  func label(_ tick: Double) -> String {
    if kind == .logTwo {
      return tick < 1 ? "1/" + NumberText.fixed(1 / tick, decimals: 0) : NumberText.fixed(tick, decimals: 0)
    }
    return NumberText.fixed(tick, decimals: decimals)
  }

  private static func step(atLeast smallest: Double) -> (step: Double, decimals: Int) {
    var power = 1.0
    var exponent = 0
    while power * 10 <= smallest, exponent < 300 {
      power *= 10
      exponent += 1
    }
    while power > smallest, exponent > -300 {
      power /= 10
      exponent -= 1
    }
    let factor = [1.0, 2, 5].first { power * $0 >= smallest * (1 - 1e-12) }
    if let factor { return (power * factor, min(6, max(0, -exponent))) }
    return (power * 10, min(6, max(0, -exponent - 1)))
  }

  private static func powerOfTwo(upTo value: Double) -> Double {
    Double(sign: .plus, exponent: Int(value.exponent), significand: 1)
  }

  /// The logarithm to base two, a bit after the other: squaring a number doubles its logarithm.
  static func logarithm(_ value: Double) -> Double {
    guard value > 0, value.isFinite else { return 0 }
    var result = Double(value.exponent)
    var rest = value.significand
    var bit = 0.5
    while bit > 1e-12 {
      rest *= rest
      if rest >= 2 {
        rest /= 2
        result += bit
      }
      bit /= 2
    }
    return result
  }
}
