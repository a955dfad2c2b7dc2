// What the supervisor does when a worker has ended before it was told to: the other workers keep what they have, and lose
// only what the one that is gone had not passed on.

import CSV
import Glibc
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
    let cause = worker.complaint ?? self.cause(of: worker, status)
    if worker.identity.role == .aggregator, worker.isStarted, journal == nil {
      throw RunFailure(
        .worker, "the aggregator \(cause), and its state was not kept", remedy: "do not go without journal")
    }
    let end = "worker \(worker.identity.stage) (process \(worker.child.pid)) \(cause)\(place(of: worker))"
    switch policy.decide(worker.identity.role, cause, hasStarted: worker.hasGreeted) {
    case .replace: break
    case .giveUp(let reason):
      if case .outOfMemory(let byKernel) = cause { throw memoryFailure(worker, byKernel: byKernel, reason) }
      throw RunFailure(
        .worker, "\(end); \(reason)",
        remedy: "no output file was written; run again, and if it happens again report it with the input")
    case .giveUpStream:
      throw RunFailure(
        .worker, "\(end); what was read of a stream cannot be read again",
        remedy: "no output file was written; run again with --spool DIR, which keeps the stream in a file")
    }
    try replace(index, after: cause)
  }

  /// Puts another worker in the place of one whose end was taken in.
  private mutating func replace(_ index: Int, after cause: DeathCause) throws(RunFailure) {
    let worker = group.workers[index]
    try group.replace(index, after: cause)
    sampler?.replace(worker.child.pid, by: group.workers[index].child.pid)
    switch worker.identity.role {
    case .reader: try startReader()
    case .parser:
      // Of several threads nobody knows which one it was.
      let works = worker.begun.values.compactMap(cause.suspect)
      if !works.isEmpty { suspects[index - 1] = works }
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
    // It may have said that it is done: it is not, where the end of what it sent has not arrived.
    if let damage = drained.damage {
      try disbelieve([1 + drained.parser], "what it sent is damaged: \(damage)")
    } else if worker.findings != nil {
      try disbelieve([1 + drained.parser], "the end of what it sent has not arrived")
    }
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

  /// A worker was sent bytes that make no sense: it cannot go on, and whoever sent them is not to be trusted.
  func takeDamage(to worker: WorkerProcess, _ how: String) {
    complain(of: worker, "what it was sent is damaged: \(how)")
    // The reader of a stream cannot be replaced; it still has what was damaged on the way.
    // One that has not said a word yet did not send them either.
    if worker.identity.role == .parser, policy.reachesBack, group.reader.findings == nil, group.reader.hasGreeted {
      complain(of: group.reader, "what it sent is damaged: \(how)")
    }
  }

  /// Part of the output is lost: the aggregator's successor goes back to where what has arrived was committed, and the
  /// others, who may be done with all of it, begin again there.
  mutating func takeDamagedOutput() throws(RunFailure) { try beginAgain("what was sent of the output is damaged") }

  private mutating func beginAgain(_ reason: String) throws(RunFailure) {
    isFinished = false
    // Where to go on from is what the next aggregator says.
    committed = Boundary(input: 0, offset: 0)
    let aggregator = group.workers.count - 1
    try disbelieve(policy.reachesBack ? Array(group.workers.indices) : [aggregator], reason)
  }

  /// Ends workers of which nothing counts that they have said, or may have said already; those that have ended when they
  /// were done are replaced at once.
  private mutating func disbelieve(_ indices: [Int], _ reason: String) throws(RunFailure) {
    for index in indices {
      let worker = group.workers[index]
      worker.findings = nil
      worker.isDisbelieved = true
      // One that has not said a word yet could start, but had no time.
      if !worker.hasGreeted { worker.complaint = worker.complaint ?? .killed(signal: SIGKILL) }
      if !worker.isGone { complain(of: worker, reason) }
    }
    for index in indices where group.workers[index].isGone { try replace(index, after: .failed(reason)) }
  }

  /// Everybody waits for somebody else. All parsers are ended: the pieces that any of them has in its hands, half of them
  /// still in a link, or half of their results, are given out again.
  mutating func endStandstill() throws(RunFailure) {
    let open = openParsers.filter { !parser($0).isGone }
    if open.isEmpty {
      guard policy.reachesBack else {
        throw RunFailure(
          .worker, "all workers waited for each other", remedy: "please report it with the input and the options")
      }
      // All parsers have said that they are done, and yet they are waited for: what one of them sent last, or was told, has
      // not come across. The deaths that follow count, so this does not go on for ever.
      return try beginAgain("it waited, although all parsers were done")
    }
    for index in open {
      complain(of: parser(index), "it waited for the reader, the reader for the aggregator, and that for it")
    }
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
    // What was told is saved before it is told: where a successor falls back behind that, output has been lost.
    if boundary < committed { return try takeDamagedOutput() }
    committed = boundary
    if isFinished || group.reader.findings != nil { return }
    generation += 1
    try tellReader(.rewound(to: boundary, generation: generation, redo: redo))
  }
}
