// The process that the user started, in process mode: it wires the workers, passes feedback on, forwards the output, and
// puts another worker in the place of one that ends.
//
// What happens when one ends (`Recovery.swift`):
//
//   parser       the aggregator reads what it had sent to the end and says `drained`; then the reader is told `lost`, with
//                the link to the new parser, and gives out again what has not arrived
//   reader       the new one goes on from the boundary that the aggregator has told last; parsers wait for its links
//   aggregator   the new one takes over the saved state and says `resumed`, with a boundary; the reader is `rewound` there
//
// For whoever changes it: messages of one worker are passed on in the order in which they came, so the reader hears of
// every result of a parser before it hears that the parser is lost.

import CSV
import Query
import Transport

/// The state of a supervised run.
struct Supervisor {
  let job: Job
  let progress: Progress
  var group: WorkerGroup
  var outcome = RunOutcome()
  var policy: RecoveryPolicy
  let sampler: MemorySampler?
  /// Kills for want of memory, by the kernel's count, that are accounted for.
  var kernelKills: UInt64?
  /// What the input looks like, once the reader has said so.
  var survey: Survey?
  /// The boundary that was told last, and whether nothing more is wanted.
  var committed = Boundary(input: 0, offset: 0)
  var isFinished = false
  /// What the aggregator has asked for at that boundary, so that another reader gives it out first.
  var redo: RedoRequest?
  /// How often reading has begun anew.
  var generation = 0
  /// Where the aggregator keeps its state.
  var journal: StateFiles?
  /// The memory in which all who read a slow source take turns.
  var sourceFile: Descriptor?
  /// Writing ends of new links to parsers, by parser, that the reader gets when the old one is drained.
  var heldPieceEnds: [Int: LinkEnd] = [:]
  /// What parsers died of whose pieces the reader has not got back yet.
  var suspects: [Int: [Suspect]] = [:]
  /// Reading ends of links from the reader, by parser, that parsers get when they start.
  var heldPieceReadEnds: [Int: LinkEnd] = [:]
  /// Reading ends of links from parsers that the aggregator gets when it starts.
  var heldResultEnds: [Int: LinkEnd] = [:]
  /// When the workers were last looked at.
  private var lookedAt = MonotonicClock.now()
  let start = MonotonicClock.now()
  /// For how long the output has been broken off although its aggregator lives, in nanoseconds.
  private var brokenFor: UInt64 = 0
  private var standstill: StandstillWatch
  /// Whether an aggregator waits until all output of the one before it is passed on.
  var aggregatorWaits = false

  init(job: Job, progress: Progress) {
    self.job = job
    self.progress = progress
    group = WorkerGroup(stallTimeout: job.settings.stallTimeout)
    standstill = StandstillWatch(timeout: job.settings.stallTimeout)
    policy = RecoveryPolicy(
      isSeekable: job.inputs.allSatisfy(\.facts.isRegular), window: job.settings.window)
    sampler = job.settings.samplesMemory ? MemorySampler.start() : nil
  }

  mutating func run(to sink: some OutputSink) -> RunOutcome {
    do throws(RunFailure) {
      try group.spawn(parsers: job.settings.workers)
      sampler?.add(group.workers.map(\.child.pid))
      kernelKills = KernelKills.count()
      let wakeUp = try Self.own("a pipe could not be made") { () throws(TransportError) in try Descriptor.pipe() }
      let pump = OutputPump(wakeUp: wakeUp.write, delivered: job.kept?.delivered ?? OutputCounts())
      journal = job.kept?.files
      if journal == nil, job.settings.safeguards.contains(.journal) {
        journal = try Self.own("the state of the run cannot be saved") { () throws(TransportError) in try .inMemory() }
      }
      if job.settings.regime.bytesPerSecond != nil {
        sourceFile = try Self.own("shared memory could not be had") { () throws(TransportError) in
          try Throttle.makeDescriptor()
        }
      }
      try startReader()
      try watch(sink, pump, wakeUp.read)
      // The workers are still there, with all the memory they ended up with.
      outcome.peakProportionalBytes = sampler?.finish()
      outcome.stages = group.workers.compactMap { $0.findings?.report }
      group.release()
    } catch {
      group.kill()
      outcome.failure = error
    }
    outcome.continuedAt = progress.continuedAt
    return outcome
  }

  /// Runs something that fails for want of descriptors, memory or threads.
  static func own<Result>(
    _ what: String, _ body: () throws(TransportError) -> Result
  ) throws(RunFailure) -> Result {
    do throws(TransportError) {
      return try body()
    } catch {
      throw RunFailure(.system, "\(what): \(error.description)", remedy: "use fewer workers (-j)")
    }
  }

