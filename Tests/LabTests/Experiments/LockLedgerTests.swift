// Locks that say who has them: a real circle, which one thread can open again because it plays one of the workers.

import Testing
import Transport

@testable import Lab

@Suite struct LockLedgerTests {
  private let board: SharedBoard
  private let ledger: LockLedger

  init() throws {
    board = try SharedBoard()
    for lock in 0..<2 { try board.makeLock(lock, isShared: false) }
    ledger = LockLedger(board: board, workers: 2)
  }

  @Test func saysWhatIsHeld() throws {
    #expect(try ledger.take(0, by: 0) == .taken)
    #expect(try ledger.take(1, by: 0) == .taken)
    #expect(ledger.graph().workers == [.init(holds: [0, 1]), .init()])
    try ledger.leave(0, by: 0)
    #expect(ledger.graph().workers == [.init(holds: [1]), .init()])
    ledger.forget(0)
    #expect(ledger.graph().workers == [.init(), .init()])
    try board.leave(1)
  }

  @Test func theWatchSeesACircleAndNoWaitBeforeIt() throws {
    let patience: UInt64 = 2_000_000
    // Worker 1 has lock B, from this thread, so that this thread can leave it.
    try ledger.take(1, by: 1)
    let first = try start {
      try ledger.take(0, by: 0)
    } then: {
      try ledger.take(1, by: 0)
    }
    while ledger.graph().workers[0] != .init(holds: [0], waits: 1) { Pause.nanoseconds(100_000) }
    #expect(ledger.watch(patience: patience, until: MonotonicClock.now() + 5_000_000) == nil)
    // And now wants lock A as well.
    let second = try start {
      try ledger.take(0, by: 1)
    } then: {
    }
    let seen = try #require(ledger.watch(patience: patience, until: MonotonicClock.now() + 20_000_000_000))
    #expect(seen.cycle == [0, 1])
    #expect(seen.graph.workers == [.init(holds: [0], waits: 1), .init(holds: [1], waits: 0)])
    // Whoever comes first gets on now, and so does everybody.
    try ledger.leave(1, by: 1)
    first.join()
    second.join()
    #expect(ledger.graph().workers == [.init(), .init()])
  }

  /// A thread that takes locks one after another, and leaves all that it has.
  private func start(
    _ take: @escaping @Sendable () throws -> Void, then more: @escaping @Sendable () throws -> Void
  ) throws -> LabThreads {
    let ledger = ledger
    return try LabThreads.start(1) { _ in
      do {
        try take()
        try more()
        // The thread's own worker is the one that holds something beside lock B.
        let workers = ledger.graph().workers
        for worker in workers.indices where workers[worker].holds.contains(0) {
          for lock in workers[worker].holds { try ledger.leave(lock, by: worker) }
        }
      } catch {
        Issue.record(error)
      }
    }
  }
}
