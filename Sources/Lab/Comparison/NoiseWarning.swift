// When figures are to be doubted because the machine was busy with something else.

/// One reason for doubt, in a sentence with its numbers.
///
/// | kind | when |
/// |---|---|
/// | outliers | more than a tenth of all samples, and at least 3, are outliers (`Outliers`) |
/// | drift | the last third of the rounds is 5 % or more faster or slower than the first, by the median of all samples, each in parts of its configuration's median; of 6 rounds or more |
/// | load | others had 5 % or more of the cores, in this machine or below it (`MachineLoad`) |
/// | width | intervals wider than 5 % remained when the budget was spent |
package struct NoiseWarning: Codable, Equatable, Sendable {
  package enum Kind: String, Codable, Sendable {
    case outliers, drift, load, width
  }

  package static let outlierShare = 0.1
  package static let driftShare = 0.05
  package static let loadShare = 0.05

  package var kind: Kind
  package var sentence: String

  package static func all(of results: [ConfigurationResult], load: MachineLoad?) -> [NoiseWarning] {
    [outliers(results), drift(results), load.flatMap(Self.load), width(results)].compactMap { $0 }
  }

  private static func outliers(_ results: [ConfigurationResult]) -> NoiseWarning? {
    let total = results.reduce(0) { $0 + $1.samples.count }
    let count = results.reduce(0) { $0 + $1.outliers }
    guard count >= 3, Double(count) > outlierShare * Double(total) else { return nil }
    return NoiseWarning(kind: .outliers, sentence: "\(count) of \(total) runs are outliers")
  }

  private static func drift(_ results: [ConfigurationResult]) -> NoiseWarning? {
    let rounds = results.flatMap { $0.samples.map(\.round) }.max() ?? 0
    guard rounds >= 6 else { return nil }
    func middle(_ range: ClosedRange<Int>) -> Double {
      MedianEstimate.median(
        results.flatMap { result in
          result.samples.filter { range.contains($0.round) }.map { $0.wallSeconds / result.wall.median }
        })
    }
    let third = rounds / 3
    let change = middle(rounds - third + 1...rounds) / middle(1...third) - 1
    guard abs(change) >= driftShare else { return nil }
    let direction = change > 0 ? "slower" : "faster"
    return NoiseWarning(
      kind: .drift,
      sentence: "the last third of the rounds was \(PercentText.of(abs(change))) \(direction) than the first")
  }

  private static func load(_ load: MachineLoad) -> NoiseWarning? {
    guard load.othersShare >= loadShare else { return nil }
    var sentence = "other programs had \(PercentText.of(load.othersShare)) of the cores meanwhile"
    let stolen = load.stolenSeconds / load.coreSeconds
    if stolen >= 0.01 { sentence += " (\(PercentText.of(stolen)) by the machine below this one)" }
    return NoiseWarning(kind: .load, sentence: sentence)
  }

  private static func width(_ results: [ConfigurationResult]) -> NoiseWarning? {
    let few = results.filter { $0.wall.count < MedianEstimate.enough }
    let wide = results.filter { $0.wall.relativeWidth > Schedule.narrow }
    var sentences: [String] = []
    if let widest = wide.max(by: { $0.wall.relativeWidth < $1.wall.relativeWidth }) {
      sentences.append(
        "the intervals of \(wide.count) of \(results.count) medians are wider than \(PercentText.of(Schedule.narrow)); the "
          + "widest, of \(widest.configuration.fullName), is \(PercentText.of(widest.wall.relativeWidth))")
    }
    if !few.isEmpty {
      sentences.append(
        "\(few.count) of \(results.count) medians are of fewer than \(MedianEstimate.enough) runs: from and to are the "
          + "smallest and the largest of them, not an interval of 95 %")
    }
    return sentences.isEmpty ? nil : NoiseWarning(kind: .width, sentence: sentences.joined(separator: "; "))
  }
}
