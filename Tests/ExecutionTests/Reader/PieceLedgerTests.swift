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
}
