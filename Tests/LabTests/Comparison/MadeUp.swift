// Results with figures that are made up, so that the truth behind them is known.

import Execution
import Lab

/// Makes results and reports.
enum MadeUp {
  static let machine = Machine(
    processor: "made up", cores: 2, onlineCores: 2, memoryBytes: 8 << 30, system: "Linux 0", architecture: "none")

  /// A result of eleven runs that differ by one part in a thousand from one to the next.
  ///
  /// - Parameters:
  ///   - seconds: the median.
  ///   - spread: of the samples, in parts of the median.
  static func result(
    _ configuration: Configuration, seconds: Double, spread: Double = 0.01, stages: [StageShares] = [],
    change: (inout RunFigures) -> Void = { _ in }, look: (inout RunInsight) -> Void = { _ in }
  ) -> ConfigurationResult {
    let samples = (0..<11).map { number in
      let wall = seconds * (1 + spread * Double(number - 5) / 10)
      var figures = RunFigures(round: number + 1, wallNanoseconds: UInt64(wall * 1e9))
      figures.userNanoseconds = UInt64(wall * 1e9)
      change(&figures)
      return figures
    }
    var insight = RunInsight()
    insight.wallNanoseconds = UInt64(seconds * 1e9)
    insight.pipelineNanoseconds = UInt64(seconds * 0.98e9)
    insight.peakProportionalBytes = configuration.mode.hasProcesses ? 24 << 20 : 13 << 20
    insight.stages = stages
    look(&insight)
    let result = ConfigurationResult(
      configuration, samples: samples, insights: [insight, insight], inputBytes: 100_000_000)
    guard let result else { preconditionFailure("there are samples") }
    return result
  }

  /// Of two runs that took the same time.
  static let few: ConfigurationResult = {
    let samples = [1, 2].map { RunFigures(round: $0, wallNanoseconds: 1_000_000_000) }
    let result = ConfigurationResult(Configuration(.serial), samples: samples, insights: [], inputBytes: 1)
    guard let result else { preconditionFailure("there are samples") }
    return result
  }()

  static func report(
    _ results: [ConfigurationResult], cores: Int = 2, givenUp: [Configuration] = [], load: MachineLoad? = nil
  ) -> ComparisonReport {
    var machine = machine
    machine.cores = cores
    return ComparisonReport(
      program: "pipe 0", date: "2026-11-22T00:00:00Z", machine: machine,
      inputs: [ComparisonReport.Input(name: "made-up.csv", bytes: 100_000_000)],
      course: ComparisonReport.Course(seed: 1, rounds: 11, seconds: 10, ending: .narrow), configurations: results,
      givenUp: givenUp, load: load)
  }

  /// Three stages: parsers as given, and the two others waiting for them.
  static func stages(
    reader: StageShares = StageShares(role: .reader, input: 0.9, output: 0.1),
    parsers: StageShares, aggregator: StageShares = StageShares(role: .aggregator, running: 0.05, input: 0.95)
  ) -> [StageShares] { [reader, parsers, aggregator] }

  static let busyParsers = stages(parsers: StageShares(role: .parsers, count: 2, running: 0.97, input: 0.03))
  static let waitingParsers = stages(
    parsers: StageShares(role: .parsers, count: 2, running: 0.12, source: 0.81, input: 0.07))
}

extension ComparisonReport {
  /// The sentences of a kind.
  func sentences(_ kind: Verdict.Kind) -> [String] { verdicts.filter { $0.kind == kind }.map(\.sentence) }
}
