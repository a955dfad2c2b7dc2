// What a run must give when one of its records is known to end parsers: everything else as it is, and one reject more.

import CSV
import Query

@testable import Execution

/// A table, and the places of its records as one plain scan finds them.
struct PoisonModel {
  private let bytes: [UInt8]
  private let question: Question
  private let plan: Plan
  private let header: (length: Int, lines: Int)
  let records: [RecordIndex.Record]

  /// - Parameter question: one whose answer is not cut short by a limit.
  init(_ bytes: [UInt8], _ question: Question) throws {
    self.bytes = bytes
    self.question = question
    plan = try Plan.make(
      question, try ReaderStage(files: [try TestInput.file(bytes)], question: question, window: 1).survey)
    // A nasty table's header has any line end.
    header = (bytes[5] == 0x0D && bytes[6] == 0x0A ? 7 : 6, 1)
    var scanner = ScalarScanner(dialect: plan.dialect)
    var position = ScanPosition(offset: header.length, line: 1)
    var index = RecordIndex()
    let facts = PieceFacts(isLast: true, endsLine: false, maxRecord: question.maxRecord)
    _ = scanner.scan(bytes.span, facts: facts, limit: .max, position: &position, into: &index)
    records = index.records
  }

  /// Says of every piece which can start with the record at `start` that it does, and takes one record of each.
  func change(_ poison: PoisonFact, at start: Int) -> (inout Piece) -> Void {
    { [bytes, header] piece in
      piece.recordLimit = 1
      var first = Int(piece.work.first) + (piece.start.offset == 0 ? header.length : 0)
      if piece.isSkipping { first += LineEnding.lineLength(atStartOf: bytes.span.extracting(first...)) }
      while first < bytes.count, bytes[first] == 0x0A || bytes[first] == 0x0D { first += 1 }
      if first == start { piece.poison = poison }
    }
  }

  /// The outcome: what lies before the record and behind it, parsed as ever, and a result made by hand between them.
  ///
  /// - Returns: nil where the record lies in what began as quoted text without an end: then it has no plain before.
  func want(_ fact: PoisonFact, of record: RecordIndex.Record) throws -> RunTrace? {
    let start = record.start
    let line = LineEnding.lineLength(atStartOf: bytes.span.extracting(start...))
    let end = fact.endsAtLine ? start + line : record.end
    var parser = PieceParser(plan: plan)
    let before = parser.parse(.of(bytes, 0..<start, header: header))
    if before.end != start || before.endsSkipping { return nil }
    var sink = RecordingSink()
    var stage = AggregatorStage(plan: plan, inputNames: ["input.csv"])
    try take([before, poisoned(fact, start..<end, &parser)], &stage, &sink)
    if end < bytes.count { try take([parser.parse(.of(bytes, end..<bytes.count))], &stage, &sink) }
    var meter = StageMeter()
    var outcome = RunOutcome()
    let findings = try stage.conclude(sink, meter: &meter)
    var read = ReaderFindings()
    read.sizes = [bytes.count]
    outcome.failure = findings.failure
    outcome.books = Books(names: ["input.csv"], reader: read, aggregator: findings)
    return RunTrace(outcome, sink)
  }

  private func take(
    _ results: [PieceResult], _ stage: inout AggregatorStage, _ sink: inout RecordingSink
  ) throws {
    var meter = StageMeter()
    if stage.boundary.offset == 0 { try stage.start(sink, meter: &meter) }
    for result in results { _ = try stage.take(result, sink: sink, meter: &meter) }
  }

  private func poisoned(_ fact: PoisonFact, _ range: Range<Int>, _ parser: inout PieceParser) -> PieceResult {
    // The empty state of the question.
    var result = parser.parse(.of(bytes, range.lowerBound..<range.lowerBound))
    result.work = .init(input: 0, first: UInt64(range.lowerBound), end: UInt64(range.upperBound), attempt: 0)
    result.end = range.upperBound
    result.isLast = range.upperBound == bytes.count
    result.stop = .none
    result.tally = Tally()
    (result.tally.records, result.tally.rejected) = (1, 1)
    let raw = Array(bytes[range])
    result.tally.lines = raw.indices.count {
      raw[$0] == 0x0D || raw[$0] == 0x0A && ($0 == 0 || raw[$0 - 1] != 0x0D)
    }
    let text = raw.dropLast(LineEnding.length(atEndOf: raw.span)).prefix(Reject.textLimit)
    let place = Reject.Place(input: 0, record: 1, line: 1, byte: range.lowerBound, length: raw.count)
    let keeps = question.errorPolicy == .quarantine
    result.rejects = [PieceReject(reject: fact.reject(text: Array(text), at: place), raw: keeps ? raw : [])]
    return result
  }
}
