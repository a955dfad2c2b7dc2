// Locks on a board whose takers say on it what they hold and what they wait for, so that somebody else, of their process
// or another, can see why nobody moves.

import Transport

/// Locks and what is written about them.
struct LockLedger: Sendable {
  /// From here on a word for each worker with the locks that it holds, a bit each.
  private static let holds = 16
  /// From here on a word for each worker with the lock that it waits for, and 1; 0 for none.
  private static let waits = 32
  static let mostWorkers = waits - holds

  let board: SharedBoard
  let workers: Int

  /// Takes a lock, however long that lasts.
  @discardableResult
  func take(_ lock: Int, by worker: Int) throws(LabFailure) -> SharedBoard.Taking {
    board.store(UInt64(lock + 1), in: Self.waits + worker)
    let taking = try board.take(lock)
    // In this order: it never waits for what it holds, and holds nothing by the ledger that it does not have.
    board.store(0, in: Self.waits + worker)
    board.store(board.load(Self.holds + worker) | 1 << UInt64(lock), in: Self.holds + worker)
    return taking
  }

  func leave(_ lock: Int, by worker: Int) throws(LabFailure) {
    board.store(board.load(Self.holds + worker) & ~(1 << UInt64(lock)), in: Self.holds + worker)
    try board.leave(lock)
  }

  /// Strikes out what a worker has written that is dead.
  func forget(_ worker: Int) {
    board.store(0, in: Self.holds + worker)
    board.store(0, in: Self.waits + worker)
  }

  /// What is written now. Not a moment's picture, for it is read word by word.
  func graph() -> WaitForGraph {
    WaitForGraph(
      workers: (0..<workers).map { worker in
        let held = board.load(Self.holds + worker)
        let wanted = board.load(Self.waits + worker)
        return .init(
          holds: Set((0..<SharedBoard.lockCount).filter { held & 1 << UInt64($0) != 0 }),
          waits: wanted == 0 ? nil : Int(wanted) - 1)
      })
  }

  /// Looks until the same circle is there at two looks with `patience` between them, during which nobody in it has moved;
  /// nil if there is none before the deadline.
  func watch(patience: UInt64, until deadline: UInt64) -> (graph: WaitForGraph, cycle: [Int])? {
    while MonotonicClock.now() < deadline {
      let graph = graph()
      let cycle = graph.cycle()
      Pause.nanoseconds(cycle == nil ? min(patience, 1_000_000) : patience)
      if let cycle, self.graph() == graph { return (graph, cycle) }
    }
    return nil
  }
}
