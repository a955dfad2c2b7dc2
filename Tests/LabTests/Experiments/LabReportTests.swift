// What the summary of a run holds, and the report as programs read it.

import Foundation
import Report
import Testing

@testable import Lab

@Suite struct LabReportTests {
  private let report = LabReport.example()

  @Test func theHeaderNamesMachineAndLength() {
    #expect(
      report.header == [
        "Model, 2 of 4 cores, 1,024 MiB, Linux 6.1 x86_64",
        "2026-01-02T03:04:05Z, pipe 1.2.3, quick: waits a tenth, fewer and shorter repetitions",
      ])
    var full = report
    full.isQuick = false
    #expect(full.header[1].hasSuffix("full length"))
  }

  @Test func allClaimsAreInTheSummaryAndWhatFailedToo() {
    #expect(
      report.summary.rows == [
        ["example", "one is more", "1 against 0", "yes"], ["example", "none is |less|", "0 against 1", "not observed"],
        ["broken", "article: yes", "failed: no pieces", "-"],
      ])
    #expect(report.failed == ["broken"])
  }

  @Test func observationsOfOneFailureComeTogetherInTheOrderOfFailures() {
    #expect(
      report.failureModes?.rows == [
        ["memory leak", "grows", "is recycled"], ["crash", "all die; again", "one dies; never"],
      ])
    var none = report
    none.entries.removeFirst()
    #expect(none.failureModes == nil)
  }

  @Test func aBusyMachineGivesDoubts() {
    var entry = report.entries[0]
    #expect(entry.doubts.isEmpty)
    entry.load = MachineLoad(busySeconds: 3, stolenSeconds: 0, ownSeconds: 1, coreSeconds: 4)
    #expect(entry.doubts == ["other programs had 50 % of the cores meanwhile"])
    entry.load = MachineLoad(busySeconds: 1, stolenSeconds: 0, ownSeconds: 1, coreSeconds: 4)
    #expect(entry.doubts.isEmpty)
  }

  /// Times taken beside other programs say nothing about claims; what was counted does.
  @Test func aBusyMachineLeavesClaimsAboutTimeOpen() {
    let load = MachineLoad(busySeconds: 3, stolenSeconds: 0, ownSeconds: 1, coreSeconds: 4)
    let result = ExperimentResult(
      findings: Holding.allCases.map { Finding(claim: "c", measured: "m", $0) }
        + [Finding(claim: "c", measured: "bytes", .holds, isOfTime: false)])
    func holdings(_ experiment: any Experiment, _ load: MachineLoad?) -> [Holding]? {
      LabReport.Entry(experiment: experiment, outcome: .success(result), seconds: 1, load: load).result?.findings.map(
        \.holding)
    }
    let open: [Holding] = [
      .cannotBeTold, .cannotBeTold, .cannotBeTold, .notObserved, .cannotBeTold, .cannotBeTried, .holds,
    ]
    #expect(holdings(CPUExperiment(), load) == open)
    #expect(holdings(CPUExperiment(), nil) == Holding.allCases + [.holds])
    #expect(holdings(RaceExperiment(), load) == Holding.allCases + [.holds])
  }

  @Test func itIsJSONWithEverySample() throws {
    let object = try #require(
      JSONSerialization.jsonObject(with: JSONEncoder().encode(report)) as? [String: Any])
    #expect(object["quick"] as? Bool == true)
    let experiments = try #require(object["experiments"] as? [[String: Any]])
    #expect(experiments.map { $0["name"] as? String } == ["example", "broken"])
    let findings = try #require(experiments[0]["findings"] as? [[String: String]])
    #expect(findings[1] == ["claim": "none is |less|", "measured": "0 against 1", "holds": "not observed"])
    let samples = try #require(experiments[0]["samples"] as? [[String: Any]])
    #expect(samples[0]["values"] as? [Double] == [1, 1.5])
    let series = try #require(experiments[0]["series"] as? [[String: Any]])
    let lines = try #require(series[0]["lines"] as? [[String: Any]])
    #expect(lines[0]["points"] as? [[Double]] == [[1, 2], [3, 4]])
    #expect(experiments[1]["failure"] as? String == "no pieces")
    #expect(experiments[1]["findings"] == nil)
  }
}
