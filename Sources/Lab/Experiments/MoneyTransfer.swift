// Two accounts with a lock each, and two workers that move money in opposite directions: the textbook's deadlock, the same
// code for threads and processes.

import Transport

/// What two workers do with two accounts on a board.
struct MoneyTransfer: Sendable {
  private static let gate = 0
  private static let balances = 1
  private static let doneCount = 3
  static let opening: UInt64 = 1_000_000
  /// What worker 0 moves from A to B each time, and worker 1 from B to A.
  static let amounts: [UInt64] = [10, 5]
  static let workers = 2

  let board: SharedBoard
  var ledger: LockLedger { LockLedger(board: board, workers: Self.workers) }

  /// Opens the accounts; once a board.
  func open(isShared: Bool) throws(LabFailure) {
    for account in 0..<2 {
      try board.makeLock(account, isShared: isShared)
      board.store(Self.opening, in: Self.balances + account)
    }
  }

  /// Moves worker's amount once.
  ///
  /// - Parameters:
  ///   - isOrdered: whether the locks are taken in the order of the accounts; else that of the account comes first from
  ///     which the money is.
  ///   - meets: whether the worker waits, with its first lock in hand, for the other one to be as far.
  /// - Returns: whether a lock had been held by a dead worker.
  @discardableResult
  func move(by worker: Int, isOrdered: Bool, meets: Bool) throws(LabFailure) -> Bool {
    let (source, target) = worker == 0 ? (0, 1) : (1, 0)
    let order = isOrdered ? [0, 1] : [source, target]
    let first = try ledger.take(order[0], by: worker)
    if meets { board.meet(at: Self.gate, parties: Self.workers) }
    let second = try ledger.take(order[1], by: worker)
    let amount = Self.amounts[worker]
    board.store(board.load(Self.balances + source) - amount, in: Self.balances + source)
    board.store(board.load(Self.balances + target) + amount, in: Self.balances + target)
    try ledger.leave(order[1], by: worker)
    try ledger.leave(order[0], by: worker)
    board.add(1, to: Self.doneCount)
    return first == .takenFromTheDead || second == .takenFromTheDead
  }

  /// How many moves were made.
  var done: Int { Int(board.load(Self.doneCount)) }

  /// Fails unless each worker's money was moved so many times, and none is lost.
  func requireBalances(after moves: UInt64) throws(LabFailure) {
    let wanted = [
      Self.opening - moves * Self.amounts[0] + moves * Self.amounts[1],
      Self.opening + moves * Self.amounts[0] - moves * Self.amounts[1],
    ]
    let found = [board.load(Self.balances), board.load(Self.balances + 1)]
    guard found == wanted, done == Int(moves) * Self.workers else {
      throw LabFailure("after \(done) moves of money the accounts hold \(found), not \(wanted)")
    }
  }
}