  /// Whether all is said and done. A parser that ends when the answer is complete is missed by nobody.
  private func isOver(_ pump: OutputPump) -> Bool {
    group.aggregator.findings != nil && group.reader.findings != nil && pump.state == .ended
      && group.parsers.allSatisfy { $0.findings != nil || $0.isGone }
  }

  /// Takes in messages and ends of workers until all are done.
  private mutating func watch(
    _ sink: some OutputSink, _ pump: OutputPump, _ wakeUp: Descriptor
  ) throws(RunFailure) {
    while !isOver(pump) {
      if case .failed(let failure) = pump.state { throw failure }
      if aggregatorWaits, pump.state != .running { try startAggregator(sink, pump) }
      let workers = group.workers
      var descriptors = workers.map { $0.isControlOpen ? $0.control.descriptor.number : -1 }
      descriptors += workers.map { $0.isGone ? -1 : $0.child.pidfd.number }
      descriptors.append(wakeUp.number)
      let ready = try Self.own("waiting for the workers failed") { () throws(TransportError) in
        try Readiness.waitReadable(descriptors, nanoseconds: StallWatch.interval)
      }
      try lookAtWorkers(pump)
      if progress.pictures.isAsked { progress.pictures.hand(picture) }
      if ready[descriptors.count - 1] { pump.takeWakeUp(wakeUp) }
      for (index, worker) in workers.enumerated() where ready[index] { try takeMessage(worker, sink, pump) }
      for (index, worker) in workers.enumerated() where ready[workers.count + index] {
        // What it said before its end counts.
        while worker.isControlOpen { try takeMessage(worker, sink, pump) }
        try takeEnd(of: index, sink, pump)
      }
    }
    pump.join()
    if let reader = group.reader.findings?.reader, let aggregator = group.aggregator.findings?.aggregator {
      outcome.close(names: job.inputNames, reader: reader, aggregator: aggregator)
      if outcome.failure == nil, !pump.isClosed, aggregator.written != pump.delivered {
        outcome.failure = .imbalance("not all bytes of the result have arrived")
      }
    }
  }

  /// Ends workers that do nothing although they should.
  private mutating func lookAtWorkers(_ pump: OutputPump) throws(RunFailure) {
    let now = MonotonicClock.now()
    let elapsed = now - lookedAt
    guard elapsed >= StallWatch.interval else { return }
    lookedAt = now
    for worker in group.workers where !worker.isGone && job.settings.safeguards.contains(.watch) {
      if let cause = worker.look(elapsed: elapsed) { end(worker, because: cause) }
    }
    // Once the aggregator is done, only whoever reads the output is waited for.
    if group.aggregator.findings == nil, standstill.look(group.workers.map(\.stand), elapsed: elapsed) {
      try endStandstill()
    }
    // An aggregator that has ended its output has sent all of it.
    let isMissed = group.aggregator.findings != nil && pump.isStarved
    guard pump.state == .broken || isMissed, !aggregatorWaits else {
      brokenFor = 0
      return
    }
    // As a rule the aggregator has died, which is noticed in a moment.
    brokenFor += min(elapsed, 2 * StallWatch.interval)
    guard brokenFor >= (isMissed ? job.settings.stallTimeout : StallWatch.stopLimit) else { return }
    brokenFor = 0
    try takeDamagedOutput()
  }

