// `var`, `stddev`, `var_pop`, `stddev_pop`: the same exact moments, finished in four ways.

/// The measures of spread.
enum SpreadMeasure: Sendable {
  /// Squared deviation over count - 1, and its root.
  case sampleVariance, sampleDeviation
  /// Squared deviation over count, and its root.
  case populationVariance, populationDeviation

  /// The fewest values that have a result.
  var least: Int { self == .sampleVariance || self == .sampleDeviation ? 2 : 1 }

  /// The measure, rounded once; nil outside the doubles.
  func finish(_ moments: ExactMoments) -> Double? {
    switch self {
    case .sampleVariance: moments.variance(sample: true)
    case .sampleDeviation: moments.standardDeviation(sample: true)
    case .populationVariance: moments.variance(sample: false)
    case .populationDeviation: moments.standardDeviation(sample: false)
    }
  }
}
