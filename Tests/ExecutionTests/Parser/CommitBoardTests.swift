// What parsers may know of each other's pieces: who may add a piece at once, and what became of those that wait.

import CSV
import Query
import Testing
import Transport

@testable import Execution

@Suite struct CommitBoardTests {
  /// Long enough to be waited for whatever else the machine does, and not at all.
  private static let long: UInt64 = 60_000_000_000

  private func at(_ offset: Int, input: Int = 0, isSkipping: Bool = false) -> Boundary {
    Boundary(input: input, offset: offset, isSkipping: isSkipping)
  }

  private func work(_ first: UInt64, _ end: UInt64, attempt: UInt32 = 0) -> WorkName {
    WorkName(input: 0, first: first, end: end, attempt: attempt)
  }

  @Test func piecesInOrderAreAddedAtOnce() {
    let board = CommitBoard(patience: Self.long)
    #expect(board.claim(at(0), end: at(10)))
    #expect(board.claim(at(10), end: at(20)))
    // The last piece of an input is followed by the first of the next.
    #expect(board.claim(at(20), end: at(0, input: 1)))
    #expect(board.claim(at(0, input: 1), end: at(5, input: 1)))
  }

  @Test func nobodyClaimsTwice() {
    let board = CommitBoard(patience: Self.long)
    #expect(board.claim(at(0), end: at(10)))
    #expect(!board.claim(at(0), end: at(10)))
    #expect(board.claim(at(10), end: at(20)))
    #expect(!board.claim(at(10), end: at(20)))
    #expect(!board.claim(at(0), end: at(10)))
  }

  @Test func aPieceWaitsForTheOneBefore() throws {
    let board = CommitBoard(patience: Self.long)
    let claims = Monitor([Int: Bool]())
    let threads = try [3, 1, 2].map { number in
      try WorkerThread.start(name: "claim/\(number)") {
        let isClaimed = board.claim(
          Boundary(input: 0, offset: 10 * number), end: Boundary(input: 0, offset: 10 * (number + 1)))
        claims.withLock { $0[number] = isClaimed }
      }
    }
    #expect(claims.withLock { $0 }.isEmpty)
    #expect(board.claim(at(0), end: at(10)))
    for thread in threads { thread.join() }
    #expect(claims.withLock { $0 } == [1: true, 2: true, 3: true])
  }

  @Test func nobodyWaitsForEver() {
    let board = CommitBoard(patience: 1000)
    #expect(!board.claim(at(10), end: at(20)))
    #expect(!board.claim(at(20), end: at(30)))
    #expect(board.claim(at(0), end: at(10)))
    // What was given up is not looked at again, but the chain goes on behind it.
    #expect(board.claim(at(30), end: at(40)))
  }

  @Test func anUncertainEndStopsTheChainUntilItIsKnown() {
    let board = CommitBoard(patience: Self.long)
    #expect(board.claim(at(0), end: nil))
    // Not waited for: where the piece before ends is known only when it is read.
    #expect(!board.claim(at(10), end: at(20)))
    board.close(at(0), end: at(10))
    #expect(board.claim(at(20), end: at(30)))
    #expect(board.claim(at(30), end: nil))
    #expect(!board.claim(at(40), end: nil))
    board.close(at(30), end: at(40))
    // A piece whose start became certain, and whose own end is not.
    #expect(!board.claim(at(50), end: at(60)))
  }

  @Test func startsThatAreWrongAreNeverCertain() {
    let board = CommitBoard(patience: 1000)
    #expect(board.claim(at(0), end: at(12)))
    #expect(!board.claim(at(10), end: at(20)), "lies before the certain start")
    #expect(!board.claim(at(14), end: at(20)))
    #expect(!board.claim(at(12, isSkipping: true), end: at(20)))
    #expect(board.claim(at(12), end: at(20)))
  }

  @Test func readingAgainBreaksTheChainForGood() throws {
    let board = CommitBoard(patience: Self.long)
    #expect(board.claim(at(0), end: nil))
    board.pass(at(0), isRedone: false)
    board.pass(at(5), isRedone: true)
    #expect(!board.claim(at(10), end: at(20)))
    board.close(at(0), end: at(10))
    board.pass(at(10), isRedone: false)
    #expect(!board.claim(at(10), end: at(20)))
    #expect(!board.claim(at(20), end: at(30)))
  }

  @Test func whatBecameOfAPieceIsToldOnce() {
    let board = CommitBoard()
    let piece = work(10, 20)
    #expect(board.isCommitted(piece, start: at(10)) == nil)
    board.commit(piece)
    #expect(board.isCommitted(work(10, 20, attempt: 1), start: at(10)) == nil)
    #expect(board.isCommitted(piece, start: at(10)) == true)
    board.pass(at(20), isRedone: false)
    // Another attempt at the same bytes never will be.
    #expect(board.isCommitted(work(10, 20, attempt: 1), start: at(10)) == false)
    #expect(board.isCommitted(work(20, 30), start: at(20)) == nil)
    #expect(board.isCommitted(work(10, 20), start: at(10)) == false)
  }

  @Test func statesThatAreLeftAreTakenOnce() {
    let board = CommitBoard()
    #expect(board.take().isEmpty)
    board.leave(.profile(ProfileState(columnCount: 1)))
    board.leave(.profile(ProfileState(columnCount: 1)))
    #expect(board.take().count == 2)
    #expect(board.take().isEmpty)
  }
}
