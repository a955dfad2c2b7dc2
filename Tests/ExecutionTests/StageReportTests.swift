// The binary form of a stage's report.

import CSV
import Execution
import Testing
import Transport

@Suite struct StageReportTests {
  static func report() -> StageReport {
    var report = StageReport(name: "pipe:parser/1", pid: -7)
    report.wallNanoseconds = 1000
    report.inputNanoseconds = 300
    report.outputNanoseconds = 200
    report.sourceNanoseconds = 100
    report.sourceBytes = 1 << 40
    report.threads = 2
    report.usage.userNanoseconds = 1
    report.usage.systemNanoseconds = 2
    report.usage.minorFaults = 3
    report.usage.majorFaults = 4
    report.usage.voluntarySwitches = 5
    report.usage.involuntarySwitches = 6
    report.usage.blockInputBytes = 512
    report.schedule = ThreadSchedule(runningNanoseconds: 7, waitingNanoseconds: 8)
    report.peakBytes = 9
    var lane = TraceLane(thread: 1)
    lane.events = [TraceEvent(.reads, 5, 6, WorkName(input: 1, first: 2, end: 3, attempt: 4))]
    report.lanes = [TraceLane(thread: 0), lane]
    var metrics = LinkMetrics()
    (metrics.messages, metrics.frames, metrics.bytes, metrics.encodeNanoseconds) = (1, 2, 3, 4)
    (metrics.decodeNanoseconds, metrics.systemCallNanoseconds, metrics.systemCalls, metrics.blockedNanoseconds) =
      (5, 6, 7, .max)
    report.links = [LinkReport(name: "a -> b", metrics: metrics), LinkReport(name: "", metrics: LinkMetrics())]
    return report
  }

  @Test func surviveTheirBinaryForm() throws {
    for original in [Self.report(), StageReport(name: "", pid: .max)] {
      var writer = ByteWriter()
      original.encode(into: &writer)
      var reader = ByteReader(writer.bytes)
      #expect(try StageReport(from: &reader) == original)
      #expect(reader.remaining == 0)
      HostileBytes.check(
        writer.bytes, reader: { (reader) throws(ByteCodingError) in try StageReport(from: &reader) },
        use: { _ = $0.busyNanoseconds })
    }
  }

  @Test func busyIsWhatIsNotWaiting() {
    var report = Self.report()
    #expect(report.busyNanoseconds == 500)
    report.inputNanoseconds = 5000
    #expect(report.busyNanoseconds == 0)
  }
}
