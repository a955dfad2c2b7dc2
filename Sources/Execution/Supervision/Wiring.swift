// How the supervisor starts workers: which ends of which links go to whom. No copy of an end stays here once both sides
// have theirs, so that the end of a process is the end of its pipes.

import CSV
import Query
import Transport

extension Supervisor {
  /// The parsers that still work, counted from 0.
  var openParsers: [Int] { (0..<job.settings.workers).filter { parser($0).findings == nil } }

  func parser(_ index: Int) -> WorkerProcess { group.workers[1 + index] }

  /// Both ends of a new link.
  func link() throws(RunFailure) -> (read: LinkEnd, write: LinkEnd) {
    let ends = try Self.own("a link could not be made") { () throws(TransportError) in
      try job.settings.carrier.makeEnds()
    }
    return (ends.receiving, ends.sending)
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

  /// Tells a worker what to do, and gives it its ends of the links.
  private func start(
    _ worker: WorkerProcess, incoming: [(Attachment, LinkEnd)], outgoing: [(Attachment, LinkEnd)],
    completing complete: (inout WorkerStart) -> Void = { _ in }
  ) throws(RunFailure) {
    let inputs = inputs(for: worker.identity.role)
    var message = WorkerStart(
      nonce: group.nonce, question: job.question, survey: survey, inputs: job.inputs.map(\.facts),
      workers: job.settings.workers, window: job.settings.window, handOff: job.settings.handOff ?? .standard,
      inputCount: inputs.count, incoming: incoming.count, outgoing: outgoing.count)
    message.threads = job.settings.threads
    message.carrier = job.settings.carrier
    message.sandbox = job.settings.sandbox
    message.combines = job.settings.combines
    message.regime = job.settings.regime
    message.traceLimit = job.settings.traceLimit
    message.isSummed = job.settings.safeguards.contains(.checksums)
    message.budget = job.settings.budget
    message.growthLimit = job.settings.growthLimit(of: worker.identity.role, job.question)
    message.mostPieces = job.settings.maxPiecesPerWorker
    message.injections = job.settings.injections
    complete(&message)
    try send(.start, message.encode(), to: worker)
    for first in stride(from: 0, to: inputs.count, by: ControlSocket.maximumDescriptors) {
      let some = Array(inputs[first..<min(inputs.count, first + ControlSocket.maximumDescriptors)])
      try attach(Attachment(.input), some, to: worker)
    }
    if job.settings.safeguards.contains(.watch) {
      let threads = worker.identity.role == .parser ? job.settings.threads : 1
      let activity = try Self.own("shared memory could not be had") { () throws(TransportError) in
        try worker.makeActivity(threads: threads)
      }
      try attach(Attachment(.activity), [activity], to: worker)
    }
    if worker.identity.role != .aggregator, let sourceFile {
      try attach(Attachment(.source), [sourceFile], to: worker)
    }
    if worker.identity.role == .aggregator, let journal {
      try attach(Attachment(.journal), journal.descriptors, to: worker)
    }
    for (attachment, end) in incoming + outgoing { try hand(end, attachment, to: worker) }
    worker.isStarted = true
  }

  func attach(
    _ attachment: Attachment, _ descriptors: [Descriptor], to worker: WorkerProcess
  ) throws(RunFailure) {
    try send(.attach, attachment.encode(), to: worker, descriptors: descriptors)
  }

  /// Gives a worker an end of a link, be it to begin with or because a neighbour was replaced.
  func hand(_ end: LinkEnd, _ attachment: Attachment, to worker: WorkerProcess) throws(RunFailure) {
    try attach(attachment, end.descriptors, to: worker)
    end.close()
  }

  /// Starts the reader: the first, or one that takes over.
  mutating func startReader() throws(RunFailure) {
    var outgoing: [(Attachment, LinkEnd)] = []
    for index in 0..<job.settings.workers {
      var end = heldPieceEnds.removeValue(forKey: index)
      if end == nil {
        let (read, write) = try link()
        let worker = parser(index)
        if worker.isStarted, worker.findings == nil {
          try hand(read, Attachment(.incoming, parser: index), to: worker)
        } else if worker.findings == nil {
          heldPieceReadEnds[index] = read
        }
        end = write
      }
      if let end { outgoing.append((Attachment(.outgoing, parser: index, incarnation: 0), end)) }
    }
    let (isKnown, keepsState) = (survey != nil, job.kept != nil)
    if group.reader.incarnation > 0 { generation += 1 }
    let resumption = ReaderStage.Resumption(
      boundary: committed, generation: generation, isFinished: isFinished, redo: redo)
    try start(group.reader, incoming: [], outgoing: outgoing) { message in
      if isKnown { message.resumption = resumption } else { message.awaitsBoundary = keepsState }
    }
  }

  /// Starts a parser: the first in its place, or one that takes over.
  mutating func startParser(_ index: Int) throws(RunFailure) {
    let worker = parser(index)
    let attachment = Attachment(.incoming, parser: index, incarnation: worker.incarnation)
    var pieces = heldPieceReadEnds.removeValue(forKey: index)
    if pieces == nil {
      let (read, write) = try link()
      pieces = read
      heldPieceEnds[index] = write
    }
    let results = try link()
    guard let pieces else { return }
    try start(
      worker, incoming: [(attachment, pieces)], outgoing: [(Attachment(.outgoing, parser: index), results.write)])
    if group.aggregator.isStarted, !group.aggregator.isGone {
      try hand(results.read, attachment, to: group.aggregator)
    } else {
      heldResultEnds[index] = results.read
    }
  }

  /// Starts the aggregator, once all output of the one before it is passed on.
  mutating func startAggregator(_ sink: some OutputSink, _ pump: OutputPump) throws(RunFailure) {
    aggregatorWaits = false
    var incoming: [(Attachment, LinkEnd)] = []
    for index in openParsers {
      let worker = parser(index)
      var end = heldResultEnds.removeValue(forKey: index)
      if end == nil {
        let (read, write) = try link()
        try hand(write, Attachment(.outgoing, parser: index), to: worker)
        end = read
      }
      let attachment = Attachment(.incoming, parser: index, incarnation: worker.incarnation)
      if let end { incoming.append((attachment, end)) }
    }
    let output = try link()
    let (delivered, isClosed) = (pump.delivered, pump.isClosed)
    try start(group.aggregator, incoming: incoming, outgoing: [(Attachment(.outgoing), output.write)]) { message in
      message.delivered = delivered
      message.isOutputClosed = isClosed
    }
    let inlet: PipeInlet<OutputBlock>
    do throws(LinkError) {
      inlet = try PipeInlet(
        end: output.read, nonce: group.nonce, requiresSums: job.settings.safeguards.contains(.checksums))
    } catch {
      throw RunFailure(.system, "the link for the output could not be opened: \(error.description)")
    }
    let control = group.aggregator.control
    do throws(TransportError) {
      try pump.start(from: inlet, to: sink, control: control)
    } catch {
      throw .noThread(error)
    }
  }

  /// The reader knows what the input looks like: now the others can start.
  mutating func begin(_ survey: Survey, _ sink: some OutputSink, _ pump: OutputPump) throws(RunFailure) {
    let plan = try Plan.make(job.question, survey)
    outcome.plan = plan
    if let failure = sink.begins(plan) { throw failure }
    self.survey = survey
    for index in 0..<job.settings.workers { try startParser(index) }
    try startAggregator(sink, pump)
  }
}
