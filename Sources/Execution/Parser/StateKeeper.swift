// What lets a parser thread keep its groups for the whole run instead of sending them with every piece: the states of a piece
// wait beside the parser until the aggregator has committed the piece, and only then are added to what is kept. So a wrong
// guess or a late attempt never reaches the answer, and hardly anything crosses between the threads.

import CSV
import Query
import Transport

/// Where the aggregator says what is committed, and where parser threads leave what they kept.
package final class CommitBoard: Sendable {
  private struct State: Sendable {
    /// Pieces that are committed and not taken notice of yet.
    var committed: Set<WorkName> = []
    /// Everything before is committed: a piece that starts before and is not among them never will be.
    var boundary = Boundary(input: 0, offset: 0)
    var kept: [PartialState] = []
  }

  private let state = Monitor(State())

  package init() {}

  /// Says that a piece is merged: its parser may add its states.
  func commit(_ work: WorkName) { state.withLock { _ = $0.committed.insert(work) } }

  /// Says how far the input is committed.
  func pass(_ boundary: Boundary) { state.withLock { $0.boundary = boundary } }

  /// What became of a piece; nil while that is open.
  func isCommitted(_ work: WorkName, start: Boundary) -> Bool? {
    state.withLock { state in
      if state.committed.remove(work) != nil { return true }
      return start < state.boundary ? false : nil
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
  mutating func clear() {
    table.clear()
    if profile.columnCount > 0 { profile = ProfileState(columnCount: profile.columnCount) }
  }
}

/// The states that one parser keeps.
struct StateKeeper: Sendable {
  private let plan: Plan
  private let board: CommitBoard
  private var kept: PieceState
  private var pending: [(work: WorkName, start: Boundary, state: PieceState)] = []
  private var free: [PieceState] = []

  /// - Returns: nil where the states are rows, which must reach the aggregator in order.
  init?(plan: Plan, board: CommitBoard) {
    if case .rows = plan.task { return nil }
    self.plan = plan
    self.board = board
    kept = PieceState(plan: plan)
  }

  /// Puts the states of a piece aside, and empty ones in their place.
  mutating func keep(_ state: inout PieceState, of result: PieceResult) {
    settle()
    var other = free.popLast() ?? PieceState(plan: plan)
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
      state.clear()
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
