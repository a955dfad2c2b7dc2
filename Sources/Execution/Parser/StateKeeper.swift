// What lets a parser thread keep groups or a profile for the whole run instead of sending them with every piece, so
// that hardly anything crosses between the threads. A piece that certainly starts where the piece before it truly ends
// is added at once; the states of any other wait beside the parser until the aggregator has committed the piece. So a
// wrong guess or a late attempt never reaches the answer.

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

/// The states of one piece.
package struct PieceState: Sendable {
  var table: GroupTable
  var profile: ProfileState
  /// How groups were mapped when this table was last added to what is kept.
  var map = GroupTable.GroupMap()

  /// States of nothing.
  init(plan: Plan) {
    if case .groups(let task) = plan.task {
      table = GroupTable(calls: task.calls, keyColumns: task.keys.count)
    } else {
      table = GroupTable(calls: [], keyColumns: 0)
    }
    if case .profile = plan.task {
      profile = ProfileState(columnCount: plan.columnCount)
    } else {
      profile = ProfileState(columnCount: 0)
    }
  }

  /// Forgets everything that was added.
  ///
  /// - Parameter kept: states that are committed, and so part of the answer that these will be part of.
  mutating func clear(besides kept: PieceState? = nil) {
    table.clear()
    profile.clear(besides: kept?.profile)
  }
}

/// The states that one parser keeps.
struct StateKeeper {
  private let plan: Plan
  private let board: CommitBoard
  private var kept: PieceState
  private var pending: [(work: WorkName, start: Boundary, state: PieceState)] = []
  private var free: [PieceState] = []
  private let check: PieceCheck
  /// Whether the piece that is being read is added at once.
  private(set) var isAdding = false

  /// - Returns: nil where the states are rows, which must reach the aggregator in order.
  init?(plan: Plan, board: CommitBoard) {
    if case .rows = plan.task { return nil }
    self.plan = plan
    self.board = board
    kept = PieceState(plan: plan)
    check = PieceCheck(dialect: plan.dialect, maxRecord: plan.question.maxRecord)
  }

  /// Begins a piece whose bytes are in the buffer: gives the kept states in place of empty ones where it may be added
  /// at once.
  mutating func begin(_ piece: Piece, _ buffer: PieceBuffer, _ state: inout PieceState) {
    isAdding = false
    guard piece.work.attempt == 0, !piece.isSkipping else { return }
    let isCertain = (piece.isLast || piece.endsLine) && check.ends(buffer, from: piece.headerLength)
    guard board.claim(piece.start, end: isCertain ? piece.nextStart : nil) else { return }
    isAdding = true
    swap(&state, &kept)
  }

  /// Takes the states of a piece and gives empty ones in their place.
  mutating func keep(_ state: inout PieceState, of result: PieceResult, _ piece: Piece) {
    if isAdding {
      // First of all: what is settled is added to what is kept, which must be in its place again.
      swap(&state, &kept)
      settle()
      let isClosed = result.stop == .none && !result.isOpen && !result.endsSkipping && result.end == Int(piece.work.end)
      if isClosed { board.close(piece.start, end: piece.nextStart) }
      isAdding = false
      return
    }
    settle()
    var other = free.popLast() ?? PieceState(plan: plan)
    other.clear(besides: kept)
    swap(&state, &other)
    pending.append((result.work, result.start, other))
  }

  /// Adds what has been committed, and drops what never will be.
  private mutating func settle() {
    var index = 0
    while index < pending.count {
      guard let isCommitted = board.isCommitted(pending[index].work, start: pending[index].start) else {
        index += 1
        continue
      }
      var state = pending.remove(at: index).state
      if isCommitted {
        kept.table.merge(state.table, map: &state.map)
        if kept.profile.columnCount > 0 { kept.profile.merge(state.profile) }
      }
      free.append(state)
    }
  }

  /// Leaves what was kept for the aggregator, when no piece follows.
  mutating func close() {
    settle()
    pending = []
    free = []
    if case .groups = plan.task { board.leave(.groups(kept.table)) } else { board.leave(.profile(kept.profile)) }
    kept = PieceState(plan: plan)
  }
}
