// The committer alone: single decisions, and many runs of a model (`CommitModel`).

import Execution
import Query
import Testing
import Transport

@Suite struct CommitterTests {
  private func committer(inputs: Int = 1, rows: Int? = nil, rejects: Int? = nil) -> Committer {
    Committer(inputCount: inputs, chunkSize: 10, rowLimit: rows, rejectLimit: rejects)
  }

  @Test func commitsInTheOrderOfTheInput() {
    var committer = committer()
    #expect(committer.next().summary == "wait")
    committer.receive(.of(10..<20, isLast: true))
    #expect(committer.next().summary == "wait")
    committer.receive(.of(0..<10))
    #expect(committer.next().summary == "commit 0..<10")
    #expect(committer.next().summary == "commit 10..<20")
    #expect(committer.next().summary == "complete")
    #expect(committer.committed == [20])
    #expect(committer.boundary == Boundary(input: 1, offset: 0))
  }

  @Test func bytesThatCannotBeReadFailTheRunInTheirTurn() {
    var unreadable = PieceResult.of(10..<20)
    unreadable.failure = RunFailure(.transfer, "gone")
    var committer = committer()
    committer.receive(unreadable)
    #expect(committer.next().summary == "wait")
    committer.receive(.of(0..<10))
    #expect(committer.next().summary == "commit 0..<10")
    #expect(committer.next().summary == "fail: gone")
    // A limit before them comes first.
    committer = self.committer(rows: 2)
    committer.receive(unreadable)
    committer.receive(.of(0..<10, end: 6, stop: .rowLimit, rows: 2))
    #expect(committer.next().summary == "commit 0..<6")
    #expect(committer.next().summary == "row limit")
    // So does a guess that was wrong: the bytes are read again.
    committer = self.committer()
    committer.receive(unreadable)
    committer.receive(.of(0..<10, end: 6, isOpen: true))
    #expect(committer.next().summary == "commit 0..<6")
    #expect(committer.next().summary == "redo 6 to 16")
    committer.receive(.of(6..<20, attempt: 1, isLast: true))
    #expect(committer.next().summary == "commit 6..<20")
    #expect(committer.next().summary == "complete")
    #expect(committer.dropped == 1)
  }

  @Test func anOpenRecordIsReadAgainFarther() {
    var committer = committer()
    committer.receive(.of(0..<40, end: 10, isOpen: true))
    #expect(committer.next().summary == "commit 0..<10")
    // Twice the 30 bytes of the open record that were seen.
    #expect(committer.next().summary == "redo 10 to 70")
    #expect(committer.next().summary == "wait")
    #expect(committer.redone == 1)
  }

  @Test func aShortOpenRecordIsReadAgainByAChunkAtLeast() {
    var committer = committer()
    committer.receive(.of(0..<11, end: 10, isOpen: true))
    _ = committer.next()
    #expect(committer.next().summary == "redo 10 to 20")
  }

  @Test func anOpenRecordThatTakesTheWholePieceGrows() {
    var committer = committer()
    committer.receive(.of(0..<40, end: 0, isOpen: true))
    #expect(committer.next().summary == "commit 0..<0")
    #expect(committer.next().summary == "redo 0 to 80")
  }

  @Test func theRestOfARejectIsReadAsSuch() {
    var committer = committer()
    committer.receive(.of(0..<10, endsSkipping: true))
    committer.receive(.of(10..<20))
    #expect(committer.next().summary == "commit 0..<10")
    #expect(committer.next().summary == "redo 10 skipping to 20")
    // The piece that was believed to start at a record does not count.
    #expect(committer.next().summary == "wait")
    committer.receive(.of(10..<20, attempt: 1, isSkipping: true))
    #expect(committer.next().summary == "commit 10..<20")
    #expect(committer.dropped == 1)
  }

  @Test func dropsWhatIsLateDoubleOrBehindTheEnd() {
    var committer = committer()
    committer.receive(.of(0..<10))
    committer.receive(.of(0..<10, attempt: 1))
    #expect(committer.dropped == 1)
    _ = committer.next()
    committer.receive(.of(0..<5))
    committer.receive(.of(4..<30))
    #expect(committer.dropped == 3)
    committer.receive(.of(10..<20, isLast: true))
    _ = committer.next()
    committer.receive(.of(20..<30))
    #expect(committer.dropped == 4)
    #expect(committer.next().summary == "complete")
  }

  @Test func whatLiesWithinACommittedRangeIsDropped() {
    var committer = committer()
    committer.receive(.of(10..<20))
    committer.receive(.of(20..<30))
    committer.receive(.of(0..<25))
    #expect(committer.next().summary == "commit 0..<25")
    #expect(committer.dropped == 2)
    #expect(committer.next().summary == "wait")
  }

