// A model of a whole run around the real committer: wrong guesses, any order of arrival, duplicates and stale attempts. Every
// byte must be merged once, and the work stay linear.

import Execution
import Query
import Transport

/// An input of records of random lengths, parsers that are honest where they start at a record and tell anything where
/// they do not, and a reader that keeps its pieces in the real ledger.
struct CommitModel {
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
