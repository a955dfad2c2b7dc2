// Money that two workers move, with and without care for the order of locks.

import Testing
import Transport

@testable import Lab

@Suite struct MoneyTransferTests {
  @Test func orderedLocksMoveAllMoney() throws {
    let transfer = MoneyTransfer(board: try SharedBoard())
    try transfer.open(isShared: false)
    try LabThreads.start(2) { worker in
      do {
        for _ in 0..<1000 { try transfer.move(by: worker, isOrdered: true, meets: false) }
      } catch {
        Issue.record(error)
      }
    }.join()
    try transfer.requireBalances(after: 1000)
    #expect(transfer.ledger.graph().workers == [.init(), .init()])
  }

  @Test func aMoveThatIsMissingIsNoticed() throws {
    let transfer = MoneyTransfer(board: try SharedBoard())
    try transfer.open(isShared: true)
    // One after another, opposite order does no harm.
    for worker in 0..<2 { #expect(try !transfer.move(by: worker, isOrdered: false, meets: false)) }
    try transfer.requireBalances(after: 1)
    try transfer.move(by: 0, isOrdered: false, meets: false)
    #expect(throws: LabFailure("after 3 moves of money the accounts hold [999985, 1000015], not [999990, 1000010]")) {
      try transfer.requireBalances(after: 2)
    }
  }
}
