// What is read through a tap is counted, whatever reads it, and waited for as the regime has it.

import Execution
import Testing
import Transport

@Suite struct SourceTapTests {
  @Test(arguments: [false, true]) func countsWhatIsRead(isStream: Bool) throws {
    let bytes = [UInt8](repeating: 7, count: 100_000)
    let tap = SourceTap()
    var source = try (isStream ? TestInput.stream(bytes) : TestInput.file(bytes)).makeSource(tap)
    #expect(try source.read(from: 0, count: 10).count == 10)
    // A stream is read as far as it has something to say; what is kept is not read again.
    #expect(isStream ? tap.bytes >= 10 : tap.bytes == 10)
    #expect(try source.read(from: 99_995, count: 10).count == 5)
    #expect(try source.read(from: 0, count: 100).count == 100)
    #expect(tap.bytes == (isStream ? 100_000 : 115))
    #expect(tap.nanoseconds > 0)
  }

  @Test func whatFailsTakesItsTime() {
    let tap = SourceTap()
    #expect(throws: RunFailure(.transfer, "gone")) {
      try tap.read { () throws(RunFailure) in throw RunFailure(.transfer, "gone") }
    }
    #expect(tap.bytes == 0)
    #expect(tap.nanoseconds > 0)
  }

  /// Two taps of one source take turns: together they are as slow as the source.
  @Test func aSlowSourceIsWaitedFor() throws {
    let pace = SourcePace(Regime(bytesPerSecond: 1_000_000))
    let taps = [SourceTap(pace), SourceTap(pace)]
    let start = MonotonicClock.now()
    for tap in taps + taps { try tap.read { () throws(RunFailure) in 2000 } }
    #expect(MonotonicClock.now() - start >= 8_000_000)
    #expect(taps.allSatisfy { $0.bytes == 4000 && $0.nanoseconds > 0 })
    // The first read has nothing to make up for; later ones find delivered what came while this thread had no core.
    #expect(taps[0].nanoseconds >= 2_000_000)
  }

  /// A look around an edge is paid for by who reads behind it.
  @Test func aLookIsNotWaitedFor() throws {
    let pace = SourcePace(Regime(bytesPerSecond: 1000))
    let tap = SourceTap(pace)
    // An hour's worth: to wait for it would be noticed.
    try tap.read(isWaitedFor: false) { () throws(RunFailure) in 3_600_000 }
    #expect(tap.bytes == 3_600_000)
    let file = SourceTap(SourcePace(Regime(bytesPerSecond: 1)))
    var source = try TestInput.file([UInt8](repeating: 7, count: 10_000)).makeSource(file)
    #expect(try source.read(from: 0, count: 4096).count == 4096)
  }

  @Test func aSourceFarAwayAnswersLate() throws {
    let tap = SourceTap(SourcePace(Regime(latency: 2_000_000)))
    let start = MonotonicClock.now()
    tap.awaitAnswer()
    #expect(MonotonicClock.now() - start >= 2_000_000)
    #expect(tap.nanoseconds >= 2_000_000)
    #expect(tap.bytes == 0)
    tap.admit(5)
    #expect(tap.nanoseconds >= 4_000_000)
    #expect(tap.bytes == 5)
    // Reading itself takes as long as it takes.
    let answer = SourceTap(SourcePace(Regime(latency: 3_600_000_000_000)))
    try answer.read { () throws(RunFailure) in 1 }
  }

  @Test func whoWaitsSaysSo() throws {
    let page = ActivityPage()
    page.note(.works)
    SourceTap(SourcePace(Regime(latency: 1000)), activity: page).awaitAnswer()
    #expect(page.state == .works)
    // Long enough to be seen on any machine; nobody waits for the thread.
    let tap = SourceTap(SourcePace(Regime(latency: 20_000_000_000)), activity: page)
    _ = try WorkerThread.start(name: "waits") { tap.awaitAnswer() }
    while page.state != .waitsForSource, tap.nanoseconds == 0 {}
    #expect(page.state == .waitsForSource)
  }
}
