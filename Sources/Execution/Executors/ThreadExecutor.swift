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
    outcome.start = start
    let sampler = job.settings.samplesMemory ? MemorySampler.start() : nil
    let links = ThreadLinks(settings: job.settings)
    let watch = StageWatch(job, progress: progress) { links.pictures }
    progress.pictures.open { watch.picture }
    defer { progress.pictures.close() }
    do throws(RunFailure) {
      let pace = SourcePace(job.settings.regime)
      let trace = job.settings.traceLimit.map { StageTrace(limit: $0) }
      let tap = SourceTap(pace, activity: watch.place(of: .reader).activity, trace: trace)
      let reader = try ReaderStage(
        files: job.inputs, question: job.question, window: job.settings.window, tap: tap)
      let plan = try Plan.make(job.question, reader.survey)
      outcome.plan = plan
      if let failure = sink.begins(plan) { throw failure }
      let notes = Monitor(ThreadNotes())
      let stall = try wire(job, plan, reader, pace, links, watch, sink, progress, notes)
      links.report(into: &outcome)
      let ended = notes.withLock { $0 }
      outcome.stages = ended.stages.sorted { $0.name < $1.name }
      outcome.picture = stall?.picture
      outcome.firstReadyNanoseconds = ended.readyAt.map { $0 - start }
      outcome.failure = stall?.failure ?? ended.failure
      if stall == nil, let reader = ended.reader, let aggregator = ended.aggregator {
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

  /// Starts all stages, as `Topology` draws them, and watches them until they have ended, or one never will.
  private func wire(
    _ job: Job, _ plan: Plan, _ reader: ReaderStage, _ pace: SourcePace, _ links: ThreadLinks,
    _ watch: StageWatch, _ sink: some OutputSink, _ progress: Progress, _ notes: Monitor<ThreadNotes>
  ) throws(RunFailure) -> StageWatch.Stall? {
    var threads: [WorkerThread] = []
    let settings = job.settings
    let survey = reader.survey
    // What is to be kept for another run must reach the aggregator with every piece, and parsers that do not combine have
    // nothing to keep.
    let board = job.kept == nil && settings.combines ? CommitBoard() : nil
    let start = {
      (
        stage: StageName, tap: SourceTap?,
        body: @escaping @Sendable (inout StageMeter, StagePlace) throws(StageError) -> Void
      )
        throws(TransportError) in
      let place = watch.place(of: stage)
      threads.append(
        try watch.startThread(name: stage.description) {
          if case .parser = stage { notes.withLock { $0.readyAt = $0.readyAt ?? MonotonicClock.now() } }
          place.count {
            let trace = tap == nil ? settings.traceLimit.map { StageTrace(limit: $0) } : nil
            var meter = StageMeter(
              activity: place.activity, source: tap ?? SourceTap(pace, activity: place.activity, trace: trace))
            do throws(StageError) {
              try body(&meter, place)
            } catch {
              if case .failure(let failure) = error { notes.withLock { $0.failure = $0.failure ?? failure } }
              links.cancel()
            }
            let report = meter.report(stage: stage, isProcess: false)
            notes.withLock { $0.stages.append(report) }
            place.activity.note(.finished)
          }
        })
    }
    var startFailure: RunFailure?
    do throws(TransportError) {
      try start(.aggregator, nil) { (meter, place) throws(StageError) in
        var stage = AggregatorStage(
          plan: plan, inputNames: job.inputNames, loop: .threads(settings.workers, of: place), board: board)
        stage.injection = settings.injection(for: .aggregator)
        stage.account = MemoryAccount(settings.budget, "the run")
        let feedback = WatchedFeedback(link: links.feedback) { message in
          if case .received(_, let committed, _) = message { progress.note(committed, of: job.inputs) }
          progress.note(queueDepth: links.pieces.metrics.depth)
        }
        if let kept = job.kept {
          try stage.keepState(in: kept.files, delivered: kept.delivered, sink: sink, meter: &meter)
          progress.noteContinuation(at: stage.boundary, of: job.inputs)
          let message = Feedback.rewound(to: stage.boundary, generation: 0)
          try StageError.link { () throws(LinkError) in try links.feedback.send(message) }
        }
        let findings = try stage.run(from: links.results, feedback: feedback, to: sink, meter: &meter)
        notes.withLock { $0.aggregator = findings }
      }
      for number in 1...settings.workers {
        try start(.parser(number), nil) { (meter, _) throws(StageError) in
          // A plan of its own: the counts of references to a shared one would pass between the cores for every row.
          let plan = try StageError.own { () throws(RunFailure) in try Plan.make(job.question, survey) }
          let loader = PieceLoader(inputs: job.inputs, tap: meter.source)
          _ = try ParserStage(
            plan: plan, loader: loader, board: board, combines: settings.combines,
            hashRounds: settings.regime.hashRounds, injection: settings.injection(for: .parser),
            account: MemoryAccount(settings.budget, "the run")
          ).run(from: QueuedPieceInlet(links.pieces), to: links.results, meter: &meter) { _ in }
        }
      }
      try start(.reader, reader.tap) { (meter, _) throws(StageError) in
        var stage = reader
        stage.injection = settings.injection(for: .reader)
        stage.awaitsBoundary = job.kept != nil
        var outlet = SharedPieceOutlet(links.pieces)
        let findings = try stage.run(to: &outlet, feedback: links.feedback, meter: &meter)
        notes.withLock { $0.reader = findings }
      }
    } catch {
      startFailure = .noThread(error)
      links.cancel()
    }
    if let stall = watch.wait() {
      // Those that still can end.
      links.cancel()
      return stall
    }
    for thread in threads { thread.join() }
    if let startFailure { throw startFailure }
    return nil
  }
}

/// What the threads of a run leave behind.
private struct ThreadNotes: Sendable {
  var failure: RunFailure?
  var reader: ReaderFindings?
  var aggregator: AggregatorFindings?
  var stages: [StageReport] = []
  /// When the first parser was there.
  var readyAt: UInt64?
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

  /// How full they are.
  var pictures: [RunPicture.Queue] {
    [(TopologyLink.Cargo.pieces, pieces.metrics), (.results, results.metrics), (.feedback, feedback.metrics)].map {
      RunPicture.Queue($0, depth: $1.depth, capacity: $1.capacity)
    }
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
