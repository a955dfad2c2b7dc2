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
    do throws(StageError) {
      try run(job, sink, progress, &outcome)
    } catch {
      if case .failure(let failure) = error { outcome.failure = failure }
    }
    outcome.continuedAt = progress.continuedAt
    outcome.peakProportionalBytes = sampler?.finish()
    outcome.wallNanoseconds = MonotonicClock.now() - start
    return outcome
  }

  private func run(
    _ job: Job, _ sink: some OutputSink, _ progress: Progress, _ outcome: inout RunOutcome
  ) throws(StageError) {
    var meter = StageMeter(isProcess: true)
    var reader = try StageError.own { () throws(RunFailure) in
      try SequentialReader(files: job.inputs, question: job.question)
    }
    let plan = try StageError.own { () throws(RunFailure) in try Plan.make(job.question, reader.survey) }
    outcome.plan = plan
    if let failure = sink.begins(plan) { throw .failure(failure) }
    var parser = PieceParser(plan: plan)
    let loader = PieceLoader(inputs: job.inputs)
    let buffer = PieceBuffer()
    var aggregator = AggregatorStage(plan: plan, inputNames: job.inputNames)
    if let kept = job.kept {
      try aggregator.keepState(in: kept.files, delivered: kept.delivered, sink: sink, meter: &meter)
      progress.noteContinuation(at: aggregator.boundary, of: job.inputs)
    }
    try aggregator.start(sink, meter: &meter)
    var redo: RedoRequest?
    while !aggregator.isDone {
      let piece = try StageError.own { () throws(RunFailure) in
        let piece = try reader.piece(at: aggregator.boundary, redo: redo)
        try loader.load(piece, into: buffer)
        return piece
      }
      redo = try aggregator.take(parser.parse(piece, buffer), sink: sink, meter: &meter)
      try aggregator.save()
      progress.note(aggregator.boundary, of: job.inputs)
    }
    let findings = try aggregator.conclude(sink, meter: &meter)
    let readerFindings = try StageError.own { () throws(RunFailure) in try reader.findings() }
    outcome.close(names: job.inputNames, reader: readerFindings, aggregator: findings)
    var report = meter.report(stage: .supervisor, isProcess: true)
    report.name = "serial"
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
