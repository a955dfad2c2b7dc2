// Samples of an experiment as text for a page: a line for each thing that was measured.

import Report

enum LabSampleText {
  /// What stands on a page at most; all samples are in the report of `--format json`.
  static let most = 1500

  static func text(of samples: [LabSamples]) -> String {
    let total = samples.reduce(0) { $0 + $1.values.count }
    // The first of each, so that every line shows how its samples went.
    let share = total <= most ? Int.max : max(1, most / samples.count)
    var text = samples.map { sample in
      let values = sample.values.prefix(share).map(short).joined(separator: " ")
      let rest = sample.values.count - min(sample.values.count, share)
      return "\(sample.name) (\(sample.unit)): \(values)" + (rest > 0 ? " and \(NumberText.grouped(rest)) more" : "")
    }.joined(separator: "\n")
    if total > most { text += "\n\npipe lab --format json gives all." }
    return text
  }

  /// Five significant digits, with an exponent where the number is small.
  static func short(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return "\(value)" }
    if value == value.rounded(), abs(value) < 1e9 { return "\(Int(value))" }
    var (power, exponent) = (1.0, 0)
    while abs(value) * power < 10_000, exponent < 300 {
      power *= 10
      exponent += 1
    }
    let digits = (value * power).rounded()
    return exponent == 0 ? "\(Int(digits))" : "\(digits / power)"
  }
}
