// Words and locks that workers share.

import Glibc
import Testing
import Transport

@testable import Lab

@Suite struct SharedBoardTests {
  @Test func wordsAreZeroAndApart() throws {
    let board = try SharedBoard()
    #expect((0..<SharedBoard.wordCount).allSatisfy { board.load($0) == 0 })
    for word in 0..<SharedBoard.wordCount { board.store(UInt64(word + 1), in: word) }
    for lock in 0..<SharedBoard.lockCount {
      try board.makeLock(lock, isShared: true)
      #expect(try board.take(lock) == .taken)
    }
    #expect((0..<SharedBoard.wordCount).allSatisfy { board.load($0) == UInt64($0 + 1) })
    for lock in 0..<SharedBoard.lockCount { try board.leave(lock) }
    #expect(board.add(5, to: 7) == 13)
    #expect(board.inheritance == .init(source: board.descriptor.number, target: 4))
  }

  @Test func nobodyLeavesAMeetingBeforeAllAreThere() throws {
    let board = try SharedBoard()
    let early = Monitor(0)
    try LabThreads.start(3) { _ in
      for round in 1...50 {
        board.add(1, to: 1)
        board.meet(at: 0, parties: 3)
        if board.load(1) < UInt64(3 * round) { early.withLock { $0 += 1 } }
        board.meet(at: 0, parties: 3)
      }
    }.join()
    #expect(early.withLock { $0 } == 0)
    #expect(board.load(1) == 150)
  }

  @Test func aSharedLockOutlivesItsOwner() throws {
    let board = try SharedBoard()
    try board.makeLock(0, isShared: true)
    // Threads that end are as dead to a robust lock as processes.
    for _ in 0..<2 {
      try LabThreads.start(1) { _ in _ = try? board.take(0) }.join()
      #expect(try board.take(0) == .takenFromTheDead)
      try board.leave(0)
      #expect(try board.take(0) == .taken)
      try board.leave(0)
    }
  }

  @Test func partsAreHeardByWords() throws {
    let lines = ["at-the-end 3", "worker 1 2 3", "late x"]
    #expect(try PartWords.number("at-the-end", in: lines) == 3)
    #expect(try PartWords.value("worker", in: lines) == "1 2 3")
    #expect(throws: LabFailure("a part said x for its late, which is no number")) {
      try PartWords.number("late", in: lines)
    }
    // A word is whole.
    #expect(throws: LabFailure.self) { try PartWords.value("work", in: lines) }
  }
}