  @Test func eachInputIsCountedByItself() {
    var committer = committer(inputs: 3)
    committer.receive(.of(0..<5, input: 1, isLast: true))
    committer.receive(.of(0..<7, input: 2, isLast: true))
    committer.receive(.of(0..<9, isLast: true))
    for _ in 0..<3 { _ = committer.next() }
    #expect(committer.committed == [9, 5, 7])
    #expect(committer.next().summary == "complete")
  }

  @Test func noRowsWantedIsTheEndAtOnce() {
    var committer = committer(rows: 0)
    #expect(committer.next().summary == "row limit")
  }

  @Test func aPieceBeyondTheRowLimitIsReadAgainWithTheExactOne() {
    var committer = committer(rows: 5)
    committer.receive(.of(0..<10, rows: 3))
    committer.receive(.of(10..<20, rows: 4))
    #expect(committer.next().summary == "commit 0..<10")
    #expect(committer.next().summary == "redo 10 to 20 rows 2")
    committer.receive(.of(10..<20, end: 16, attempt: 1, stop: .rowLimit, rows: 2))
    #expect(committer.next().summary == "commit 10..<16")
    #expect(committer.next().summary == "row limit")
    #expect(committer.committed == [16])
  }

  @Test func aPieceThatMeetsTheRowLimitExactlyMustHaveStoppedThere() {
    var committer = committer(rows: 3)
    // The third row may be followed by records that nobody may look at.
    committer.receive(.of(0..<10, rows: 3))
    #expect(committer.next().summary == "redo 0 to 10 rows 3")
    committer.receive(.of(0..<10, end: 9, attempt: 1, stop: .rowLimit, rows: 3))
    #expect(committer.next().summary == "commit 0..<9")
    #expect(committer.next().summary == "row limit")
  }

  @Test func aPieceWithTooManyRejectsIsReadAgainUpToTheLast() {
    var committer = committer(rows: 9, rejects: 2)
    committer.receive(.of(0..<10, rows: 1, rejects: [.at(3)]))
    committer.receive(.of(10..<30, rows: 2, rejects: [.at(12), .at(14), .at(16)]))
    #expect(committer.next().summary == "commit 0..<10")
    #expect(committer.next().summary == "redo 10 to 30 rows 8 rejects 1")
    committer.receive(.of(10..<30, end: 14, attempt: 1, stop: .rejectLimit, rows: 1, rejects: [.at(12)]))
    #expect(committer.next().summary == "commit 10..<14")
    #expect(committer.next().summary == "reject limit")
  }

  @Test func theLimitThatComesFirstEndsTheRun() {
    var committer = committer(rows: 2, rejects: 1)
    committer.receive(.of(0..<30, end: 25, stop: .rejectLimit, rows: 2, rejects: [.at(20)]))
    // Two rows lie before the reject: the row limit is met there already.
    #expect(committer.next().summary == "redo 0 to 30 rows 2 rejects 1")
    committer.receive(.of(0..<30, end: 19, attempt: 1, stop: .rowLimit, rows: 2))
    #expect(committer.next().summary == "commit 0..<19")
    #expect(committer.next().summary == "row limit")
  }

  // MARK: A model of the whole

  @Test(arguments: UInt64(0)..<300)
  func everyByteIsMergedOnce(seed: UInt64) {
    var model = CommitModel(seed: seed)
    model.run()
    #expect(model.problem == nil)
    #expect(model.committed == model.expectedEnd)
    #expect(model.rows == model.expectedRows)
    #expect(model.rejects == model.expectedRejects)
    #expect(model.bytesGivenOut <= model.allowedBytes, "\(model.bytesGivenOut) of \(model.size) bytes")
  }
}

extension Committer.Decision {
  /// The decision in a few words.
  var summary: String {
    switch self {
    case .commit(let result): return "commit \(result.start.offset)..<\(result.end)"
    case .wait: return "wait"
    case .fail(let failure): return "fail: \(failure.message)"
    case .finished(.complete): return "complete"
    case .finished(.rowLimit): return "row limit"
    case .finished(.rejectLimit): return "reject limit"
    case .redo(let request):
      return "redo \(request.from.offset)\(request.from.isSkipping ? " skipping" : "") to \(request.minimumEnd)"
        + (request.rowLimit.map { " rows \($0)" } ?? "") + (request.rejectLimit.map { " rejects \($0)" } ?? "")
    }
  }
}
