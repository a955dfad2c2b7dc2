// The stages as threads of this process, linked by bounded queues.

import CSV
import Query
import Transport

/// Runs a job with one thread for each stage.
package struct ThreadExecutor: Executor {
  package init() {}

  package func run(_ job: Job, to sink: some OutputSink, progress: Progress) -> RunOutcome {
    let start = MonotonicClock.now()
    var outcome = RunOutcome()
    let sampler = job.settings.samplesMemory ? MemorySampler.start() : nil
    do throws(RunFailure) {
      let settings = job.settings
      let reader = try ReaderStage(files: job.inputs, question: job.question, window: settings.window)
      let plan = try Plan.make(job.question, reader.survey)
      outcome.plan = plan
      if let failure = sink.begins(plan) { throw failure }
      let links = ThreadLinks(settings: settings)
      let notes = Monitor(ThreadNotes())
      try wire(job, plan, reader, links, sink, progress, notes)
      links.report(into: &outcome)
      let ended = notes.withLock { $0 }
      outcome.stages = ended.stages.sorted { $0.name < $1.name }
      outcome.failure = ended.failure
      if let reader = ended.reader, let aggregator = ended.aggregator {
        outcome.close(names: job.inputNames, reader: reader, aggregator: aggregator)
      }
    } catch {
      outcome.failure = error
    }
    outcome.continuedAt = progress.continuedAt
    outcome.peakProportionalBytes = sampler?.finish()
    outcome.wallNanoseconds = MonotonicClock.now() - start
    return outcome
  }

  /// Starts all stages, as `Topology` draws them, and waits for them to end.
  private func wire(
    _ job: Job, _ plan: Plan, _ reader: ReaderStage, _ links: ThreadLinks, _ sink: some OutputSink,
    _ progress: Progress, _ notes: Monitor<ThreadNotes>
  ) throws(RunFailure) {
    var threads: [WorkerThread] = []
    let survey = reader.survey
    // What is to be kept for another run must reach the aggregator with every piece.
    let board = job.kept == nil ? CommitBoard() : nil
    let start = {
      (stage: StageName, body: @escaping @Sendable (inout StageMeter) throws(StageError) -> Void)
        throws(TransportError) in
      threads.append(
        try WorkerThread.start(name: stage.description) {
          var meter = StageMeter()
          do throws(StageError) {
            try body(&meter)
          } catch {
            if case .failure(let failure) = error { notes.withLock { $0.failure = $0.failure ?? failure } }
            links.cancel()
          }
          let report = meter.report(stage: stage, isProcess: false)
          notes.withLock { $0.stages.append(report) }
        })
    }
    var startFailure: RunFailure?
    do throws(TransportError) {
      try start(.aggregator) { (meter) throws(StageError) in
        var stage = AggregatorStage(
          plan: plan, inputNames: job.inputNames, loop: .threads(job.settings.workers), board: board)
        let feedback = WatchedFeedback(link: links.feedback) { message in
          if case .received(_, let committed, _) = message { progress.note(committed, of: job.inputs) }
          progress.note(queueDepth: links.pieces.metrics.depth)
        }
        if let kept = job.kept {
          try stage.keepState(in: kept.files, delivered: kept.delivered, sink: sink, meter: &meter)
          progress.noteContinuation(at: stage.boundary, of: job.inputs)
          let message = Feedback.rewound(to: stage.boundary, generation: 1)
          try StageError.link { () throws(LinkError) in try links.feedback.send(message) }
        }
        let findings = try stage.run(from: links.results, feedback: feedback, to: sink, meter: &meter)
        notes.withLock { $0.aggregator = findings }
      }
      for number in 1...job.settings.workers {
        try start(.parser(number)) { (meter) throws(StageError) in
          // A plan of its own: the counts of references to a shared one would pass between the cores for every row.
          let plan = try StageError.own { () throws(RunFailure) in try Plan.make(job.question, survey) }
          try ParserStage(plan: plan, loader: PieceLoader(inputs: job.inputs), board: board)
            .run(from: QueuedPieceInlet(links.pieces), to: links.results, meter: &meter) { _ in }
        }
      }
      try start(.reader) { (meter) throws(StageError) in
        var stage = reader
        stage.awaitsBoundary = job.kept != nil
        var outlet = SharedPieceOutlet(links.pieces)
        let findings = try stage.run(to: &outlet, feedback: links.feedback, meter: &meter)
        notes.withLock { $0.reader = findings }
      }
    } catch {
      startFailure = RunFailure(
        .system, "a thread could not be started: \(error.description)", remedy: "use fewer workers (-j)")
      links.cancel()
    }
    for thread in threads { thread.join() }
    if let startFailure { throw startFailure }
  }
}

/// What the threads of a run leave behind.
private struct ThreadNotes: Sendable {
  var failure: RunFailure?
  var reader: ReaderFindings?
  var aggregator: AggregatorFindings?
  var stages: [StageReport] = []
}

/// The queues of a run.
private struct ThreadLinks: Sendable {
  let pieces: QueueLink<Piece>
  let results: QueueLink<PieceResult>
  let feedback: QueueLink<Feedback>

  init(settings: RunSettings) {
    pieces = QueueLink(capacity: settings.queueDepth, producers: 1)
    results = QueueLink(capacity: settings.queueDepth, producers: settings.workers)
    feedback = QueueLink(capacity: ReaderStage.feedbackCapacity(window: settings.window), producers: 1)
  }

  func cancel() {
    pieces.cancel()
    results.cancel()
    feedback.cancel()
  }

  func report(into outcome: inout RunOutcome) {
    outcome.queues = [
      QueueReport(name: "pieces", metrics: pieces.metrics), QueueReport(name: "results", metrics: results.metrics),
      QueueReport(name: "feedback", metrics: feedback.metrics),
    ]
  }
}

/// Passes feedback on and lets somebody look at it.
private struct WatchedFeedback: Outlet {
  let link: QueueLink<Feedback>
  let look: @Sendable (Feedback) -> Void

  func send(_ message: Feedback) throws(LinkError) {
    look(message)
    try link.send(message)
  }

  func finish() { link.finish() }
}
