// The aggregator: commits results in the order of the input, merges them, and writes what can be written. It is the one
// place that decides what has happened; the reader only hears of it.

import CSV
import Query
import Transport

/// Merges all results into the answer.
package struct AggregatorStage {
  let plan: Plan
  private let names: [String]
  let loop: ParallelLoop
  private let board: CommitBoard?
  // What a successor must know; `SavedAggregation.swift` writes and reads it.
  var committer: Committer
  var answer: Answer
  var log: RejectLog
  var tally = Tally()
  var ending: Committer.Ending?
  /// Whether what comes before the first row was written.
  var hasStarted = false
  /// Bytes written to each output.
  var written = OutputCounts()
  /// Bytes that a predecessor has written to each output: the first so many are not written again.
  var delivered = OutputCounts()
  /// Whether nobody wants the output.
  package var isOutputClosed = false
  /// A fault to be committed.
  package var injection: FaultInjection?
  /// What this may have of the memory.
  package var account: MemoryAccount?
  /// Where the state is kept for a successor, if there can be one.
  var journal: StateJournal?

  /// - Parameters:
  ///   - loop: how the work on a large answer is spread.
  ///   - board: shared with parsers that keep their states for the whole run.
  package init(plan: Plan, inputNames: [String], loop: ParallelLoop = .serial, board: CommitBoard? = nil) {
    self.plan = plan
    self.loop = loop
    self.board = board
    names = inputNames
    var rowLimit: Int?
    if case .rows(let task) = plan.task, task.stopsAtLimit { rowLimit = task.limit }
    committer = Committer(
      inputCount: inputNames.count, chunkSize: plan.question.chunkSize, rowLimit: rowLimit,
      rejectLimit: plan.rejectLimit)
    answer = Answer(plan: plan)
    log = RejectLog(plan: plan, names: inputNames)
  }

  /// Commits until the answer is complete, then waits for the parsers to end and writes the rest.
  package mutating func run(
    from results: some Inlet<PieceResult>, feedback: some Outlet<Feedback>, to sink: some OutputSink,
    meter: inout StageMeter
  ) throws(StageError) -> AggregatorFindings {
    try start(sink, meter: &meter)
    var hasFinished = false
    if isDone { try finish(feedback, &hasFinished) }
    while true {
      let result = try meter.waitForInput { () throws(StageError) in
        try StageError.link { () throws(LinkError) in try results.receive() }
      }
      guard let result else { break }
      meter.begin(result.work, as: .merges)
      if let injection, injection.isDue(at: result.work) { injection.strike() }
      let redo = try take(result, sink: sink, meter: &meter)
      // Saved before anybody hears of it: what the reader was told is never taken back.
      // To put a large state down is one piece of work, however long it takes.
      meter.activity?.note(.worksAsOne)
      try save()
      try checkMemory(&meter)
      meter.activity?.note(.works)
      meter.activity?.advance(Int(result.work.end - result.work.first))
      if !hasFinished {
        // Also of the last one: a supervisor must know how far this one has come.
        let message = Feedback.received(result.work, committed: committer.boundary, redo: isDone ? nil : redo)
        try StageError.link { () throws(LinkError) in try feedback.send(message) }
      }
      meter.end()
      if isDone { try finish(feedback, &hasFinished) }
    }
    return try conclude(sink, meter: &meter)
  }

  /// Fails if the answer has more memory than it may, or `next` bytes more would be too many.
  package func checkMemory(_ meter: inout StageMeter, next: Int = 0) throws(StageError) {
    guard let account else { return }
    meter.activity?.note(extent: answer.extent)
    try StageError.own { () throws(RunFailure) in
      // The saved state lies in memory too.
      try account.check(holding: answer.extentText, besides: journal?.size ?? 0, next: next)
    }
  }

  private func finish(_ feedback: some Outlet<Feedback>, _ hasFinished: inout Bool) throws(StageError) {
    if hasFinished { return }
    hasFinished = true
    try StageError.link { () throws(LinkError) in try feedback.send(.finished) }
  }

  /// Writes what comes before the first row, if rows are written as they come.
  package mutating func start(_ sink: some OutputSink, meter: inout StageMeter) throws(StageError) {
    if streamsRows, !hasStarted { try write(OutputBlock(.result, answer.prologue()), to: sink, meter: &meter) }
    hasStarted = true
    if case .finished(let reason) = committer.next() { ending = reason }
  }

  /// Whether no more results are wanted.
  package var isDone: Bool { ending != nil || isOutputClosed }

  /// Where the next result must start.
  package var boundary: Boundary { committer.boundary }

  /// Takes one result in, and commits what can be committed. Gives the range to be read again, if there is one.
  package mutating func take(
    _ result: PieceResult, sink: some OutputSink, meter: inout StageMeter
  ) throws(StageError) -> RedoRequest? {
    if isDone { return nil }
    committer.receive(result)
    let redo = try commitAll(to: sink, meter: &meter)
    board?.pass(committer.boundary, isRedone: redo != nil)
    return redo
  }

  /// Commits what can be committed.
  mutating func commitAll(
    to sink: some OutputSink, meter: inout StageMeter
  ) throws(StageError) -> RedoRequest? {
    while !isOutputClosed {
      switch committer.next() {
      case .wait: return nil
      case .redo(let request): return request
      case .fail(let failure): throw .failure(failure)
      case .finished(let reason):
        ending = reason
        return nil
      case .commit(let result):
        try commit(result, to: sink, meter: &meter)
      }
    }
    return nil
  }

  private mutating func commit(
    _ result: PieceResult, to sink: some OutputSink, meter: inout StageMeter
  ) throws(StageError) {
    tally += result.tally
    if case .kept(isWaiting: true) = result.partial { board?.commit(result.work) }
    for block in log.commit(result) { try write(block, to: sink, meter: &meter) }
    let partial: PartialState
    do throws(ByteCodingError) {
      partial = try result.partial.decoded(plan: plan, in: loop)
    } catch {
      throw .failure(RunFailure(.worker, "a partial state is damaged: \(error.message)"))
    }
    let rows = try StageError.own { () throws(RunFailure) in try answer.merge(partial, in: loop) }
    if !streamsRows { try note(result) }
    if !rows.isEmpty { try write(OutputBlock(.result, rows), to: sink, meter: &meter) }
  }

  /// Writes what had to wait for the end, unless the run has failed, and says what was found.
  package mutating func conclude(
    _ sink: some OutputSink, meter: inout StageMeter
  ) throws(StageError) -> AggregatorFindings {
    meter.activity?.note(.worksAsOne)
    for block in log.finish() { try write(block, to: sink, meter: &meter) }
    var findings = AggregatorFindings(committed: committer.committed, tally: tally)
    findings.failure = failure
    findings.isComplete = ending == .complete
    findings.redonePieces = committer.redone
    findings.droppedResults = committer.dropped
    if ending == nil, !isOutputClosed {
      findings.failure = RunFailure(.books, "the parsers ended before the input was committed")
    }
    if let board { answer.take(board.take()) }
    if findings.failure == nil, let used = answer.usedRows, used != tally.used {
      findings.failure = .imbalance("\(tally.used) records were used, but the answer is made of \(used)")
    }
    if findings.failure == nil, !isOutputClosed {
      if account != nil { try checkMemory(&meter, next: answer.leastPreparation) }
      do throws(RunFailure) { try answer.prepare(in: loop) } catch { findings.failure = error }
      if findings.failure == nil {
        if !streamsRows { try write(OutputBlock(.result, answer.prologue()), to: sink, meter: &meter) }
        while !isOutputClosed, let block = try StageError.own({ () throws(RunFailure) in try answer.next(in: loop) }) {
          if !block.isEmpty { try write(OutputBlock(.result, block), to: sink, meter: &meter) }
        }
        if !isOutputClosed, !answer.isWritten {
          findings.failure = .imbalance("not all of the \(answer.rowCount) rows of the result were written")
        }
      }
    }
    findings.rows = answer.rowCount
    findings.written = written
    return findings
  }

  /// The failure that the rejects amount to.
  private var failure: RunFailure? {
    if ending == .rejectLimit, let reject = log.last {
      let count = tally.rejected
      let suffix =
        plan.question.errorPolicy == .fail
        ? "" : " (\(count) \(count == 1 ? "record is" : "records are") rejected, --max-errors \(count - 1))"
      return RunFailure(
        .data, reject.message(file: names[reject.input]) + suffix,
        remedy: suffix.isEmpty ? reject.remedy : "raise --max-errors, or mend the input")
    }
    if case .percent(let hundredths)? = plan.question.maxErrors, let reject = log.first,
      tally.rejected * 10_000 > hundredths * tally.records
    {
      return RunFailure(
        .data,
        "\(tally.rejected) of \(tally.records) records are rejected, more than --max-errors allows; the first: "
          + reject.message(file: names[reject.input]), remedy: "raise --max-errors, or mend the input")
    }
    return nil
  }

  var streamsRows: Bool {
    if case .rows(let task) = plan.task { return task.sort.isEmpty }
    return false
  }

  private mutating func write(
    _ block: OutputBlock, to sink: some OutputSink, meter: inout StageMeter
  ) throws(StageError) {
    if isOutputClosed { return }
    let missing = written.add(block.bytes.count, to: block.stream, delivered: delivered)
    if missing == 0, !block.bytes.isEmpty { return }
    var rest = block
    rest.bytes.removeFirst(block.bytes.count - missing)
    do throws(OutputError) {
      try meter.waitForOutput { () throws(OutputError) in try sink.write(rest) }
    } catch {
      switch error {
      case .closed: isOutputClosed = true
      case .failure(let failure): throw .failure(failure)
      }
    }
  }
}
