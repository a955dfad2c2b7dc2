// Which pieces are out, and what becomes of them when some must be read again.

import Execution
import Testing
import Transport

@Suite struct PieceLedgerTests {
  private func ledger(_ starts: [Int], end: Int, window: Int = 8) -> PieceLedger {
    var ledger = PieceLedger(window: window)
    for (start, cut) in zip(starts, starts.dropFirst() + [end]) {
      _ = ledger.append(start: Boundary(input: 0, offset: start), startsAfterLine: start % 20 == 0, cut: .at(cut))
    }
    return ledger
  }

  @Test func namesPiecesByTheirBytes() {
    var ledger = PieceLedger(window: 2)
    #expect(ledger.isEmpty)
    let name = ledger.append(start: Boundary(input: 3, offset: 5), startsAfterLine: true, cut: .at(9))
    #expect(name == WorkName(input: 3, first: 5, end: 9, attempt: 0))
    #expect(ledger.hasRoom)
    _ = ledger.append(start: Boundary(input: 3, offset: 9), startsAfterLine: true, cut: .at(20))
    #expect(!ledger.hasRoom)
  }

  @Test func forgetsWhatIsCommitted() {
    var ledger = ledger([0, 10, 20], end: 30)
    let work = WorkName(input: 0, first: 10, end: 20, attempt: 0)
    ledger.receive(work, committed: Boundary(input: 0, offset: 0))
    #expect(ledger.entries.map(\.isReceived) == [false, true, false])
    ledger.receive(WorkName(input: 0, first: 0, end: 10, attempt: 0), committed: Boundary(input: 0, offset: 20))
    #expect(ledger.entries.map(\.start.offset) == [20])
    // What is committed never becomes less.
    ledger.receive(work, committed: Boundary(input: 0, offset: 5))
    #expect(ledger.committed == Boundary(input: 0, offset: 20))
  }

  @Test func aPieceIsDivided() throws {
    var ledger = ledger([0, 10, 20], end: 30)
    let work = WorkName(input: 0, first: 10, end: 20, attempt: 0)
    for edge in [10, 20] {
      let nothing = ledger.divide(work, at: .at(edge))
      #expect(nothing == nil)
    }
    let divided = ledger.divide(work, at: .at(14))
    let halves = try #require(divided)
    #expect(halves.first == WorkName(input: 0, first: 10, end: 14, attempt: 0))
    #expect(halves.second == WorkName(input: 0, first: 14, end: 20, attempt: 1))
    #expect(ledger.entries.map(\.start.offset) == [0, 10, 14, 20])
    #expect(ledger.entries.map(\.cut.offset) == [10, 14, 20, 30])
    let first = ledger.renew(work)
    #expect(first?.work == WorkName(input: 0, first: 10, end: 14, attempt: 2))
    let second = ledger.renew(halves.second)
    #expect(second?.work.end == 20)
    // Once its result is there, it stays as it was.
    ledger.receive(WorkName(input: 0, first: 0, end: 10, attempt: 0), committed: Boundary(input: 0, offset: 0))
    let late = ledger.divide(WorkName(input: 0, first: 0, end: 10, attempt: 0), at: .at(5))
    #expect(late == nil)
  }

  @Test func whatBoundsAPieceBoundsItsFirstHalf() throws {
    var ledger = PieceLedger(window: 8)
    let start = Boundary(input: 0, offset: 0, isSkipping: true)
    let work = ledger.insert(start: start, cut: .at(20), rowLimit: 3, rejectLimit: 2)
    let halves = ledger.divide(work, at: .at(8))
    #expect(halves != nil)
    #expect(ledger.entries.map(\.rowLimit) == [3, nil] && ledger.entries.map(\.rejectLimit) == [2, nil])
    #expect(ledger.entries.map(\.start.isSkipping) == [true, false])
  }

  @Test func anotherAttemptIsNotTheSamePiece() {
    var ledger = ledger([0], end: 10)
    ledger.receive(WorkName(input: 0, first: 0, end: 10, attempt: 7), committed: Boundary(input: 0, offset: 0))
    #expect(ledger.entries.map(\.isReceived) == [false])
  }

