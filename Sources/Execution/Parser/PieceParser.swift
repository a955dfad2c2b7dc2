// The parser's work on one piece: scan, read columns or rows, aggregate or encode. The same in every mode: what is made
// of a piece depends on piece and plan alone. Where states are kept for the whole run, `StateKeeper` sees to that.

import CSV
import Query
import Transport

/// Turns pieces into results. Holds nothing of one piece when it starts the next, but for the states that it keeps.
///
/// A piece can be read in blocks, so that a large piece needs no large memory: `begin`, then `read` for each block from
/// where the last one truly ended, then `finish`. `parse` is for a piece that is in memory whole.
package struct PieceParser {
  /// Records that are scanned before they are read: bounds the memory of the index.
  private static let recordsAtATime = 1024

  private let plan: Plan
  private let rejectMaker: RejectMaker
  private let planRejectLimit: Int?
  private let planRowLimit: Int?
  private var scanner: any FieldScanner
  /// The scanner of the plan, while another one reads a piece whose records are counted out.
  private var idleScanner: (any FieldScanner)?
  private var index = RecordIndex()
  private var rows: RowCollector
  /// The fast way; nil where only rows can be read one by one.
  private var columns: ColumnCollector?

  // The piece that is being read.
  private var piece = Piece.none
  private var result: PieceResult
  /// Offset in the piece of the block that is being read; `position.offset` counts from there.
  private var blockStart = 0
  private var position = ScanPosition()
  private var rowLimit: Int?
  private var rejectLimit: Int?
  private var recordLimit: Int?
  /// Whether the rest of the reject before the piece is still to come.
  private var awaitsContinuation = false
  private var rereadBefore = 0

  /// Keeps states for the whole run; nil where each result carries its own.
  private var keeper: StateKeeper?

  /// Hashes every record besides; nil where nobody has asked for it.
  private var hash: RecordHash?

  /// Where progress within a piece is noted.
  package var activity: ActivityPage?

  /// A fault to be committed at certain records; columns are of many records, so rows are read then.
  package var injection: FaultInjection? {
    didSet { if case .text? = injection?.trigger { columns = nil } }
  }

  /// - Parameters:
  ///   - board: where the aggregator says what is committed, if the parser may keep states for the whole run;
  ///   then `close` must be called behind the last piece.
  ///   - combines: whether groups and profiles are made here, and not by the aggregator.
  ///   - hashRounds: how often each record is hashed besides.
  package init(plan: Plan, board: CommitBoard? = nil, combines: Bool = true, hashRounds: Int = 0) {
    self.plan = plan
    hash = RecordHash(rounds: hashRounds)
    keeper = board.flatMap { StateKeeper(plan: plan, board: $0) }
    rejectMaker = RejectMaker(plan: plan)
    planRejectLimit = plan.rejectLimit
    if case .rows(let task) = plan.task, task.stopsAtLimit { planRowLimit = task.limit } else { planRowLimit = nil }
    scanner = plan.question.scanner.makeScanner(dialect: plan.dialect)
    rows = RowCollector(plan: plan, combines: combines)
    columns = ColumnCollector(plan: plan)
    result = PieceResult(nothingOf: .none)
  }

  /// Parses one piece, whose bytes are all in the buffer.
  package mutating func parse(_ piece: Piece, _ buffer: PieceBuffer) -> PieceResult {
    precondition(buffer.count == piece.length, "the buffer holds another piece")
    begin(piece)
    keeper?.begin(piece, buffer, &rows.state)
    _ = read(buffer, from: 0)
    return finish()
  }

  /// Begins a piece.
  package mutating func begin(_ piece: Piece) {
    self.piece = piece
    result = PieceResult(nothingOf: piece)
    blockStart = 0
    position = ScanPosition(offset: piece.headerLength, isSkipping: piece.isSkipping, line: piece.headerLines)
    rowLimit = piece.rowLimit ?? planRowLimit
    rejectLimit = piece.rejectLimit ?? planRejectLimit
    recordLimit = piece.recordBound
    chooseScanner()
    awaitsContinuation = piece.isSkipping
    rereadBefore = scanner.rereadRecords
    hash?.reset()
    rows.reset()
  }

  /// Has the plan's scanner read the piece, unless its records are counted out: it may look ahead.
  private mutating func chooseScanner() {
    if let idle = idleScanner { scanner = idle }
    idleScanner = nil
    guard recordLimit != nil else { return }
    idleScanner = scanner
    scanner = piece.poison?.makeScanner(dialect: plan.dialect) ?? ScalarScanner(dialect: plan.dialect)
  }

  /// Reads a block of the piece.
  ///
  /// - Parameter offset: where in the piece the bytes of the buffer start: at 0, then where the last call said.
  /// - Returns: where in the piece the next block must start; nil where there is none. If that is where this one
  ///   started, the next must be longer.
  package mutating func read(_ buffer: PieceBuffer, from offset: Int) -> Int? {
    let isFinal = offset + buffer.count == piece.length
    position.offset -= offset - blockStart
    blockStart = offset
    // A header that is longer than the block says nothing about what follows.
    if !isFinal, position.offset >= buffer.count { return offset }
    let facts = PieceFacts(
      isLast: isFinal && piece.isLast, endsLine: isFinal && piece.endsLine, maxRecord: plan.question.maxRecord)
    columns?.begin()
    var outcome = ScanOutcome.more
    while outcome == .more, result.stop == .none {
      // Columns are of many records: where these are counted out, none behind the last may be looked at.
      let isByRows = position.isSkipping || columns == nil || recordLimit != nil
      let before = position.offset
      outcome = isByRows ? readRows(buffer, facts) : readColumns(buffer, facts)
      activity?.advance(position.offset - before)
    }
    if result.stop != .none { return nil }
    if isFinal {
      result.isOpen = outcome == .open
      return nil
    }
    return blockStart + position.offset
  }

  /// The result of the piece, as far as it was read.
  package mutating func finish() -> PieceResult {
    result.end = Int(piece.work.first) + blockStart + position.offset
    result.endsSkipping = position.isSkipping
    result.tally.lines = position.line
    result.tally.blankLines = position.blankLines
    result.tally.filtered = rows.filtered
    // Counted where rows are added, not derived from the other counts: the books check that they agree.
    result.tally.used = rows.count
    result.tally.hash = hash?.sum ?? 0
    result.tally.reread = scanner.rereadRecords - rereadBefore
    var finished = result
    if keeper == nil {
      finished.partial = rows.finishPiece()
    } else {
      finished.partial = .kept(isWaiting: keeper?.isAdding == false)
      keeper?.keep(&rows.state, of: finished, piece)
    }
    if case .rows(let block) = finished.partial { finished.rows = block.count }
    return finished
  }

  /// Whether a piece must be in memory whole: whether it may be added to what is kept is decided before it is read.
  package var needsWholePieces: Bool { keeper != nil }

  /// Leaves what was kept for the whole run.
  package mutating func close() { keeper?.close() }

  /// Groups that are kept until then; 0 where none are.
  package var keptGroups: Int { keeper?.groupCount ?? 0 }

  // MARK: The row path

  /// How many records may be scanned at once: one where the columns are to go on behind it, else many.
  private var recordsAtOnce: Int {
    if let recordLimit { return min(Self.recordsAtATime, recordLimit - result.tally.records) }
    return columns == nil ? Self.recordsAtATime : 1
  }

  /// Reads the next records one by one.
  private mutating func readRows(_ buffer: PieceBuffer, _ facts: PieceFacts) -> ScanOutcome {
    let bytes = buffer.bytes
    let stepStart = position
    let limit = recordsAtOnce
    let outcome = scanner.scan(bytes, facts: facts, limit: limit, position: &position, into: &index)
    if stepStart.isSkipping {
      takeContinuation(bytes, from: stepStart)
      if rejectLimit == 0 {
        if position.isSkipping, index.records.isEmpty { return outcome }
        // Only the rest of the reject before this piece was wanted.
        result.stop = .rejectLimit
        let rest = bytes.extracting(0..<continuationLength(bytes, stepStart.offset, position))
        position = ScanPosition(
          offset: rest.count, line: stepStart.line + (LineEnding.length(atEndOf: rest) > 0 ? 1 : 0))
        return outcome
      }
    }
    for (ordinal, record) in index.records.enumerated() {
      take(record, bytes)
      if result.stop != .none {
        position = self.position(behind: ordinal, from: stepStart, bytes, facts)
        break
      }
    }
    return outcome
  }

  /// Takes one record by the row path.
  private mutating func take(_ record: RecordIndex.Record, _ bytes: Span<UInt8>) {
    result.tally.records += 1
    // The limits of the run come first: behind them nothing is wanted, behind this piece's limit the rest is.
    if result.tally.records == recordLimit { result.stop = .recordLimit }
    if let fault = fault(of: record, bytes) {
      result.tally.rejected += 1
      result.rejects.append(
        rejectMaker.reject(
          fault, record, bytes, input: Int(piece.work.input), blockStart: Int(piece.work.first) + blockStart,
          number: result.tally.records))
      if result.rejects.count == rejectLimit { result.stop = .rejectLimit }
    } else if rows.count == rowLimit {
      result.stop = .rowLimit
    }
  }

  /// Uses a record, or says why it cannot be used. One that is known to end parsers is not tried.
  private mutating func fault(of record: RecordIndex.Record, _ bytes: Span<UInt8>) -> RejectMaker.Fault? {
    if let poison = piece.poison { return .poison(poison) }
    // Where one without a true end stops goes by the piece that it is in.
    if hash != nil, record.defect == nil { hash?.take(bytes.extracting(record.start..<record.end)) }
    if let injection, injection.isDue(at: bytes.extracting(record.start..<record.end)) { injection.strike() }
    return rows.take(record, of: index, in: bytes).map { .row($0) }
  }

  /// Where scanning stands behind a record of the last step: what lies behind it counts for nothing.
  private mutating func position(
    behind ordinal: Int, from stepStart: ScanPosition, _ bytes: Span<UInt8>, _ facts: PieceFacts
  ) -> ScanPosition {
    var position = stepStart
    _ = scanner.scan(bytes, facts: facts, limit: ordinal + 1, position: &position, into: &index)
    return position
  }

  /// Notes the bytes that belong to a reject that began earlier: before the piece, or in an earlier block of it.
  private mutating func takeContinuation(_ bytes: Span<UInt8>, from start: ScanPosition) {
    // What lies before the first record, or before the end, is the rest of the reject; blank lines behind it may be
    // among it, so it ends with its own line end.
    let length = continuationLength(bytes, start.offset, position)
    let rest = bytes.extracting(start.offset..<start.offset + length)
    if awaitsContinuation {
      result.continuationLength += length
      if rejectMaker.keepsRejects { result.continuation += copy(rest) }
      // A reject behind it may be open where scanning stopped: that is another one.
      awaitsContinuation = position.isSkipping && index.records.isEmpty
    } else if let last = result.rejects.indices.last {
      result.rejects[last].reject.length += length
      if rejectMaker.keepsRejects { result.rejects[last].raw += copy(rest) }
      let content = rest.extracting(0..<length - LineEnding.length(atEndOf: rest))
      let room = Reject.textLimit - result.rejects[last].reject.text.count
      result.rejects[last].reject.text += copy(content.extracting(0..<min(max(0, room), content.count)))
    }
  }

  private func continuationLength(_ bytes: Span<UInt8>, _ start: Int, _ position: ScanPosition) -> Int {
    let end = position.isSkipping ? position.offset : bytes.count
    return LineEnding.lineLength(atStartOf: bytes.extracting(start..<end))
  }

  // MARK: The column path

  /// Reads the next run of regular records, and the odd record behind it if there is one.
  private mutating func readColumns(_ buffer: PieceBuffer, _ facts: PieceFacts) -> ScanOutcome {
    guard let stop = columns?.load(buffer, from: position.offset, facts: facts) else { return readRows(buffer, facts) }
    if let count = columns?.recordCount, count > 0 {
      let end = readRun(count, buffer, facts)
      position.offset = columns?.recordStart(end) ?? position.offset
      position.line += columns?.lines(before: end) ?? 0
      if result.stop != .none { return .more }
    }
    switch stop {
    case .more: return .more
    case .pieceEnd: return .done
    case .odd: return readRows(buffer, facts)
    }
  }

  /// Takes the records of a run: those between exceptions by columns, exceptions by rows, in the order of the input.
  ///
  /// - Returns: how many were taken: all, unless a limit was met.
  private mutating func readRun(_ count: Int, _ buffer: PieceBuffer, _ facts: PieceFacts) -> Int {
    var next = 0
    var exception = 0
    while next < count {
      let end = columns?.exception(exception) ?? count
      if next < end {
        let room = rowLimit.map { $0 - rows.count }
        let taken = columns?.add(next..<end, to: &rows, room: room) ?? 0
        if hash != nil { takeHashes(next..<next + taken, buffer.bytes) }
        result.tally.records += taken
        next += taken
        if let rowLimit, rows.count == rowLimit {
          result.stop = .rowLimit
          return next
        }
      }
      if next < count {
        readException(next, buffer, facts)
        exception += 1
        next += 1
        if result.stop != .none { return next }
      }
    }
    return count
  }

  /// Hashes records of the run.
  private mutating func takeHashes(_ records: Range<Int>, _ bytes: Span<UInt8>) {
    guard let columns else { return }
    for record in records {
      hash?.take(bytes.extracting(columns.recordStart(record)..<columns.recordStart(record + 1)))
    }
  }

  /// Reads one record of the run by the row path.
  private mutating func readException(_ record: Int, _ buffer: PieceBuffer, _ facts: PieceFacts) {
    var place = position
    place.offset = columns?.recordStart(record) ?? place.offset
    place.line += columns?.lines(before: record) ?? 0
    let bytes = buffer.bytes
    _ = scanner.scan(bytes, facts: facts, limit: 1, position: &place, into: &index)
    if let first = index.records.first { take(first, bytes) }
  }
}
