// All that a run of the lab has found, on which machine and when: one value, which every format is made of.

import Report

/// The results of a run of `pipe lab`.
package struct LabReport: Sendable {
  /// An experiment that was run.
  package struct Entry: Sendable {
    package var experiment: any Experiment
    package var outcome: Result<ExperimentResult, LabFailure>
    package var seconds: Double
    /// What the machine did meanwhile; nil where it does not say.
    package var load: MachineLoad?

    package init(
      experiment: any Experiment, outcome: Result<ExperimentResult, LabFailure>, seconds: Double,
      load: MachineLoad? = nil
    ) {
      self.experiment = experiment
      self.outcome = outcome
      self.seconds = seconds
      self.load = load
    }

    /// A share of the cores in the hands of others from which on times say nothing about a claim.
    package static let mostLoad = 0.25

    /// Whether the machine leaves open what was claimed of times.
    private var leavesTimesOpen: Bool { experiment.measuresTime && (load?.othersShare ?? 0) >= Self.mostLoad }

    /// Why its figures are to be doubted, in sentences.
    package var doubts: [String] {
      var doubts = NoiseWarning.all(of: [], load: load).map(\.sentence)
      if leavesTimesOpen { doubts.append("so claims about time cannot be told here") }
      return doubts
    }

    /// nil if the experiment failed.
    package var result: ExperimentResult? {
      guard var result = try? outcome.get() else { return nil }
      guard leavesTimesOpen else { return result }
      for index in result.findings.indices where result.findings[index].isOfTime {
        guard [.holds, .partly, .doesNotHold].contains(result.findings[index].holding) else { continue }
        result.findings[index].holding = .cannotBeTold
      }
      return result
    }

    /// nil unless the experiment failed.
    package var failure: LabFailure? { if case .failure(let failure) = outcome { failure } else { nil } }
  }

  package var machine: Machine
  /// Day and time of the start, as ISO 8601 has it.
  package var date: String
  /// Of the program.
  package var version: String
  package var isQuick: Bool
  package var entries: [Entry] = []

  package init(machine: Machine, date: String, version: String, isQuick: Bool) {
    self.machine = machine
    self.date = date
    self.version = version
    self.isQuick = isQuick
  }

  /// The names of the experiments that have no result.
  package var failed: [String] { entries.filter { $0.failure != nil }.map(\.experiment.name) }

  /// What figures mean nothing without, a line each.
  package var header: [String] {
    let cores = "\(machine.cores) of \(machine.onlineCores) core\(machine.onlineCores == 1 ? "" : "s")"
    return [
      "\(machine.processor), \(cores), \(NumberText.bytes(Int(clamping: machine.memoryBytes))), \(machine.system) "
        + machine.architecture,
      "\(date), pipe \(version), " + (isQuick ? "quick: waits a tenth, fewer and shorter repetitions" : "full length"),
    ]
  }

  /// What `from` and `to` mean wherever they head columns.
  package static let reading = """
    Figures are medians; from and to are the ends of the interval that holds the true median in 95 of 100 cases, and of \
    fewer than 6 samples the smallest and the largest. What is claimed of such a figure holds, or does not, if the whole \
    interval says so; it cannot be told where the interval does not, of fewer than 3 samples, and, if it is a time, while \
    others have a quarter of the cores. What is claimed to happen is judged by every run, and their number is given.
    """

  /// Every claim beside what was measured; of experiments that failed, why.
  package var summary: LabTable {
    let titles = ["experiment", "claim", "measured", "holds?"]
    var table = LabTable(title: "Claims", columns: titles.map { TableColumn($0) })
    for entry in entries {
      let name = entry.experiment.name
      if let failure = entry.failure {
        table.rows.append([name, entry.experiment.claim, "failed: \(failure.message)", "-"])
      }
      for finding in entry.result?.findings ?? [] {
        table.rows.append([name, finding.claim, finding.measured, finding.holding.rawValue])
      }
    }
    return table
  }

  /// Ways to fail, with what was seen of each; nil where no experiment has seen any.
  package var failureModes: LabTable? {
    let observations = entries.flatMap { $0.result?.observations ?? [] }
    guard !observations.isEmpty else { return nil }
    let titles = ["failure", "threads", "processes"]
    var table = LabTable(title: "Ways to fail", columns: titles.map { TableColumn($0) })
    for mode in FailureMode.allCases {
      let seen = observations.filter { $0.mode == mode }
      guard !seen.isEmpty else { continue }
      table.rows.append([
        mode.rawValue, seen.map(\.threads).joined(separator: "; "), seen.map(\.processes).joined(separator: "; "),
      ])
    }
    return table
  }
}
