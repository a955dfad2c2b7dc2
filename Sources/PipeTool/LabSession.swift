// One run of the lab: experiment after experiment, with a line on the terminal that says which. One that fails is noted, and
// the next begins.

import Foundation
import Lab
import Transport

/// Runs experiments and collects what they find.
struct LabSession {
  let bench: Bench
  let chosen: [any Experiment]
  /// As it is before the first experiment.
  let report: LabReport
  private let isTerminal = Terminal.isTerminal(2)

  init(bench: Bench, chosen: [any Experiment]) {
    self.bench = bench
    self.chosen = chosen
    report = LabReport(
      machine: Machine.read(cores: bench.cores), date: ISO8601DateFormatter().string(from: Date()),
      version: PipeCommand.version, isQuick: bench.isQuick)
  }

  /// Runs all.
  /// - Parameter finish: called behind each experiment.
  func run<Failure>(finish: (LabReport.Entry) throws(Failure) -> Void) throws(Failure) -> LabReport {
    var report = report
    for (index, experiment) in chosen.enumerated() {
      show("\(index + 1) of \(chosen.count): \(experiment.name)")
      let entry = Self.run(experiment, on: bench)
      hide()
      // The thread that watches for signals takes away what there is and ends the program.
      if bench.leftovers.isOver { while true { pause() } }
      report.entries.append(entry)
      if let failure = entry.failure {
        Diagnostics.say("\(experiment.name): \(failure.message)")
        if let remedy = failure.remedy { Diagnostics.write("  \(remedy)\n") }
      }
      try finish(entry)
    }
    return report
  }

  private static func run(_ experiment: any Experiment, on bench: Bench) -> LabReport.Entry {
    let (reading, own) = (MachineLoad.Reading.now(), ownSeconds)
    let start = MonotonicClock.now()
    let outcome = Result { () throws(LabFailure) in try experiment.run(on: bench) }
    var entry = LabReport.Entry(
      experiment: experiment, outcome: outcome, seconds: Double(MonotonicClock.now() - start) / 1e9)
    if let reading, let now = MachineLoad.Reading.now() {
      entry.load = MachineLoad(from: reading, to: now, ownSeconds: ownSeconds - own)
    }
    return entry
  }

  /// Processor time of this program and its parts so far.
  private static var ownSeconds: Double {
    [ResourceUsage.ofProcess(), ResourceUsage.ofChildren()].reduce(0) {
      $0 + Double($1.userNanoseconds + $1.systemNanoseconds) / 1e9
    }
  }

  private func show(_ text: String) { if isTerminal { Diagnostics.write("\r\u{1B}[K" + text) } }

  private func hide() { if isTerminal { Diagnostics.write("\r\u{1B}[K") } }
}
