// The committer alone: single decisions, and a model of a whole run with wrong guesses, any order of arrival, duplicates
// and stale attempts, in which every byte must be merged once and the work stay linear.

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

/// An input of records of random lengths, parsers that are honest where they start at a record and tell anything where
/// they do not, and a reader that keeps its pieces in the real ledger.
private struct CommitModel {
  private struct Record {
    var end: Int
    var isReject: Bool
  }

  private var generator: SeededGenerator
  private let starts: [Int: Int]
  private let records: [Record]
  /// Places that look like record starts to the reader; some lie within records.
  private let lineStarts: [Int]
  private let chunk: Int
  private let rowLimit: Int?
  private let rejectLimit: Int?
  private var committer: Committer
  private var ledger: PieceLedger
  private var next: Int? = 0
  private var pool: [(piece: Range<Int>, attempt: UInt32, limits: (rows: Int?, rejects: Int?))] = []
  private var delivered: [PieceResult] = []
  private var feedback: [(work: WorkName, committed: Boundary, redo: RedoRequest?)] = []
  private var ending: Committer.Ending?

  let size: Int
  private(set) var committed = 0
  private(set) var rows = 0
  private(set) var rejects = 0
  private(set) var bytesGivenOut = 0
  private(set) var problem: String?
  private(set) var expectedEnd = 0
  private(set) var expectedRows = 0
  private(set) var expectedRejects = 0
  var allowedBytes: Int { 12 * size + 8 * ledger.window * chunk }

  init(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    chunk = [1, 2, 3, 7, 20, 64].randomElement(using: &generator)!
    var records: [Record] = []
    var starts: [Int: Int] = [:]
    var lineStarts: [Int] = []
    var offset = 0
    for index in 0..<Int.random(in: 1...80, using: &generator) {
      starts[offset] = index
      lineStarts.append(offset)
      let length =
        generator.oneIn(10) ? Int.random(in: 1...600, using: &generator) : Int.random(in: 1...12, using: &generator)
      // Line ends within quotes are wrong guesses.
      var inner = offset
      while generator.oneIn(3) == false, inner + 1 < offset + length {
        inner = Int.random(in: inner + 1..<offset + length, using: &generator)
        lineStarts.append(inner)
      }
      offset += length
      records.append(Record(end: offset, isReject: generator.oneIn(6)))
    }
    self.records = records
    self.starts = starts
    self.lineStarts = lineStarts
    size = offset
    rowLimit = generator.oneIn(3) ? Int.random(in: 0...records.count + 3, using: &generator) : nil
    rejectLimit = generator.oneIn(3) ? Int.random(in: 1...records.count / 4 + 1, using: &generator) : nil
    committer = Committer(inputCount: 1, chunkSize: chunk, rowLimit: rowLimit, rejectLimit: rejectLimit)
    ledger = PieceLedger(window: Int.random(in: 2...18, using: &generator))
    self.generator = generator
    // What one reader from first to last would do.
    if rowLimit != 0 {
      for record in records {
        expectedEnd = record.end
        if record.isReject { expectedRejects += 1 } else { expectedRows += 1 }
        if expectedRows == rowLimit || expectedRejects == rejectLimit { break }
      }
    }
  }

  mutating func run() {
    decide(after: nil)
    var steps = 0
    while ending == nil, problem == nil {
      steps += 1
      if steps > 200_000 { problem = "no end" }
      switch Int.random(in: 0..<4, using: &generator) {
      case 0 where !feedback.isEmpty: hear()
      case 1 where !pool.isEmpty: parse()
      case 2 where !delivered.isEmpty && generator.oneIn(8):
        // The same result once more, from nowhere.
        committer.receive(delivered.randomElement(using: &generator)!)
        decide(after: nil)
      case 3 where next != nil && ledger.hasRoom: giveNext()
      default:
        if feedback.isEmpty, pool.isEmpty, next == nil || !ledger.hasRoom {
          problem = "nothing moves at \(committer.boundary.offset) of \(size)"
        }
      }
    }
  }