  /// Takes one message of a worker in.
  private mutating func takeMessage(
    _ worker: WorkerProcess, _ sink: some OutputSink, _ pump: OutputPump
  ) throws(RunFailure) {
    var message: ControlMessage?
    do throws(LinkError) {
      message = try worker.control.receive()
    } catch {
      // What cannot be read is the end of the line.
    }
    guard let message else {
      worker.isControlOpen = false
      return
    }
    if worker.isDisbelieved { return }
    if let succeeds = worker.succeeds {
      worker.succeeds = nil
      outcome.replacements.append(
        Replacement(
          stage: worker.identity.stage, cause: succeeds.cause, noticed: succeeds.at,
          nanoseconds: MonotonicClock.now() - succeeds.at))
    }
    guard ControlKind(rawValue: message.kind)?.comes(from: worker.identity.role) == true else {
      return complain(of: worker, "it sent a message of kind \(message.kind), which is not for it to send")
    }
    var reader = ByteReader(message.payload)
    switch ControlKind(rawValue: message.kind) {
    case .hello: greet(worker, &reader)
    case .survey:
      let survey = decode(worker) { () throws(ByteCodingError) in try Survey(from: &reader) }
      if let survey { try begin(survey, sink, pump) }
    case .began:
      let began = decode(worker) { () throws(ByteCodingError) in try Began(message.payload) }
      if let began { worker.begun[began.thread] = began.work }
    case .feedback:
      let feedback = decode(worker) { () throws(ByteCodingError) in try Feedback(from: &reader) }
      if let feedback { try pass(feedback) }
    case .finished:
      worker.findings = decode(worker) { () throws(ByteCodingError) in try WorkerFindings(message.payload) }
      if job.settings.samplesMemory { worker.completeSchedule() }
      // It will say of no parser any more that it is drained.
      if worker.identity.role == .aggregator { try handOverAll() }
    case .failed:
      let failure = decode(worker) { () throws(ByteCodingError) in try RunFailure(from: &reader) }
      guard let failure else { break }
      // What it cannot do may be its own fault; what it found out is not.
      if failure.kind != .worker { throw failure }
      complain(of: worker, failure.message)
    case .damaged:
      let how = decode(worker) { () throws(ByteCodingError) in try reader.readString() }
      if let how { takeDamage(to: worker, how) }
    case .drained:
      let drained = decode(worker) { () throws(ByteCodingError) in try Drained(message.payload) }
      if let drained { try take(drained) }
    case .resumed:
      let boundary = decode(worker) { () throws(ByteCodingError) in try Boundary(from: &reader) }
      if let boundary { try goOn(at: boundary, worker) }
    case .start, .attach, .outputClosed, .release, nil: break
    }
  }

  /// An aggregator has taken over from the one before it, or from an earlier run.
  private mutating func goOn(at boundary: Boundary, _ worker: WorkerProcess) throws(RunFailure) {
    if worker.incarnation > 0 { return try rewind(to: boundary) }
    guard job.kept != nil else { return }
    progress.noteContinuation(at: boundary, of: job.inputs)
    // A second reader has begun already; the first one has given nothing out, so its pieces are first attempts.
    if generation > 0 { return try rewind(to: boundary) }
    committed = boundary
    try tellReader(.rewound(to: boundary, generation: generation))
  }

  private mutating func greet(_ worker: WorkerProcess, _ reader: inout ByteReader) {
    let words = decode(worker) { () throws(ByteCodingError) in
      (version: try reader.read(UInt32.self), nonce: try reader.read(UInt64.self))
    }
    guard let words else { return }
    worker.hasGreeted = true
    if worker.identity.role == .parser, outcome.firstReadyNanoseconds == nil {
      outcome.firstReadyNanoseconds = MonotonicClock.now() - start
    }
    policy.noteStart()
    if words.version != WorkerStart.protocolVersion || words.nonce != group.nonce {
      // It would be so again and again: as good as one that cannot start.
      worker.hasGreeted = false
      complain(of: worker, "it is of another version of the program")
    }
  }

  private func decode<Value>(_ worker: WorkerProcess, _ body: () throws(ByteCodingError) -> Value) -> Value? {
    do throws(ByteCodingError) {
      return try body()
    } catch {
      complain(of: worker, "it sent a message that makes no sense: \(error.message)")
      return nil
    }
  }

  /// Ends a worker that does not do what it should.
  func complain(of worker: WorkerProcess, _ reason: String) {
    end(worker, because: .failed(reason))
  }

  private func end(_ worker: WorkerProcess, because cause: DeathCause) {
    worker.complaint = worker.complaint ?? cause
    worker.end()
  }

  /// Passes on to the reader what the aggregator says.
  private mutating func pass(_ feedback: Feedback) throws(RunFailure) {
    switch feedback {
    case .received(_, let boundary, let request):
      if boundary > committed { policy.noteProgress() }
      committed = boundary
      redo = request ?? redo
      progress.note(boundary, of: job.inputs)
    case .finished: isFinished = true
    case .lost, .rewound: return
    }
    try tellReader(feedback)
  }

  func tellReader(_ feedback: Feedback) throws(RunFailure) {
    var writer = ByteWriter()
    feedback.encode(into: &writer)
    try send(.feedback, writer.bytes, to: group.reader)
  }

  func send(
    _ kind: ControlKind, _ payload: [UInt8], to worker: WorkerProcess, descriptors: [Descriptor] = []
  ) throws(RunFailure) {
    do throws(LinkError) {
      try worker.control.send(kind: kind.rawValue, payload: payload, descriptors: descriptors)
    } catch .closed {
      // It has ended: that is dealt with when its end is taken in.
    } catch .system(_, let errno) where errno == WorkerGroup.notTaken {
      complain(of: worker, "it takes no messages")
    } catch {
      throw RunFailure(.system, "\(worker.identity.stage) cannot be told what to do: \(error.description)")
    }
  }
}
