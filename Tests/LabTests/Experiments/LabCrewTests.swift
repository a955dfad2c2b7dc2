// A crew of threads does what it is told, all of it, and says so. (Crews of processes are forked, which a process of many
// threads must not do; the lab's own run tries them.)

import Testing

@testable import Lab

@Suite struct LabCrewTests {
  @Test func everyWorkerDoesItsUnits() throws {
    let report = try LabCrew.run(.threads, count: 5, bytes: 4096, task: .units(30))
    #expect(report.workers == 5)
    #expect(report.units == 150)
    #expect(report.nanoseconds > 0 && report.nanosecondsInAll >= report.nanoseconds)
    #expect(report.runningNanoseconds > 0)
    #expect(report.proportionalBytes > 0)
  }

  @Test func theTimeEndsIt() throws {
    let report = try LabCrew.run(.threads, count: 2, bytes: 4096, task: .until(20_000_000))
    #expect(report.units >= 2)
    #expect(report.nanoseconds >= 20_000_000)
  }

  @Test func aReportIsALine() throws {
    var report = LabCrew.Report()
    (report.workers, report.units, report.nanoseconds, report.nanosecondsInAll) = (1, 2, 3, 4)
    (report.runningNanoseconds, report.voluntarySwitches, report.involuntarySwitches) = (5, 6, 7)
    (report.proportionalBytes, report.isOverlapping) = (8, true)
    #expect(LabCrew.Report(line: report.line) == report)
    #expect(LabCrew.Report(line: "1 2 3") == nil)
  }

  @Test func names() {
    #expect(LabCrew.Kind.threads.name(of: 1) == "1 thread")
    #expect(LabCrew.Kind.processes.name(of: 1) == "1 process")
    #expect(LabCrew.Kind.processes.name(of: 4096) == "4,096 processes")
  }
}
