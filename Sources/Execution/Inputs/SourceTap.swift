// What reading the source costs a stage: whatever it reads of the inputs comes through its tap, which counts bytes and time,
// and waits as the regime of the run has it.

import Synchronization
import Transport

/// How fast the source of a run is, which all taps of it share.
package struct SourcePace: Sendable {
  private let throttle: Throttle?
  fileprivate let latency: UInt64

  /// - Parameters:
  ///   - regime: what is asked for.
  ///   - throttle: shared with the other processes of the run; nil where there are none.
  package init(_ regime: Regime, sharing throttle: Throttle? = nil) {
    self.throttle = throttle ?? regime.bytesPerSecond.map(Throttle.init(bytesPerSecond:))
    latency = regime.latency
  }

  /// As fast as it is.
  package static let asItIs = SourcePace(.none)

  /// When bytes are there that are asked for now; nil where that is at once.
  fileprivate func take(_ count: Int, at now: UInt64) -> UInt64? { throttle?.take(count, at: now) }
}

/// The tap of one thread of a stage. Only that thread reads through it; others may look at the counts.
package final class SourceTap: Sendable {
  private let waited = Atomic<UInt64>(0)
  private let read = Atomic<UInt64>(0)
  private let pace: SourcePace
  private let activity: ActivityPage?
  /// Records what the thread does; nil where nobody has asked for it.
  package let trace: StageTrace?

  /// - Parameter activity: where the stage says what it does.
  package init(_ pace: SourcePace = .asItIs, activity: ActivityPage? = nil, trace: StageTrace? = nil) {
    self.pace = pace
    self.activity = activity
    self.trace = trace
  }

  /// Time in reading so far, and in waiting for the source, in nanoseconds.
  package var nanoseconds: UInt64 { waited.load(ordering: .relaxed) }
  /// Bytes that were read so far, those that were read again included.
  package var bytes: UInt64 { read.load(ordering: .relaxed) }

  /// Reads something.
  ///
  /// - Parameters:
  ///   - isWaitedFor: whether to wait until the source has delivered it. A look around an edge is not: what is read behind it
  ///     is late by as much. Else a reader that cuts would stand in a queue with the parsers, who read the same bytes again.
  ///   - body: gives how many bytes it has read.
  package func read(isWaitedFor: Bool = true, _ body: () throws(RunFailure) -> Int) throws(RunFailure) {
    let before = MonotonicClock.now()
    let earlier = trace?.enter(.reads, at: before)
    defer { add(since: before, earlier) }
    let count = try body()
    note(count)
    if let due = pace.take(count, at: before), isWaitedFor {
      trace?.enter(.waitsForSource)
      wait(until: due)
    }
  }

  /// Waits for the answer of the source, before the bytes of a piece are read.
  package func awaitAnswer() {
    if pace.latency == 0 { return }
    let before = MonotonicClock.now()
    let earlier = trace?.enter(.waitsForSource, at: before)
    wait(until: before + min(pace.latency, .max / 2))
    add(since: before, earlier)
  }

  /// Takes bytes from the source that the kernel is going to move, and that are never in memory here: a whole piece.
  package func admit(_ count: Int) {
    awaitAnswer()
    note(count)
    let before = MonotonicClock.now()
    guard let due = pace.take(count, at: before) else { return }
    let earlier = trace?.enter(.waitsForSource, at: before)
    wait(until: due)
    add(since: before, earlier)
  }

  /// Adds what reading took, behind which the thread does what it did before.
  private func add(since start: UInt64, _ earlier: TraceEvent.Kind?) {
    let now = MonotonicClock.now()
    waited.store(nanoseconds + now - start, ordering: .relaxed)
    if let earlier { trace?.enter(earlier, at: now) }
  }

  private func note(_ count: Int) { read.store(bytes + UInt64(max(0, count)), ordering: .relaxed) }

  private func wait(until due: UInt64) {
    let state = activity?.state
    activity?.note(.waitsForSource)
    MonotonicClock.sleep(until: due)
    if let state { activity?.note(state) }
  }
}
