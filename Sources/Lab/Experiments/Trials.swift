// Several ways to do something, measured in turns: so that whatever the machine does meanwhile meets all of them alike.

import Report
import Transport

/// The samples of every variant of a measurement.
package struct Trials: Sendable {
  package let names: [String]
  package private(set) var samples: [[Double]]

  /// No samples yet.
  package init(_ names: [String]) {
    self.names = names
    samples = names.map { _ in [] }
  }

  /// Measures every variant once to warm up, which is not kept, then in rounds, each in an order drawn anew. Ends behind the
  /// last round, or the first that reaches the end of the time, but not before there are three (or all).
  /// - Parameters:
  ///   - seconds: how long it may take, roughly.
  ///   - measure: gives the sample of the variant with this index.
  package static func run(
    _ names: [String], rounds: Int, seconds: Double, warmsUp: Bool = true,
    measure: (Int) throws(LabFailure) -> Double
  ) throws(LabFailure) -> Trials {
    var trials = Trials(names)
    let deadline = MonotonicClock.now() + UInt64(seconds * 1e9)
    if warmsUp { for index in names.indices { _ = try measure(index) } }
    for round in 0..<rounds {
      if round >= 3, MonotonicClock.now() > deadline { break }
      for index in names.indices.shuffled() { trials.note(index, try measure(index)) }
    }
    return trials
  }

  package mutating func note(_ index: Int, _ sample: Double) { samples[index].append(sample) }

  /// The median of a variant, with its interval; of no samples 0.
  package func median(_ index: Int) -> Double { MedianEstimate.median(samples[index]) }

  /// How many times the first is of the second, by their medians.
  package func ratio(_ index: Int, to other: Int) -> Double { median(index) / median(other) }

  /// Between what the true median of a variant lies; nil of too few samples.
  func bounds(_ index: Int) -> Bounds? { Bounds(samples[index]) }

  /// Between what the ratio of two true medians lies; nil of too few samples.
  func bounds(_ index: Int, to other: Int) -> Bounds? { bounds(index) / bounds(other) }

  /// What was noted beside every measurement, without that of those that warmed up: as many as there are samples.
  func kept<Value>(_ values: [[Value]]) -> [[Value]] { zip(values, samples).map { Array($0.suffix($1.count)) } }

  /// `27.1 us (25.0 to 31.2)`: the median with its interval, and no interval where there is one sample.
  package func text(_ index: Int, _ format: (Double) -> String) -> String {
    guard let estimate = MedianEstimate(samples[index]) else { return "-" }
    if estimate.count == 1 { return format(estimate.median) }
    return "\(format(estimate.median)) (\(format(estimate.lower)) to \(format(estimate.upper)))"
  }

  /// `1.32 (1.21 to 1.49) times`: a ratio, and between what it lies if there are samples enough to say.
  func timesText(_ index: Int, to other: Int) -> String {
    let digits = { (value: Double) in NumberText.threeDigits(value) }
    let interval = bounds(index, to: other).map { " (\(digits($0.lower)) to \(digits($0.upper)))" } ?? ""
    return "\(digits(ratio(index, to: other)))\(interval) times"
  }

  /// The columns of `cells`, behind the columns that tell the variants apart.
  package static func columns(_ unit: String) -> [TableColumn] {
    [unit, "from", "to", "samples"].map { TableColumn($0, isNumeric: true) }
  }

  /// Median, the ends of its interval, and how many samples there are.
  package func cells(_ index: Int, scale: Double = 1) -> [String] {
    guard let estimate = MedianEstimate(samples[index]) else { return ["-", "-", "-", "0"] }
    return [estimate.median, estimate.lower, estimate.upper].map { NumberText.threeDigits($0 * scale) }
      + ["\(estimate.count)"]
  }

  /// The samples for whoever wants to reckon anew.
  package func raw(_ unit: String, of measured: String = "") -> [LabSamples] {
    names.indices.map {
      LabSamples(name: measured.isEmpty ? names[$0] : "\(measured), \(names[$0])", unit: unit, values: samples[$0])
    }
  }
}
