// What the supervisor does when a worker has ended before it was told to: the other workers keep what they have, and lose
// only what the one that is gone had not passed on.

import CSV
import Query
import Transport

extension Supervisor {
  /// Takes in the end of a worker.
  mutating func takeEnd(of index: Int, _ sink: some OutputSink, _ pump: OutputPump) throws(RunFailure) {
    let worker = group.workers[index]
    let status = try Self.own("the end of a worker cannot be taken in") { () throws(TransportError) in
      try worker.child.wait().status
    }
    worker.isGone = true
    // One that had said all it had to say is missed by nobody; nor is a parser once the answer is complete.
    if worker.findings != nil || (worker.identity.role == .parser && group.aggregator.findings != nil) {
      if worker.identity.role == .reader { try endPieces() }
      return
    }
    let cause = worker.complaint ?? DeathCause(status)
    let end = "worker \(worker.identity.stage) (process \(worker.child.pid)) \(cause)\(place(of: worker))"
    switch policy.decide(worker.identity.role, cause, hasStarted: worker.hasGreeted) {
    case .replace: break
    case .giveUp(let reason):
      throw RunFailure(
        .worker, "\(end); \(reason)",
        remedy: "no output file was written; run again, and if it happens again report it with the input")
    case .giveUpStream:
      throw RunFailure(
        .worker, "\(end); what was read of a stream cannot be read again",
        remedy: "no output file was written; run again with --spool DIR, which keeps the stream in a file")
    }
    try group.replace(index, after: cause)
    sampler?.add([group.workers[index].child.pid])
    switch worker.identity.role {
    case .reader: try startReader()
    case .parser:
      // Of several threads nobody knows which one it was.
      if let signal = cause.ownSignal {
        suspects[index - 1] = worker.begun.values.map { Suspect(work: $0, signal: signal) }
      }
      try replaceParser(index - 1, old: worker)
    case .aggregator: try replaceAggregator(wasStarted: worker.isStarted)
    }
  }

  /// Where a worker was, for messages about its end.
  private func place(of worker: WorkerProcess) -> String {
    let work = worker.begun.sorted { $0.key < $1.key }.first?.value
    guard let work, Int(work.input) < job.inputs.count else { return "" }
    return " while it worked on bytes \(work.first) to \(work.end) of \(job.inputs[Int(work.input)].facts.name)"
  }

  private mutating func replaceParser(_ index: Int, old: WorkerProcess) throws(RunFailure) {
    // One that was not told anything yet is started with all the others.
    guard old.isStarted else { return }
    // What the reader has not been given of the old one it will not be given any more.
    heldPieceEnds.removeValue(forKey: index)?.close()
    if heldResultEnds.removeValue(forKey: index) != nil {
      // No aggregator has ever listened to the old one.
      try startParser(index)
      return try handOver(index)
    }
    try startParser(index)
    // Without an aggregator nothing more will come from it; with one that is to start, the reader is rewound anyway.
    // Once nothing more is wanted, nothing that was lost matters.
    if old.isDrained || aggregatorWaits || isFinished { try handOver(index) }
  }

  /// The reader had finished and is gone: a link to a new parser that was on its way to it is lost, so whoever has not ended
  /// yet is told here that no piece follows.
  private func endPieces() throws(RunFailure) {
    for index in openParsers where parser(index).isStarted && !parser(index).isGone {
      let (read, write) = try link()
      try hand(read, Attachment(.incoming, parser: index), to: parser(index))
      RenewedOutlet<Piece>.finish(write, nonce: group.nonce)
    }
  }

  /// Nothing more will come through the pipe of a parser that has ended, or will.
  mutating func take(_ drained: Drained) throws(RunFailure) {
    guard (0..<job.settings.workers).contains(drained.parser) else { return }
    let worker = parser(drained.parser)
    if worker.incarnation > drained.incarnation { return try handOver(drained.parser) }
    worker.isDrained = true
    if let damage = drained.damage { complain(of: worker, "what it sent is damaged: \(damage)") }
  }

  /// Gives the reader the link to a new parser, and has it give out again what the old one took with it.
  private mutating func handOver(_ index: Int) throws(RunFailure) {
    guard let end = heldPieceEnds.removeValue(forKey: index) else { return }
    if group.reader.isGone {
      // It had finished before: nothing more will be given out.
      return RenewedOutlet<Piece>.finish(end, nonce: group.nonce)
    }
    try hand(end, Attachment(.outgoing, parser: index), to: group.reader)
    try tellReader(.lost(parser: index, suspects: suspects.removeValue(forKey: index) ?? []))
  }

  private mutating func replaceAggregator(wasStarted: Bool) throws(RunFailure) {
    guard wasStarted else { return }
    aggregatorWaits = true
    // The old one will not say of any parser that it is drained.
    try handOverAll()
  }

  mutating func handOverAll() throws(RunFailure) {
    for index in heldPieceEnds.keys.sorted() { try handOver(index) }
  }

  /// There is a new aggregator: the reader goes back to where that stands.
  mutating func rewind(to boundary: Boundary) throws(RunFailure) {
    committed = boundary
    if isFinished || group.reader.findings != nil { return }
    generation += 1
    try tellReader(.rewound(to: boundary, generation: generation))
  }
}
