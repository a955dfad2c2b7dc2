// A median, and how far it can be trusted without knowing how the samples are distributed.

/// The median of some samples with an interval that covers the true one.
package struct MedianEstimate: Codable, Equatable, Sendable {
  package var median: Double
  package var lower: Double
  package var upper: Double
  /// How often an interval made like this holds the true median: 0.95 or more where there are 6 samples, else what the
  /// smallest and the largest of them can give.
  package var confidence: Double
  package var count: Int

  /// The fewest samples of which an interval of 95 % can be made.
  package static let enough = 6
  package static let wantedConfidence = 0.95
  /// From here on halves to the power of the number of samples come near what a double can hold.
  private static let manySamples = 500

  /// The order statistics l and n + 1 - l around the middle, with the largest l for which both tails of the binomial
  /// distribution with p = 1/2 leave 95 %: the true median lies outside with the probability that fewer than l samples fall
  /// on one side of it, whatever their distribution (Conover, "Practical Nonparametric Statistics", 3rd ed. 1999, section 3.2;
  /// Hahn and Meeker, "Statistical Intervals", 1991, section 5.2). nil of no samples.
  package init?(_ samples: [Double]) {
    guard !samples.isEmpty else { return nil }
    let sorted = samples.sorted()
    count = sorted.count
    median = Self.median(ofSorted: sorted)
    if count > Self.manySamples {
      // The normal approximation that Conover gives for many samples.
      let rank = max(0, Int((Double(count) - 1.96 * Double(count).squareRoot()) / 2) - 1)
      (confidence, lower, upper) = (Self.wantedConfidence, sorted[rank], sorted[count - 1 - rank])
      return
    }
    // The probability that at most `rank` samples of n lie below the median, summed up from 0.
    var term = 1.0
    for _ in 0..<count { term /= 2 }
    var tail = term
    var rank = 0
    confidence = 1 - 2 * tail
    while rank + 1 < (count + 1) / 2 {
      let next = term * Double(count - rank) / Double(rank + 1)
      guard 1 - 2 * (tail + next) >= Self.wantedConfidence else { break }
      (term, tail, rank) = (next, tail + next, rank + 1)
      confidence = 1 - 2 * tail
    }
    if count == 1 { confidence = 0 }
    lower = sorted[rank]
    upper = sorted[count - 1 - rank]
  }

  /// The middle, or the mean of the two middle ones. Of no samples 0.
  package static func median(_ samples: [Double]) -> Double { median(ofSorted: samples.sorted()) }

  private static func median(ofSorted sorted: [Double]) -> Double {
    if sorted.isEmpty { return 0 }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// The width of the interval in parts of the median.
  package var relativeWidth: Double { median > 0 ? (upper - lower) / median : 0 }

  /// Whether the true medians may be the same.
  package func overlaps(_ other: MedianEstimate) -> Bool { lower <= other.upper && other.lower <= upper }
}
