// The stages as processes of their own, linked by pipes. The process that the user started is the supervisor: it wires
// the others, passes feedback on, forwards the output, and notices when one of them ends.

import CSV
import Glibc
import Query
import Transport

/// Runs a job with one process for each stage.
package struct ProcessExecutor: Executor {
  package init() {}

  package func run(_ job: Job, to sink: some OutputSink, progress: Progress) -> RunOutcome {
    let start = MonotonicClock.now()
    var supervisor = Supervisor(job: job, progress: progress)
    var outcome = supervisor.run(to: sink)
    outcome.wallNanoseconds = MonotonicClock.now() - start
    return outcome
  }
}

/// The state of a supervised run.
private struct Supervisor {
  private let job: Job
  private let progress: Progress
  private var group = WorkerGroup()
  private var outcome = RunOutcome()
  private var outputEnd: Descriptor?
  private let sampler: MemorySampler?

  init(job: Job, progress: Progress) {
    self.job = job
    self.progress = progress
    sampler = job.settings.samplesMemory ? MemorySampler.start() : nil
  }

  mutating func run(to sink: some OutputSink) -> RunOutcome {
    do throws(RunFailure) {
      try group.spawn(parsers: job.settings.workers)
      sampler?.add(group.workers.map(\.child.pid))
      try wire()
      try startReader()
      try watch(sink)
      finish()
    } catch {
      group.kill()
      outcome.failure = error
    }
    return outcome
  }

  /// Makes the pipes and gives both ends away; no copy stays here but the one that the output comes out of.
  private mutating func wire() throws(RunFailure) {
    for link in Topology(settings: job.settings).links {
      do throws(TransportError) {
        let (readEnd, writeEnd) = try Descriptor.pipe()
        for name in link.from { pending[name, default: PendingEnds()].outgoing.append(writeEnd) }
        if link.to == [.supervisor] { outputEnd = readEnd }
        for name in link.to where name != .supervisor { pending[name, default: PendingEnds()].incoming.append(readEnd) }
      } catch {
        throw RunFailure(.system, "a pipe could not be made: \(error.description)", remedy: "use fewer workers (-j)")
      }
    }
  }

  private struct PendingEnds {
    var incoming: [Descriptor] = []
    var outgoing: [Descriptor] = []
  }
  private var pending: [StageName: PendingEnds] = [:]

  private mutating func startReader() throws(RunFailure) { try start(group.reader, survey: nil) }

  /// Tells a worker what to do and gives it its ends of the links.
  private mutating func start(_ worker: WorkerProcess, survey: Survey?) throws(RunFailure) {
    let ends = pending.removeValue(forKey: worker.identity.stage) ?? PendingEnds()
    let inputs = inputs(for: worker.identity.role)
    let message = WorkerStart(
      nonce: group.nonce, question: job.question, survey: survey, inputs: job.inputs.map(\.facts),
      workers: job.settings.workers, window: job.settings.window,
      handOff: job.settings.handOff ?? .standard, inputCount: inputs.count, incoming: ends.incoming.count,
      outgoing: ends.outgoing.count)
    try send(.start, message.encode(), to: worker)
    for (use, descriptors) in [
      (Attachment.input, inputs), (.incoming, ends.incoming), (.outgoing, ends.outgoing),
    ] {
      for first in stride(from: 0, to: descriptors.count, by: ControlSocket.maximumDescriptors) {
        let some = Array(descriptors[first..<min(descriptors.count, first + ControlSocket.maximumDescriptors)])
        try send(.attach, [use.rawValue], to: worker, descriptors: some)
      }
    }
    for descriptor in ends.incoming + ends.outgoing { descriptor.close() }
  }

  /// The descriptors of the inputs that a worker reads.
  private func inputs(for role: WorkerRole) -> [Descriptor] {
    switch role {
    case .reader: return job.inputs.map(\.descriptor)
    case .parser where job.settings.handOff == .ranges:
      return job.inputs.filter(\.facts.isRegular).map(\.descriptor)
    case .parser, .aggregator: return []
    }
  }

  private func send(
    _ kind: ControlKind, _ payload: [UInt8], to worker: WorkerProcess, descriptors: [Descriptor] = []
  ) throws(RunFailure) {
    do throws(LinkError) {
      try worker.control.send(kind: kind.rawValue, payload: payload, descriptors: descriptors)
    } catch .closed {
      // It has ended: that is reported when its end is taken in.
    } catch {
      throw RunFailure(.system, "\(worker.identity.stage) cannot be told what to do: \(error.description)")
    }
  }