  private func cut(after start: Int, minimumEnd: Int) -> Int {
    let edge = (max(minimumEnd, start + 1) + chunk - 1) / chunk * chunk
    return lineStarts.filter { $0 >= edge && $0 > start }.min() ?? size
  }

  private mutating func giveNext() {
    guard let start = next else { return }
    let end = cut(after: start, minimumEnd: start + 1)
    let name = ledger.append(
      start: Boundary(input: 0, offset: start), startsAfterLine: true, cut: .at(end, isLast: end == size))
    next = end == size ? nil : end
    give(name, rows: nil, rejects: nil)
  }

  private mutating func give(_ name: WorkName, rows: Int?, rejects: Int?) {
    bytesGivenOut += Int(name.end - name.first)
    pool.append((Int(name.first)..<Int(name.end), name.attempt, (rows, rejects)))
    if ledger.entries.count > ledger.window + 1 { problem = "\(ledger.entries.count) pieces are out" }
  }

  private mutating func hear() {
    let heard = feedback.removeFirst()
    ledger.receive(heard.work, committed: heard.committed)
    guard let redo = heard.redo else { return }
    var end = ledger.drop(for: redo)?.offset
    if end == nil, let next, next >= redo.minimumEnd { end = next }
    if end == nil {
      let new = cut(after: redo.from.offset, minimumEnd: redo.minimumEnd)
      if next != nil || new < size { next = new < size ? new : nil }
      end = new
    }
    let name = ledger.insert(start: redo.from, cut: .at(end ?? size, isLast: end == size))
    give(name, rows: redo.rowLimit, rejects: redo.rejectLimit)
  }

  private mutating func parse() {
    let work = pool.remove(at: Int.random(in: 0..<pool.count, using: &generator))
    let result = read(work.piece, work.attempt, work.limits)
    delivered.append(result)
    committer.receive(result)
    decide(after: result.work)
  }

  private mutating func read(
    _ piece: Range<Int>, _ attempt: UInt32, _ limits: (rows: Int?, rejects: Int?)
  ) -> PieceResult {
    let isLast = piece.upperBound == size
    guard var index = starts[piece.lowerBound] else {
      // Started within a record: anything can come of that.
      let end = Int.random(in: piece.lowerBound...piece.upperBound, using: &generator)
      return .of(
        piece, end: end, attempt: attempt, isOpen: end < piece.upperBound, isLast: isLast,
        rows: Int.random(in: 0...3, using: &generator), rejects: generator.oneIn(2) ? [.at(end)] : [])
    }
    var end = piece.lowerBound
    var rows = 0
    var rejects: [PieceReject] = []
    while index < records.count, records[index].end <= piece.upperBound {
      end = records[index].end
      if records[index].isReject { rejects.append(.at(end)) } else { rows += 1 }
      index += 1
      let stop: PieceResult.Stop =
        rows == limits.rows ?? rowLimit && !records[index - 1].isReject
        ? .rowLimit : rejects.count == limits.rejects ?? rejectLimit ? .rejectLimit : .none
      if stop != .none {
        return .of(piece, end: end, attempt: attempt, isLast: isLast, stop: stop, rows: rows, rejects: rejects)
      }
    }
    return .of(
      piece, end: end, attempt: attempt, isOpen: end < piece.upperBound, isLast: isLast, rows: rows, rejects: rejects)
  }

  private mutating func decide(after work: WorkName?) {
    while true {
      switch committer.next() {
      case .wait:
        if let work { feedback.append((work, committer.boundary, nil)) }
        return
      case .redo(let request):
        if request.minimumEnd <= request.from.offset { problem = "a request that goes nowhere" }
        // A duplicate has no feedback of its own; the model's reader hears of the request all the same.
        feedback.append((work ?? WorkName(input: 0, first: 0, end: 0, attempt: .max), committer.boundary, request))
        return
      case .finished(let reason):
        ending = reason
        return
      case .fail:
        problem = "a failure that nobody reported"
        return
      case .commit(let result):
        if result.start.offset != committed { problem = "byte \(result.start.offset) after byte \(committed)" }
        if starts[result.start.offset] == nil { problem = "a piece that starts within a record was merged" }
        committed = result.end
        rows += result.rows
        rejects += result.rejects.count
      }
    }
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
