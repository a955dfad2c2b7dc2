// Where a stage's time goes, with one thread and with several.

import Testing
import Transport

@testable import Execution

@Suite struct StageMeterTests {
  private static func spin(_ nanoseconds: UInt64) {
    let start = MonotonicClock.now()
    while MonotonicClock.now() - start < nanoseconds {}
  }

  @Test func theMeterTellsTheSidesApart() {
    var meter = StageMeter(isProcess: true)
    let value = meter.waitForInput { () -> Int in
      Self.spin(2_000_000)
      return 3
    }
    #expect(value == 3)
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try meter.waitForOutput { () throws(Stop) in
        Self.spin(1_000_000)
        throw Stop()
      }
    }
    let report = meter.report(stage: .parser(3), isProcess: false)
    #expect(report.name == "pipe:parser/3")
    #expect(report.inputNanoseconds >= 2_000_000)
    // What failed took its time all the same.
    #expect(report.outputNanoseconds >= 1_000_000)
    #expect(report.wallNanoseconds >= report.inputNanoseconds + report.outputNanoseconds)
    #expect(report.peakBytes == nil)
    #expect(report.pid == ProcessSelf.pid)
    let process = StageMeter(isProcess: true).report(stage: .reader, isProcess: true)
    #expect(process.peakBytes ?? 0 > 1 << 20)
  }

  /// Times on the clock are means over the threads, and one that has done its part waits for input like any other.
  @Test func severalThreadsAreOneStage() throws {
    var main = StageMeter()
    var other = StageMeter()
    other.waitForOutput { Self.spin(3_000_000) }
    try other.source.read { 100 }
    other.stop()
    main.waitForOutput { Self.spin(1_000_000) }
    try main.source.read { () throws(RunFailure) in
      Self.spin(2_000_000)
      return 28
    }
    main.stop()
    let ownInput = main.waitedForInput
    Self.spin(5_000_000)
    main.add(other)
    let report = main.report(stage: .parser(1), isProcess: false)
    #expect(ownInput == 0)
    #expect(report.threads == 2)
    // Both have ended before the last 5 ms.
    #expect(report.inputNanoseconds >= 5_000_000)
    #expect(report.outputNanoseconds >= 2_000_000)
    #expect(report.outputNanoseconds <= (main.waitedForOutput + other.waitedForOutput) / 2)
    #expect(report.sourceNanoseconds >= 1_000_000)
    #expect(report.sourceNanoseconds <= (main.source.nanoseconds + other.source.nanoseconds) / 2)
    #expect(report.sourceBytes == 128)
    #expect(report.busyNanoseconds >= report.sourceNanoseconds)
    #expect(report.wallNanoseconds >= report.inputNanoseconds + report.outputNanoseconds)
  }

  /// What was read before the thread of a stage began is not its time, but its bytes.
  @Test func whatWasReadBeforeTheStageIsNotItsTime() throws {
    let tap = SourceTap()
    try tap.read { () throws(RunFailure) in
      Self.spin(2_000_000)
      return 7
    }
    let report = StageMeter(source: tap).report(stage: .reader, isProcess: false)
    #expect(report.sourceNanoseconds == 0)
    #expect(report.sourceBytes == 7)
  }
}
