// The median and its interval, against published ranks and by simulation.

import Lab
import Testing

struct MedianEstimateTests {
  /// Ranks of the interval of 95 %, as tables of nonparametric statistics give them.
  @Test(arguments: [
    (6, 1, 0.969), (8, 1, 0.992), (9, 2, 0.961), (10, 2, 0.979), (15, 4, 0.965), (20, 6, 0.959), (25, 8, 0.957),
  ])
  func ranks(_ count: Int, _ rank: Int, _ confidence: Double) throws {
    let estimate = try #require(MedianEstimate((1...count).map(Double.init).shuffled()))
    #expect(estimate.lower == Double(rank))
    #expect(estimate.upper == Double(count + 1 - rank))
    #expect(abs(estimate.confidence - confidence) < 0.001)
    #expect(estimate.median == Double(count + 1) / 2)
  }

  @Test func fewSamplesGiveWhatTheyCan() throws {
    let three = try #require(MedianEstimate([3, 1, 2]))
    #expect((three.lower, three.median, three.upper) == (1, 2, 3))
    #expect(three.confidence == 0.75)
    let one = try #require(MedianEstimate([7]))
    #expect((one.lower, one.median, one.upper, one.confidence) == (7, 7, 7, 0))
    #expect(MedianEstimate([]) == nil)
  }

  @Test func manySamples() throws {
    // Where the sum of the tail gives way to the approximation nothing jumps.
    let exact = try #require(MedianEstimate((1...500).map(Double.init)))
    let approximate = try #require(MedianEstimate((1...501).map(Double.init)))
    #expect(abs(exact.lower - approximate.lower) <= 2)
    let large = try #require(MedianEstimate((1...3000).map(Double.init)))
    #expect(large.lower > 1400 && large.lower < 1460 && large.upper == 3001 - large.lower)
  }

  /// The interval holds the true median as often as it says, of a distribution that is anything but normal.
  @Test func coverage() throws {
    var random = RandomSource(seed: 7)
    var held = 0
    for _ in 0..<2000 {
      let samples = (0..<15).map { _ in
        let uniform = Double(random.below(1_000_000)) / 1e6
        return uniform * uniform * uniform
      }
      let estimate = try #require(MedianEstimate(samples))
      if estimate.lower <= 0.125, 0.125 <= estimate.upper { held += 1 }
    }
    #expect((1900...1960).contains(held), "\(held)")
  }

  @Test func overlap() throws {
    let low = try #require(MedianEstimate([1, 1.1, 1.2, 1.3, 1.4, 1.5]))
    let high = try #require(MedianEstimate([1.5, 1.6, 1.7, 1.8, 1.9, 2]))
    let apart = try #require(MedianEstimate([1.6, 1.6, 1.7, 1.8, 1.9, 2]))
    #expect(low.overlaps(high) && high.overlaps(low))
    #expect(!low.overlaps(apart) && !apart.overlaps(low))
  }

  @Test func outliers() {
    #expect(Outliers.count([10, 10.1, 9.9, 10.05, 9.95, 10.02, 30]) == 1)
    #expect(Outliers.count([10, 10.1, 9.9, 10.05, 9.95, 10.02]) == 0)
    // More than half of them the same.
    #expect(Outliers.count([5, 5, 5, 5, 5, 5, 5, 50]) == 1)
    #expect(Outliers.count([5, 5, 5]) == 0)
    #expect(Outliers.count([]) == 0)
    // Iglewicz and Hoaglin: 0.6745 (x - median) / MAD, here with median 3 and MAD 1.
    #expect(abs(Outliers.scores([1, 2, 3, 4, 12])[4] - 0.6745 * 9) < 1e-9)
  }
}
