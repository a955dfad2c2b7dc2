// Records what a thread of a stage does while it does it. A thread always does exactly one thing, so the events of a lane
// follow each other without gaps and never overlap. What there is no room for is counted and left out: a run may be long.

import Transport

/// The recorder of one thread. Only that thread records, but for what was done in its name before it began.
package final class StageTrace: Sendable {
  private struct State: Sendable {
    var lane: TraceLane
    var kind = TraceEvent.Kind.works
    var since: UInt64
    var work: WorkName?
  }

  /// Events of a lane, unless something else is asked for: 3.5 MiB in memory.
  package static let standardLimit = 64 << 10

  /// Nanoseconds.
  private static let shortest: UInt64 = 1000

  private let limit: Int
  private let state: Monitor<State>

  /// - Parameters:
  ///   - thread: which thread of the stage, counted from 0.
  ///   - limit: the most events, and counts besides.
  package init(thread: Int = 0, limit: Int = standardLimit) {
    self.limit = limit
    state = Monitor(State(lane: TraceLane(thread: thread), since: MonotonicClock.now()))
  }

  /// The calling thread is the one whose lane this is.
  func adopt() {
    let number = ProcessSelf.threadId
    state.withLock { $0.lane.threadId = number }
  }

  /// From a moment on the thread does something else; gives what it did before.
  @discardableResult
  func enter(_ kind: TraceEvent.Kind, at now: UInt64 = MonotonicClock.now()) -> TraceEvent.Kind {
    state.withLock { state in
      defer { state.kind = kind }
      turn(&state, at: now)
      return state.kind
    }
  }

  /// The thread is at a piece: what it does until `end`, but for waiting, is about this piece. So is the work that it was
  /// at, if that was about none.
  func begin(_ work: WorkName, as kind: TraceEvent.Kind) {
    let now = MonotonicClock.now()
    state.withLock { state in
      if state.kind != .works || state.work != nil { turn(&state, at: now) }
      (state.kind, state.work) = (kind, work)
    }
  }

  /// The piece is done with.
  func end() {
    let now = MonotonicClock.now()
    state.withLock { state in
      turn(&state, at: now)
      (state.kind, state.work) = (.works, nil)
    }
  }

  /// So many pieces are given out and not committed.
  func count(_ pieces: Int) {
    let now = MonotonicClock.now()
    state.withLock { state in
      guard state.lane.counts.count < limit else {
        state.lane.omitted += 1
        return
      }
      state.lane.counts.append(.init(moment: now, pieces: pieces))
    }
  }

  /// What was recorded, up to now.
  func finish() -> TraceLane {
    let now = MonotonicClock.now()
    return state.withLock { state in
      turn(&state, at: now)
      return state.lane
    }
  }

  /// Ends the event that lasts. One that is too short to be seen becomes part of what follows, unless a piece would go
  /// without its event.
  private func turn(_ state: inout State, at now: UInt64) {
    let work = state.kind.isOfPiece ? state.work : nil
    let isNeeded = work != nil && (state.kind == .works || state.kind == .merges)
    guard isNeeded || now >= state.since + Self.shortest else { return }
    let end = max(state.since, now)
    if state.lane.events.count < limit {
      state.lane.events.append(TraceEvent(state.kind, state.since, end, work))
    } else {
      state.lane.omitted += 1
    }
    state.since = end
  }
}
