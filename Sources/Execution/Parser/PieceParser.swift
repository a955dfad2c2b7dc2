// The parser's work on one piece: scan, read rows, aggregate or encode. A pure function of piece and plan, the same in
// every mode.

import CSV
import Query

/// Turns pieces into results. Holds nothing of one piece when it starts the next.
package struct PieceParser {
  /// Records that are scanned before they are read: bounds the memory of the index.
  private static let recordsAtATime = 1024

  private let plan: Plan
  private let keepsRejects: Bool
  private let rejectLimit: Int?
  private let rowLimit: Int?
  private var scanner: any FieldScanner
  private var index = RecordIndex()
  private var rows: RowCollector

  package init(plan: Plan) {
    self.plan = plan
    keepsRejects = plan.question.errorPolicy == .quarantine
    rejectLimit = plan.rejectLimit
    if case .rows(let task) = plan.task, task.stopsAtLimit { rowLimit = task.limit } else { rowLimit = nil }
    scanner = plan.question.scanner.makeScanner(dialect: plan.dialect)
    rows = RowCollector(plan: plan)
  }

  /// Parses one piece, whose bytes are in the buffer.
  package mutating func parse(_ piece: Piece, _ buffer: PieceBuffer) -> PieceResult {
    let facts = PieceFacts(isLast: piece.isLast, endsLine: piece.endsLine, maxRecord: plan.question.maxRecord)
    let bytes = buffer.bytes
    precondition(bytes.count == piece.length, "the buffer holds another piece")
    var position = ScanPosition(
      offset: piece.headerLength, isSkipping: piece.isSkipping, line: piece.headerLines)
    var result = PieceResult(nothingOf: piece)
    let rereadBefore = scanner.rereadRecords
    rows.reset()
    var outcome: ScanOutcome
    let rowLimit = piece.rowLimit ?? self.rowLimit
    let rejectLimit = piece.rejectLimit ?? self.rejectLimit
    var isFirst = piece.isSkipping
    var reread = 0
    scanning: repeat {
      let stepStart = position
      outcome = scanner.scan(bytes, facts: facts, limit: Self.recordsAtATime, position: &position, into: &index)
      reread = scanner.rereadRecords - rereadBefore
      if isFirst {
        // What lies before the first record, or before the end, is the rest of the reject before this piece; blank
        // lines behind it may be among it, so it ends with its own line end.
        result.continuationLength = continuationLength(bytes, position)
        if keepsRejects { result.continuation = copy(bytes.extracting(0..<result.continuationLength)) }
        isFirst = false
      }
      if rejectLimit == 0, !(position.isSkipping && index.records.isEmpty) {
        // Only the rest of the reject before this piece was wanted.
        result.stop = .rejectLimit
        let rest = bytes.extracting(0..<result.continuationLength)
        position = ScanPosition(offset: rest.count, line: LineEnding.length(atEndOf: rest) > 0 ? 1 : 0)
        break
      }
      for (ordinal, record) in index.records.enumerated() {
        result.tally.records += 1
        let defect = rows.take(record, of: index, in: bytes)
        if let defect {
          result.tally.rejected += 1
          result.rejects.append(reject(defect, record, piece, bytes, result.tally.records))
          if result.rejects.count == rejectLimit {
            result.stop = .rejectLimit
            position = self.position(behind: ordinal, from: stepStart, bytes, facts)
            break scanning
          }
        } else if rows.count == rowLimit {
          result.stop = .rowLimit
          position = self.position(behind: ordinal, from: stepStart, bytes, facts)
          break scanning
        }
      }
    } while outcome == .more
    result.end = Int(piece.work.first) + position.offset
    result.endsSkipping = position.isSkipping
    result.isOpen = result.stop == .none && outcome == .open
    result.tally.lines = position.line
    result.tally.blankLines = position.blankLines
    result.tally.filtered = rows.filtered
    // Counted where rows are added, not derived from the other counts: the books check that they agree.
    result.tally.used = rows.count
    result.tally.reread = reread
    result.partial = rows.finishPiece()
    if case .rows(let block) = result.partial { result.rows = block.count }
    return result
  }

  /// Where scanning stands behind a record of the last step: what lies behind it counts for nothing.
  private mutating func position(
    behind ordinal: Int, from stepStart: ScanPosition, _ bytes: Span<UInt8>, _ facts: PieceFacts
  ) -> ScanPosition {
    var position = stepStart
    _ = scanner.scan(bytes, facts: facts, limit: ordinal + 1, position: &position, into: &index)
    return position
  }

  private func continuationLength(_ bytes: Span<UInt8>, _ position: ScanPosition) -> Int {
    var offset = 0
    let end = position.isSkipping ? position.offset : bytes.count
    while offset < end {
      let byte = bytes[offset]
      offset += 1
      if byte == UInt8(ascii: "\n") { break }
      if byte == UInt8(ascii: "\r") {
        if offset < end, bytes[offset] == UInt8(ascii: "\n") { offset += 1 }
        break
      }
    }
    return offset
  }

  private func reject(
    _ defect: RowDefect, _ record: RecordIndex.Record, _ piece: Piece, _ bytes: Span<UInt8>, _ number: Int
  ) -> PieceReject {
    let place = Reject.Place(
      input: Int(piece.work.input), record: number, line: record.line + 1, byte: Int(piece.work.first) + record.start,
      length: record.end - record.start)
    let contentEnd = record.end - LineEnding.length(atEndOf: bytes.extracting(record.start..<record.end))
    let shown = copy(bytes.extracting(record.start..<min(contentEnd, record.start + Reject.textLimit)))
    let names = plan.survey.columns
    let reject: Reject =
      switch defect {
      case .columns(let got): .columns(got: got, want: plan.columnCount, text: shown, at: place)
      case .scan(let defect): .defect(defect, maxRecord: plan.question.maxRecord, text: shown, at: place)
      case .number(let column, let text, let isOutOfRange):
        .number(text, isOutOfRange: isOutOfRange, column: names[column], at: place)
      case .type(let column, let text, let wanted): .type(text, wanted: wanted, column: names[column], at: place)
      case .expression:
        Reject(.number, at: place, text: shown, reason: "the result of an expression is outside the range of a double")
      }
    return PieceReject(reject: reject, raw: keepsRejects ? copy(bytes.extracting(record.start..<record.end)) : [])
  }
}
