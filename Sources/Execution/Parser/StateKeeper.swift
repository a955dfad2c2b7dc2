// What lets a parser thread keep groups or a profile for the whole run instead of sending them with every piece, so
// that hardly anything crosses between the threads. A piece that certainly starts where the piece before it truly ends
// is added at once; the states of any other wait beside the parser until the aggregator has committed the piece. So a
// wrong guess or a late attempt never reaches the answer.

import CSV
import Query
import Transport

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

  /// Groups that are kept.
  var groupCount: Int { kept.table.count }

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
