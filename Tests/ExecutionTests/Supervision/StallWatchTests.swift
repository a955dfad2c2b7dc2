// When a worker counts as stalled, told by looks at it.

import Execution
import Testing
import Transport

@Suite struct StallWatchTests {
  private static let second: UInt64 = 1_000_000_000
  private static let look = StallWatch.interval

  /// Looks at the same thing until the watch says something; gives what, and after how many looks.
  private func verdict(
    _ sight: WorkerSight, timeout: UInt64 = 10 * second, usedPerLook: UInt64 = 0, looks: Int = 400,
    elapsed: UInt64 = look
  ) -> (cause: DeathCause?, looks: Int) {
    var watch = StallWatch(timeout: timeout)
    var sight = sight
    for count in 1...looks {
      if let cause = watch.look(sight, elapsed: elapsed) { return (cause, count) }
      sight.cpuNanoseconds += usedPerLook
    }
    return (nil, looks)
  }

  @Test func whoWaitsIsNeverStalled() {
    for state in [ActivityPage.State.waitsForInput, .waitsForOutput, .waitsForFeedback, .waitsForSource, .finished] {
      #expect(verdict(WorkerSight(state: state, progress: 0)).cause == nil)
    }
  }

  @Test func whoWorksWithoutProgressIsStalled() {
    let hung = verdict(WorkerSight(state: .works, progress: 7))
    #expect(hung.cause == .stalled("hung for 10 s"))
    // The first look only says where it was.
    #expect(hung.looks == 41)
    #expect(
      verdict(WorkerSight(state: .works, progress: 7), usedPerLook: Self.look).cause
        == .stalled("ran for 10 s without getting anywhere"))
    #expect(verdict(WorkerSight(state: .works, progress: 7), timeout: Self.second).looks == 5)
  }

  @Test func anyProgressBeginsTheTimeAnew() {
    var watch = StallWatch(timeout: Self.second)
    for step in UInt64(0)..<100 {
      #expect(watch.look(WorkerSight(state: .works, progress: step / 3), elapsed: Self.look) == nil)
    }
  }

  @Test func workAsAWholeIsStalledOnlyIfItDoesNotRun() {
    let sight = WorkerSight(state: .worksAsOne, progress: 0)
    #expect(verdict(sight, usedPerLook: 10_000_000).cause == nil)
    #expect(verdict(sight).cause == .stalled("hung for 10 s"))
  }

  @Test func whoIsStoppedHasASecond() {
    let stopped = verdict(WorkerSight(state: .waitsForInput, progress: 0, isStopped: true))
    #expect(stopped.cause == .stopped)
    #expect(stopped.looks == 4)
    var watch = StallWatch(timeout: 10 * Self.second)
    for count in 0..<100 {
      let sight = WorkerSight(state: .waitsForInput, progress: 0, isStopped: count % 4 != 0)
      #expect(watch.look(sight, elapsed: Self.look) == nil)
    }
  }

  /// The watch itself was stopped, or the clock jumped: that is not the worker's time.
  @Test func aLongTimeBetweenLooksCountsAsAShortOne() {
    #expect(verdict(WorkerSight(state: .works, progress: 0), elapsed: 3600 * Self.second).looks == 21)
    #expect(verdict(WorkerSight(state: .works, progress: 0, isStopped: true), elapsed: 3600 * Self.second).looks == 2)
  }

  /// On a busy machine, too, what runs in circles is told from what hangs.
  @Test func aTwentiethOfACoreIsNotNothing() {
    #expect(
      verdict(WorkerSight(state: .works, progress: 7), usedPerLook: Self.look / 20).cause
        == .stalled("ran for 10 s without getting anywhere"))
  }

  @Test func isQuietWhileItDoesTheSame() {
    var watch = StallWatch(timeout: 10 * Self.second)
    var quiet: [UInt64] = []
    for (state, progress) in [
      (ActivityPage.State.works, UInt64(5)), (.works, 5), (.works, 5), (.works, 6), (.waitsForOutput, 6),
      (.waitsForOutput, 6),
    ] {
      _ = watch.look(WorkerSight(state: state, progress: progress), elapsed: Self.look)
      quiet.append(watch.quietFor / Self.look)
    }
    #expect(quiet == [0, 1, 2, 0, 0, 1])
  }

  @Test func whoNeverSpeaksIsEnded() {
    let silent = verdict(WorkerSight(state: .waitsForInput, progress: 0, hasGreeted: false))
    #expect(silent.cause == .failed("said nothing for 10 s"))
  }
}
