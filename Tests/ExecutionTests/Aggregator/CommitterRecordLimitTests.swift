// The committer and results that stopped behind a number of records: what was read is committed, the rest is asked for,
// and the limits of the run stay exact.

import Execution
import Query
import Testing

@Suite struct CommitterRecordLimitTests {
  private func committer(inputs: Int = 1, rows: Int? = nil, rejects: Int? = nil) -> Committer {
    Committer(inputCount: inputs, chunkSize: 10, rowLimit: rows, rejectLimit: rejects)
  }

  @Test func theRestOfThePieceIsAskedFor() {
    var committer = committer()
    committer.receive(.of(40..<50, isLast: true))
    committer.receive(.of(0..<40, end: 6, stop: .recordLimit, rows: 1))
    #expect(committer.next().summary == "commit 0..<6")
    // Not farther: the piece behind starts where this one was to end.
    #expect(committer.next().summary == "redo 6 to 40")
    #expect(committer.next().summary == "wait")
    committer.receive(.of(6..<40, attempt: 1, rows: 3))
    #expect(committer.next().summary == "commit 6..<40")
    #expect(committer.next().summary == "commit 40..<50")
    #expect(committer.next().summary == "complete")
    #expect(committer.dropped == 0 && committer.redone == 1)
  }

  @Test func nothingIsAskedForWhereTheLastRecordEndsThePiece() {
    var committer = committer(inputs: 2)
    committer.receive(.of(0..<20, stop: .recordLimit, rows: 1))
    #expect(committer.next().summary == "commit 0..<20")
    #expect(committer.next().summary == "wait")
    // Nor where it ends the input, or the last one.
    committer.receive(.of(20..<30, isLast: true, stop: .recordLimit, rejects: [.at(20)]))
    #expect(committer.next().summary == "commit 20..<30")
    #expect(committer.boundary == Boundary(input: 1, offset: 0))
    committer.receive(.of(0..<5, input: 1, isLast: true, stop: .recordLimit, rows: 1))
    #expect(committer.next().summary == "commit 0..<5")
    #expect(committer.next().summary == "complete")
    #expect(committer.committed == [30, 5] && committer.redone == 0)
  }

  @Test func blankLinesBehindTheLastRecordAreStillToBeRead() {
    var committer = committer()
    committer.receive(.of(0..<20, end: 18, isLast: true, stop: .recordLimit, rows: 1))
    #expect(committer.next().summary == "commit 0..<18")
    #expect(committer.next().summary == "redo 18 to 20")
    committer.receive(.of(18..<20, attempt: 1, isLast: true))
    #expect(committer.next().summary == "commit 18..<20")
    #expect(committer.next().summary == "complete")
  }

  @Test func aRejectThatGoesOnIsReadOn() {
    // Behind the piece: the next one was believed to start at a record.
    var committer = committer()
    committer.receive(.of(0..<8, endsSkipping: true, stop: .recordLimit, rejects: [.at(2)]))
    committer.receive(.of(8..<16))
    #expect(committer.next().summary == "commit 0..<8")
    #expect(committer.next().summary == "redo 8 skipping to 18")
    #expect(committer.next().summary == "wait")
    // Within it, where a block of it ended.
    committer = self.committer()
    committer.receive(.of(0..<40, end: 8, endsSkipping: true, stop: .recordLimit, rejects: [.at(2)]))
    #expect(committer.next().summary == "commit 0..<8")
    #expect(committer.next().summary == "redo 8 skipping to 40")
  }

