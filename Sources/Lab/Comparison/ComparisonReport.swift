// Everything that a comparison has found, in one value: the tables, the files and the charts are made of it.

import Execution

/// One whole comparison. Its JSON form has a version, which changes when a field changes its meaning or goes.
package struct ComparisonReport: Codable, Equatable, Sendable {
  package struct Input: Codable, Equatable, Sendable {
    package var name: String
    package var bytes: Int

    package init(name: String, bytes: Int) {
      self.name = name
      self.bytes = bytes
    }
  }

  /// How the runs were scheduled.
  package struct Course: Codable, Equatable, Sendable {
    /// Of the order of the runs.
    package var seed: UInt64
    package var rounds: Int
    package var seconds: Double
    package var ending: Schedule.Reason
    /// What was asked for; nil where the number of rounds was.
    package var budgetSeconds: Double?

    package init(seed: UInt64, rounds: Int, seconds: Double, ending: Schedule.Reason, budgetSeconds: Double? = nil) {
      self.seed = seed
      self.rounds = rounds
      self.seconds = seconds
      self.ending = ending
      self.budgetSeconds = budgetSeconds
    }
  }

  package static let version = 1
  package var version = ComparisonReport.version
  /// `pipe 0.1.0`
  package var program: String
  /// Of the start, as ISO 8601.
  package var date: String
  /// What was typed behind `pipe`.
  package var command: [String]
  package var machine: Machine
  package var inputs: [Input]
  /// Data records of all inputs; nil if no run said.
  package var records: Int?
  package var course: Course
  /// In the order of the table.
  package var configurations: [ConfigurationResult]
  /// Those that there was no time for.
  package var givenUp: [Configuration]
  package var laws: [ScalingFit]
  package var verdicts: [Verdict]
  /// What makes the figures doubtful.
  package var warnings: [NoiseWarning]

  package init(
    program: String, date: String, command: [String] = [], machine: Machine, inputs: [Input], records: Int? = nil,
    course: Course, configurations: [ConfigurationResult], givenUp: [Configuration] = [], load: MachineLoad? = nil
  ) {
    self.program = program
    self.date = date
    self.command = command
    self.machine = machine
    self.inputs = inputs
    self.records = records
    self.course = course
    self.configurations = configurations.withSpeedUps
    self.givenUp = givenUp
    laws = []
    verdicts = []
    warnings = NoiseWarning.all(of: configurations, load: load)
    laws = scalingFits
    verdicts = VerdictRules(self).verdicts
  }

  /// The command as a shell takes it.
  package var commandLine: String { (["pipe"] + command).map(ShellText.quoted).joined(separator: " ") }

  package var inputBytes: Int { inputs.reduce(0) { $0 + $1.bytes } }

  /// The regimes, in the order in which they were asked for.
  package var regimes: [ComparisonRegime] {
    var regimes: [ComparisonRegime] = []
    for result in configurations where !regimes.contains(result.configuration.regime) {
      regimes.append(result.configuration.regime)
    }
    return regimes
  }

  /// The laws of thread and process mode in each regime, with the parser that was tried with most numbers of workers.
  private var scalingFits: [ScalingFit] {
    regimes.flatMap { regime in
      [ExecutionMode.thread, .process].compactMap { mode in
        let own = configurations.of(regime).filter { $0.configuration.mode == mode && $0.configuration.isPlain }
        guard let parser = own.first?.configuration.parser else { return nil }
        let plain = own.filter { $0.configuration.parser == parser }
        let one = plain.first { $0.configuration.workers == 1 }
        let points = one.map { one in
          plain.map {
            ScalingPoint(
              workers: $0.configuration.workers, speedUp: one.wall.median / $0.wall.median,
              isTie: VerdictRules.tie(one, $0))
          }
        }
        return ScalingFit(
          regime: regime.text, mode: mode.rawValue, parser: parser.rawValue, points: points ?? [], cores: machine.cores)
      }
    }
  }
}
