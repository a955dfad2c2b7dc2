// What a claim about a figure comes to if the figure is known to an interval only.

/// The interval of a median, or of what was made of two of them.
struct Bounds: Equatable, Sendable {
  var lower: Double
  var upper: Double

  /// Fewer samples than these do not show how far apart samples are.
  static let leastSamples = 3

  /// nil of too few samples.
  init?(_ samples: [Double]) {
    guard let estimate = MedianEstimate(samples) else { return nil }
    self.init(estimate)
  }

  /// nil of too few samples.
  init?(_ estimate: MedianEstimate) {
    guard estimate.count >= Self.leastSamples else { return nil }
    (lower, upper) = (estimate.lower, estimate.upper)
  }

  init(_ lower: Double, _ upper: Double) { (self.lower, self.upper) = (lower, upper) }

  /// From the smallest to the largest that a ratio of the two may be; neither is negative, and both ends may be infinite.
  static func / (dividend: Bounds, divisor: Bounds) -> Bounds {
    Bounds(dividend.lower / divisor.upper, dividend.upper / divisor.lower)
  }
}

extension Bounds? {
  /// As between bounds; nil if either is.
  static func / (dividend: Bounds?, divisor: Bounds?) -> Bounds? {
    guard let dividend, let divisor else { return nil }
    return dividend / divisor
  }
}

extension Holding {
  /// Whether a figure lies in a range, if its whole interval says the same.
  static func of(_ figure: Bounds?, in range: ClosedRange<Double>) -> Holding {
    guard let figure else { return .cannotBeTold }
    if range.contains(figure.lower), range.contains(figure.upper) { return .holds }
    return figure.upper < range.lowerBound || figure.lower > range.upperBound ? .doesNotHold : .cannotBeTold
  }

  /// Whether a figure is on one side of a mark, partly if it is not quite on the other, if its whole interval says the same.
  /// - Parameters:
  ///   - holds: the claim holds here and beyond.
  ///   - fails: it does not here and beyond.
  static func of(_ figure: Bounds?, holds: Double, fails: Double) -> Holding {
    guard let figure else { return .cannotBeTold }
    func at(_ value: Double) -> Holding {
      let isRising = holds > fails
      if isRising ? value >= holds : value <= holds { return .holds }
      return (isRising ? value <= fails : value >= fails) ? .doesNotHold : .partly
    }
    let holding = at(figure.lower)
    return holding == at(figure.upper) ? holding : .cannotBeTold
  }

  /// Of a claim about several things: what all of them say, partly if they certainly differ.
  static func all(_ holdings: [Holding]) -> Holding {
    let kinds = Set(holdings)
    if let only = kinds.first, kinds.count == 1 { return only }
    if kinds.contains(.partly) || kinds.isSuperset(of: [.holds, .doesNotHold]) { return .partly }
    return .cannotBeTold
  }
}
