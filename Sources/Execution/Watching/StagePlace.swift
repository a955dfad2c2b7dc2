// What a stage that is a thread of this process shows of itself: what it does, and how long it has run.

import Transport

/// One stage of a run in this process, as seen by whoever watches it.
package final class StagePlace: Sendable {
  private struct Clocks: Sendable {
    /// Of the stage's thread, and of those that help it now.
    var running: [ThreadClock] = []
    /// Time of those that have ended.
    var ended: UInt64 = 0
  }

  package let name: StageName
  /// Where the stage says what it does.
  package let activity = ActivityPage()
  private let clocks = Monitor(Clocks())

  package init(_ name: StageName) { self.name = name }

  /// The time that the stage has used of processors so far, in nanoseconds; nil before its thread runs.
  package var cpuNanoseconds: UInt64? {
    clocks.withLock { clocks in
      if clocks.running.isEmpty, clocks.ended == 0 { return nil }
      return clocks.running.reduce(clocks.ended) { $0 + ($1.nanoseconds ?? 0) }
    }
  }

  /// Runs something in the calling thread whose time counts as this stage's.
  package func count(_ body: () -> Void) {
    let clock = ThreadClock.ofThread()
    if let clock { clocks.withLock { $0.running.append(clock) } }
    body()
    guard let clock else { return }
    clocks.withLock { clocks in
      clocks.running.removeAll { $0 == clock }
      clocks.ended += clock.nanoseconds ?? 0
    }
  }
}
