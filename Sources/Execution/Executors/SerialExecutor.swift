// All stages in one thread, one piece after the other, each from where the last one truly ended: no guess, no queue.
// This is the plain truth that every other executor is compared with.

import CSV
import Query
import Transport

/// Runs a job in the calling thread.
package struct SerialExecutor: Executor {
  package init() {}

  package func run(_ job: Job, to sink: some OutputSink, progress: Progress) -> RunOutcome {
    let start = MonotonicClock.now()
    var outcome = RunOutcome()
    let sampler = job.settings.samplesMemory ? MemorySampler.start() : nil
    let watch = StageWatch(job, progress: progress)
    progress.pictures.open { watch.picture }
    defer { progress.pictures.close() }
    watch.guardCaller()
    let turns = SerialTurns(watch, isSeekable: job.inputs.allSatisfy(\.facts.isRegular))
    outcome.start = start
    outcome.firstReadyNanoseconds = MonotonicClock.now() - start
    turns.run {
      do throws(StageError) {
        try run(job, sink, progress, turns, &outcome)
      } catch {
        if case .failure(let failure) = error { outcome.failure = failure }
      }
    }
    watch.endGuard()
    outcome.continuedAt = progress.continuedAt
    outcome.peakProportionalBytes = sampler?.finish()
    outcome.wallNanoseconds = MonotonicClock.now() - start
    return outcome
  }

  private func run(
    _ job: Job, _ sink: some OutputSink, _ progress: Progress, _ turns: SerialTurns, _ outcome: inout RunOutcome
  ) throws(StageError) {
    let commit = { (role: WorkerRole, piece: Piece) in
      // Whatever is open at the end of a piece makes a second attempt of the next one here: nobody has tried it before.
      var work = piece.work
      work.attempt = 0
      if let injection = job.settings.injection(for: role), injection.isDue(at: work) { injection.strike() }
    }
    let pace = SourcePace(job.settings.regime)
    let trace = job.settings.traceLimit.map { StageTrace(limit: $0) }
    let readerTap = SourceTap(pace, activity: turns.reader, trace: trace)
    var meter = StageMeter(
      isProcess: true, activity: turns.aggregator, source: SourceTap(pace, activity: turns.parser, trace: trace))
    var reader = try StageError.own { () throws(RunFailure) in
      try SequentialReader(files: job.inputs, question: job.question, tap: readerTap)
    }
    let plan = try StageError.own { () throws(RunFailure) in try Plan.make(job.question, reader.survey) }
    outcome.plan = plan
    if let failure = sink.begins(plan) { throw .failure(failure) }
    var parser = PieceParser(plan: plan, hashRounds: job.settings.regime.hashRounds)
    parser.activity = turns.parser
    parser.injection = job.settings.injection(for: .parser)
    let loader = PieceLoader(inputs: job.inputs, tap: meter.source)
    let buffer = PieceBuffer()
    var aggregator = AggregatorStage(plan: plan, inputNames: job.inputNames)
    aggregator.account = MemoryAccount(job.settings.budget, "the run")
    if let kept = job.kept {
      try aggregator.keepState(in: kept.files, delivered: kept.delivered, sink: sink, meter: &meter)
      progress.noteContinuation(at: aggregator.boundary, of: job.inputs)
    }
    try aggregator.start(sink, meter: &meter)
    var redo: RedoRequest?
    while !aggregator.isDone {
      turns.read()
      let piece = try StageError.own { () throws(RunFailure) in
        try reader.piece(at: aggregator.boundary, redo: redo)
      }
      turns.note(piece.work)
      commit(.reader, piece)
      turns.parse(piece.work)
      trace?.begin(piece.work, as: .works)
      commit(.parser, piece)
      try StageError.own { () throws(RunFailure) in try loader.load(piece, into: buffer) }
      let result = parser.parse(piece, buffer)
      turns.aggregate(piece.work)
      trace?.begin(piece.work, as: .merges)
      commit(.aggregator, piece)
      redo = try aggregator.take(result, sink: sink, meter: &meter)
      try aggregator.checkMemory(&meter)
      try aggregator.save()
      trace?.end()
      progress.note(aggregator.boundary, of: job.inputs)
    }
    turns.conclude()
    let findings = try aggregator.conclude(sink, meter: &meter)
    let readerFindings = try StageError.own { () throws(RunFailure) in try reader.findings() }
    outcome.close(names: job.inputNames, reader: readerFindings, aggregator: findings)
    var report = meter.report(stage: .supervisor, isProcess: true)
    report.name = "serial"
    report.sourceNanoseconds += readerTap.nanoseconds
    report.sourceBytes += readerTap.bytes
    outcome.stages = [report]
  }
}

extension Plan {
  /// Resolves a question, as a step of a run.
  package static func make(_ question: Question, _ survey: Survey) throws(RunFailure) -> Plan {
    do throws(QuestionError) {
      return try Plan(question: question, survey: survey)
    } catch {
      throw RunFailure(error)
    }
  }
}