  @Test func aRangeToBeRedoneEndsWhereTheNextPieceStarts() {
    var ledger = ledger([0, 10, 20, 30, 40], end: 50)
    let cut = ledger.drop(for: RedoRequest(from: Boundary(input: 0, offset: 5), minimumEnd: 25))
    #expect(cut == .at(30, endsLine: false))
    #expect(ledger.entries.map(\.start.offset) == [0, 30, 40])
    let name = ledger.insert(start: Boundary(input: 0, offset: 5), cut: .at(30))
    #expect(name == WorkName(input: 0, first: 5, end: 30, attempt: 1))
    #expect(ledger.entries.map(\.start.offset) == [0, 5, 30, 40])
    #expect(ledger.insert(start: Boundary(input: 0, offset: 45), cut: .at(50)).attempt == 2)
  }

  @Test func aPieceThatStartsAtTheMinimumEndStays() {
    var ledger = ledger([0, 10, 20], end: 30)
    #expect(
      ledger.drop(for: RedoRequest(from: Boundary(input: 0, offset: 3), minimumEnd: 20)) == .at(20, endsLine: true))
  }

  @Test func nothingBehindTheRangeIsSaidSo() {
    var ledger = ledger([0, 10, 20], end: 30)
    #expect(ledger.drop(for: RedoRequest(from: Boundary(input: 0, offset: 3), minimumEnd: 21)) == nil)
    #expect(ledger.entries.map(\.start.offset) == [0])
  }

  @Test func otherInputsAreLeftAlone() {
    var ledger = PieceLedger(window: 8)
    for input in 0..<3 {
      _ = ledger.append(start: Boundary(input: input, offset: 4), startsAfterLine: true, cut: .at(9))
    }
    #expect(ledger.drop(for: RedoRequest(from: Boundary(input: 1, offset: 2), minimumEnd: 9)) == nil)
    #expect(ledger.entries.map(\.start.input) == [0, 2])
  }

  @Test func aPieceThatIsLostIsNamedAnew() throws {
    var ledger = ledger([0, 10, 20], end: 30)
    let limited = ledger.insert(start: Boundary(input: 0, offset: 5, isSkipping: true), cut: .at(10), rowLimit: 3)
    let work = WorkName(input: 0, first: 10, end: 20, attempt: 0)
    let renewed = ledger.renew(work)
    let again = try #require(renewed)
    #expect(again.work == WorkName(input: 0, first: 10, end: 20, attempt: 2))
    #expect(again.entry.start == Boundary(input: 0, offset: 10) && again.entry.cut == .at(20))
    // The name of before means nothing any more, also for a result that comes after all.
    let once = ledger.renew(work)
    #expect(once == nil)
    ledger.receive(work, committed: Boundary(input: 0, offset: 0))
    #expect(ledger.entries.allSatisfy { !$0.isReceived })
    ledger.receive(again.work, committed: Boundary(input: 0, offset: 0))
    let received = ledger.renew(again.work)
    #expect(received == nil)
    let other = ledger.renew(limited)
    let rest = try #require(other)
    #expect(rest.work.attempt == 3 && rest.entry.rowLimit == 3 && rest.entry.start.isSkipping)
    // What is committed is of no use.
    ledger.receive(.none, committed: Boundary(input: 0, offset: 30))
    let committed = ledger.renew(rest.work)
    #expect(committed == nil && ledger.isEmpty)
  }

  @Test func laterLedgersNameNoPieceAsEarlierOnesDid() {
    let boundary = Boundary(input: 1, offset: 7)
    var names: Set<WorkName> = []
    for generation in 0..<4 {
      var ledger = PieceLedger(window: 4, committed: boundary, generation: generation)
      #expect(ledger.committed == boundary && ledger.isEmpty)
      names.insert(ledger.append(start: boundary, startsAfterLine: true, cut: .at(9)))
      for _ in 0..<3 { names.insert(ledger.insert(start: boundary, cut: .at(9))) }
      if let name = ledger.renew(WorkName(input: 1, first: 7, end: 9, attempt: ledger.entries[0].attempt)) {
        names.insert(name.work)
      }
      #expect(names.count == 5 * (generation + 1))
      // Results of the ledgers before say nothing about the pieces of this one.
      for name in names where name.attempt >> 16 != UInt32(generation) { ledger.receive(name, committed: boundary) }
      #expect(ledger.entries.allSatisfy { !$0.isReceived })
    }
  }
}
