// An experiment that finds what a test wants it to.

import Report

@testable import Lab

struct TestExperiment: Experiment {
  var name = "example"
  let question = "Is one more than none?"
  let claim = "article: yes"
  let method = "Both are counted."
  let unit = "pieces"
  let threats = ["Somebody may have eaten one."]

  func run(on bench: Bench) throws(LabFailure) -> ExperimentResult { throw LabFailure("not to be run") }
}

extension LabReport {
  /// A report with an experiment that has a result and one that has none.
  static func example() -> LabReport {
    let machine = Machine(
      processor: "Model", cores: 2, onlineCores: 4, memoryBytes: 1 << 30, system: "Linux 6.1", architecture: "x86_64")
    var report = LabReport(machine: machine, date: "2026-01-02T03:04:05Z", version: "1.2.3", isQuick: true)
    var result = ExperimentResult(findings: [
      Finding(claim: "one is more", measured: "1 against 0", .holds),
      Finding(claim: "none is |less|", measured: "0 against 1", .notObserved),
    ])
    result.tables = [
      LabTable(
        title: "Counts", columns: [TableColumn("of"), TableColumn("n", isNumeric: true)], rows: [["one", "1"]])
    ]
    result.series = [
      LabSeries(
        title: "Growth", xTitle: "t", yTitle: "n", lines: [.init(name: "a", points: [(x: 1, y: 2), (x: 3, y: 4)])])
    ]
    result.samples = [LabSamples(name: "one", unit: "pieces", values: [1, 1.5])]
    result.observations = [
      FailureObservation(.crash, threads: "all die", processes: "one dies"),
      FailureObservation(.leak, threads: "grows", processes: "is recycled"),
      FailureObservation(.crash, threads: "again", processes: "never"),
    ]
    result.notes = ["counted twice"]
    report.entries = [
      LabReport.Entry(experiment: TestExperiment(), outcome: .success(result), seconds: 0.5),
      LabReport.Entry(
        experiment: TestExperiment(name: "broken"),
        outcome: .failure(LabFailure("no pieces", remedy: "buy some")), seconds: 0.1),
    ]
    return report
  }
}