  /// Takes in messages and ends of workers until all are done.
  private mutating func watch(_ sink: some OutputSink) throws(RunFailure) {
    let pump: OutputPump
    let wakeUp: Descriptor
    do throws(TransportError) {
      let (readEnd, writeEnd) = try Descriptor.pipe()
      wakeUp = readEnd
      pump = OutputPump(wakeUp: writeEnd, aggregator: group.aggregator.control)
    } catch {
      throw RunFailure(.system, "a pipe could not be made: \(error.description)")
    }
    var thread: WorkerThread?
    while group.workers.contains(where: { $0.findings == nil }) || pump.state != .ended {
      if case .failed(let failure) = pump.state { throw failure }
      var descriptors = group.workers.map { $0.isControlOpen ? $0.control.descriptor.number : -1 }
      descriptors += group.workers.map { $0.child.pidfd.number }
      descriptors.append(wakeUp.number)
      let ready: [Bool]
      do throws(TransportError) {
        ready = try Readiness.waitReadable(descriptors)
      } catch {
        throw RunFailure(.system, "waiting for the workers failed: \(error.description)")
      }
      if ready[descriptors.count - 1] { pump.takeWakeUp(wakeUp) }
      let count = group.workers.count
      for index in 0..<count where ready[index] { try takeMessage(group.workers[index], sink, pump, &thread) }
      for index in 0..<count where ready[count + index] {
        try takeEnd(group.workers[index], sink, pump, &thread)
      }
    }
    thread?.join()
    if let reader = group.reader.findings?.reader, let aggregator = group.aggregator.findings?.aggregator {
      outcome.close(names: job.inputNames, reader: reader, aggregator: aggregator)
    }
  }

  /// Takes one message of a worker in; gives whether there was one.
  @discardableResult
  private mutating func takeMessage(
    _ worker: WorkerProcess, _ sink: some OutputSink, _ pump: OutputPump, _ thread: inout WorkerThread?
  ) throws(RunFailure) -> Bool {
    let message: ControlMessage?
    do throws(LinkError) {
      message = try worker.control.receive()
    } catch {
      message = nil
    }
    guard let message else {
      worker.isControlOpen = false
      return false
    }
    var reader = ByteReader(message.payload)
    switch ControlKind(rawValue: message.kind) {
    case .hello:
      let version = try decode(worker) { () throws(ByteCodingError) in try reader.read(UInt32.self) }
      let nonce = try decode(worker) { () throws(ByteCodingError) in try reader.read(UInt64.self) }
      if version != WorkerStart.protocolVersion || nonce != group.nonce {
        throw RunFailure(.worker, "\(describe(worker)) is of another version of the program")
      }
    case .survey:
      let survey = try decode(worker) { () throws(ByteCodingError) in try Survey(from: &reader) }
      thread = try begin(survey, sink, pump)
    case .began:
      worker.current = try decode(worker) { () throws(ByteCodingError) in try WorkName(message.payload) }
    case .feedback:
      let feedback = try decode(worker) { () throws(ByteCodingError) in try Feedback(from: &reader) }
      if case .received(_, let committed, _) = feedback { progress.note(committed, of: job.inputs) }
      try send(.feedback, message.payload, to: group.reader)
    case .finished:
      worker.findings = try decode(worker) { () throws(ByteCodingError) in try WorkerFindings(message.payload) }
    case .failed:
      throw try decode(worker) { () throws(ByteCodingError) in try RunFailure(from: &reader) }
    case .start, .attach, .outputClosed, .release, nil:
      throw RunFailure(.worker, "\(describe(worker)) sent a message of unknown kind \(message.kind)")
    }
    return true
  }

  private func decode<Value>(
    _ worker: WorkerProcess, _ body: () throws(ByteCodingError) -> Value
  ) throws(RunFailure) -> Value {
    do throws(ByteCodingError) {
      return try body()
    } catch {
      throw RunFailure(.worker, "\(describe(worker)) sent a message that makes no sense: \(error.message)")
    }
  }

  /// The reader knows what the input looks like: now the others can start. Gives the thread that passes the output on.
  private mutating func begin(
    _ survey: Survey, _ sink: some OutputSink, _ pump: OutputPump
  ) throws(RunFailure) -> WorkerThread {
    let plan = try Plan.make(job.question, survey)
    outcome.plan = plan
    if let failure = sink.begins(plan) { throw failure }
    for worker in group.parsers { try start(worker, survey: survey) }
    try start(group.aggregator, survey: survey)
    guard let outputEnd else { throw RunFailure(.books, "there is no link for the output") }
    let inlet = PipeInlet<OutputBlock>(descriptor: outputEnd, nonce: group.nonce)
    do throws(TransportError) {
      return try WorkerThread.start(name: "pipe:output") { pump.run(from: inlet, to: sink) }
    } catch {
      throw RunFailure(.system, "a thread could not be started: \(error.description)")
    }
  }

  /// A worker has ended before it was told to.
  private mutating func takeEnd(
    _ worker: WorkerProcess, _ sink: some OutputSink, _ pump: OutputPump, _ thread: inout WorkerThread?
  ) throws(RunFailure) {
    // What it said before its end counts.
    while worker.isControlOpen { try takeMessage(worker, sink, pump, &thread) }
    let status: String
    do throws(TransportError) {
      status = try worker.child.wait().status.description
    } catch {
      status = error.description
    }
    throw RunFailure(
      .worker, "\(describe(worker)) ended by \(status)\(place(of: worker))",
      remedy: "no output file was written; run again, and if it happens again report it with the input")
  }

  private func describe(_ worker: WorkerProcess) -> String {
    "worker \(worker.identity.stage) (process \(worker.child.pid))"
  }

  private func place(of worker: WorkerProcess) -> String {
    guard let work = worker.current, Int(work.input) < job.inputs.count else { return "" }
    return " while it worked on bytes \(work.first) to \(work.end) of \(job.inputs[Int(work.input)].facts.name)"
  }

  private mutating func finish() {
    // The workers are still there, with all the memory they ended up with.
    outcome.peakProportionalBytes = sampler?.finish()
    outcome.stages = group.workers.compactMap { $0.findings?.report }
    group.release()
  }
}