  @Test func resultsOfReplacedPiecesDoNotTakeThePlaceOfTheRest() {
    var committer = committer()
    // A record is open in the first piece, and so three others are replaced by one, which goes beyond all of them.
    committer.receive(.of(0..<4, end: 0, isOpen: true))
    _ = committer.next()
    #expect(committer.next().summary == "redo 0 to 10")
    committer.receive(.of(6..<8))
    committer.receive(.of(0..<20, end: 6, attempt: 1, stop: .recordLimit, rows: 1))
    #expect(committer.next().summary == "commit 0..<6")
    #expect(committer.next().summary == "redo 6 to 20")
    // Nobody would give out again what lies behind 8.
    #expect(committer.next().summary == "wait")
    committer.receive(.of(6..<8))
    #expect(committer.next().summary == "wait")
    #expect(committer.dropped == 2)
    committer.receive(.of(6..<20, end: 9, attempt: 2, stop: .recordLimit, rows: 1))
    #expect(committer.next().summary == "commit 6..<9")
    #expect(committer.next().summary == "redo 9 to 20")
    // What covers the rest is as good as what was asked for; so is a part of it that is new.
    committer.receive(.of(9..<12, attempt: 3, rows: 1))
    #expect(committer.next().summary == "commit 9..<12")
    committer.receive(.of(12..<20, attempt: 1, isLast: true))
    #expect(committer.next().summary == "commit 12..<20")
    #expect(committer.next().summary == "complete")
  }

  @Test func aReaderMayGiveOutTheRestInParts() {
    var committer = committer()
    committer.receive(.of(0..<100, end: 10, attempt: 5, stop: .recordLimit, rows: 1))
    _ = committer.next()
    #expect(committer.next().summary == "redo 10 to 100")
    // Three parts, the first of which was tried again after the others.
    committer.receive(.of(10..<50, end: 20, attempt: 9, stop: .recordLimit, rows: 1))
    #expect(committer.next().summary == "commit 10..<20")
    #expect(committer.next().summary == "redo 20 to 50")
    committer.receive(.of(50..<70, attempt: 7, rows: 1))
    committer.receive(.of(20..<50, attempt: 10, rows: 1))
    #expect(committer.next().summary == "commit 20..<50")
    #expect(committer.next().summary == "commit 50..<70")
    // What is left over from before is still not wanted.
    committer.receive(.of(70..<90, attempt: 4))
    #expect(committer.next().summary == "wait")
    committer.receive(.of(70..<100, attempt: 8, isLast: true))
    #expect(committer.next().summary == "commit 70..<100")
    #expect(committer.next().summary == "complete")
  }

  @Test func aLimitOfTheRunThatIsMetIsReadExactly() {
    // The row may not be the last record: filtered ones and rejects can follow it, which nobody may look at.
    var committer = committer(rows: 2, rejects: 3)
    committer.receive(.of(0..<40, end: 20, stop: .recordLimit, rows: 2, rejects: [.at(15)]))
    #expect(committer.next().summary == "redo 0 to 40 rows 2 rejects 3")
    committer.receive(.of(0..<40, end: 15, attempt: 1, stop: .rowLimit, rows: 2))
    #expect(committer.next().summary == "commit 0..<15")
    #expect(committer.next().summary == "row limit")
    committer = self.committer(rejects: 1)
    committer.receive(.of(0..<40, end: 20, stop: .recordLimit, rows: 2, rejects: [.at(15)]))
    #expect(committer.next().summary == "redo 0 to 40 rejects 1")
    committer.receive(.of(0..<40, end: 15, attempt: 1, stop: .rejectLimit, rejects: [.at(9)]))
    #expect(committer.next().summary == "commit 0..<15")
    #expect(committer.next().summary == "reject limit")
  }

  @Test func limitsOfTheRunCountDownOverRecords() {
    var committer = committer(rows: 3)
    committer.receive(.of(0..<40, end: 10, stop: .recordLimit, rows: 2))
    #expect(committer.next().summary == "commit 0..<10")
    #expect(committer.next().summary == "redo 10 to 40")
    committer.receive(.of(10..<40, attempt: 1, rows: 2))
    #expect(committer.next().summary == "redo 10 to 40 rows 1")
    committer.receive(.of(10..<40, end: 14, attempt: 2, stop: .rowLimit, rows: 1))
    #expect(committer.next().summary == "commit 10..<14")
    #expect(committer.next().summary == "row limit")
  }
}
