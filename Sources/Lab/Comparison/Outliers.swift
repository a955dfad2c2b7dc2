// Samples that something else than the program has made: found by their distance from the median.

/// The modified Z-score of Iglewicz and Hoaglin, "How to Detect and Handle Outliers", 1993: as robust as the median, since
/// it measures distances in median absolute deviations.
package enum Outliers {
  /// Their advice for when a score is to be called an outlier.
  package static let threshold = 3.5
  /// The median absolute deviation of a normal distribution, in standard deviations.
  private static let normalDeviation = 0.6745

  /// The scores, in the order of the samples. Where more than half of them are the same, so that the median deviation is 0,
  /// the mean deviation takes its place, with the factor that the same authors give for it.
  package static func scores(_ samples: [Double]) -> [Double] {
    let median = MedianEstimate.median(samples)
    let deviations = samples.map { abs($0 - median) }
    let middle = MedianEstimate.median(deviations)
    if middle > 0 { return samples.map { normalDeviation * ($0 - median) / middle } }
    let mean = deviations.reduce(0, +) / Double(max(1, samples.count))
    return samples.map { mean > 0 ? ($0 - median) / (1.253314 * mean) : 0 }
  }

  /// How many there are.
  package static func count(_ samples: [Double]) -> Int { scores(samples).filter { abs($0) > threshold }.count }
}
