// Which pieces parser threads may add to the states that they keep for the whole run (`StateKeeper`).

import CSV
import Query
import Transport

/// What parser threads and the aggregator know of each other's pieces.
///
/// A parser may add a piece to what it keeps at once if it is certain that the piece starts where the one before it
/// truly ends: then the piece will be committed, or the run fails. That is known along a chain: the first piece of an
/// input starts at a record; one whose end is certain makes the start of the next one certain. The chain breaks for
/// good when anything is read again, so that no two attempts at the same bytes can both be added; from then on every
/// piece waits until it is committed.
package final class CommitBoard: Sendable {
  private struct State: Sendable {
    /// Pieces that are committed and not taken notice of yet.
    var committed: Set<WorkName> = []
    /// Everything before is committed: a piece that starts before and is not among them never will be.
    var boundary = Boundary(input: 0, offset: 0)
    var kept: [PartialState] = []
    /// The last certain start, and those before it that no parser has claimed.
    var certain = Boundary(input: 0, offset: 0)
    var unclaimed: Set<Boundary> = [Boundary(input: 0, offset: 0)]
    /// Where the pieces that were looked at end, if that is certain; by their starts.
    var ends: [Boundary: Boundary?] = [:]
    var isBroken = false

    mutating func follow() {
      while let known = ends[certain], let end = known {
        ends[certain] = nil
        certain = end
        unclaimed.insert(end)
      }
    }
  }

  /// How long to wait for a parser that has the piece before and has not looked at it yet.
  private let patience: UInt64
  private let state = Monitor(State())

  /// - Parameter patience: nanoseconds.
  package init(patience: UInt64 = 5_000_000) { self.patience = patience }

  /// Says that a piece is merged: its parser may add its states.
  func commit(_ work: WorkName) { state.withLock { _ = $0.committed.insert(work) } }

  /// Says how far the input is committed, and whether something must be read again.
  func pass(_ boundary: Boundary, isRedone: Bool) {
    state.withLock { state in
      state.boundary = boundary
      if isRedone { state.isBroken = true }
    }
  }

  /// What became of a piece; nil while that is open.
  func isCommitted(_ work: WorkName, start: Boundary) -> Bool? {
    state.withLock { state in
      if state.committed.remove(work) != nil { return true }
      return start < state.boundary ? false : nil
    }
  }

  /// Says where a piece ends, if it starts at a record; nil where that is not certain. Then waits until it is known
  /// whether its own start is certain. True: the caller, and nobody else, may add the piece at once.
  func claim(_ start: Boundary, end: Boundary?) -> Bool {
    state.change { state in
      state.ends[start] = .some(end)
      state.follow()
    }
    let claimed = state.wait(nanoseconds: patience) { state -> Bool? in
      if state.isBroken { return false }
      if state.unclaimed.remove(start) != nil { return true }
      if start < state.certain { return false }
      // The piece that the chain waits for was looked at, and where it ends is not certain.
      if let known = state.ends[state.certain], known == nil { return false }
      return nil
    }
    return claimed.value ?? false
  }

  /// Says where a piece that was added at once truly ended.
  func close(_ start: Boundary, end: Boundary) {
    state.change { state in
      state.ends[start] = .some(end)
      state.follow()
    }
  }

  /// Leaves what a parser kept.
  func leave(_ kept: PartialState) { state.withLock { $0.kept.append(kept) } }

  /// Takes what parsers have left. Complete when all of them have ended.
  func take() -> [PartialState] {
    state.withLock { state in
      defer { state.kept = [] }
      return state.kept
    }
  }
}
