// A worker process: one stage, told over its control socket what to do. The stage code is that of the other modes; only
// the links are pipes.

import CSV
import Glibc
import Query
import Transport

/// The entry of worker processes.
package enum Worker {
  /// The word behind the program's name that starts a worker.
  package static let command = "worker"
  /// Where a worker finds its control socket.
  static let controlDescriptor: Int32 = 3

  /// Runs a worker to its end; gives its exit status.
  ///
  /// - Parameter arguments: as `WorkerGroup` makes them: name, `worker`, role, number, nonce, process id of the parent.
  package static func run(arguments: [String]) -> Int32 {
    guard let identity = WorkerIdentity(arguments: arguments), identity.isChildOfSupervisor else {
      let message = "pipe: \(command) is started by `pipe run --mode process` only\n"
      _ = message.withCString { write(2, $0, strlen($0)) }
      return 64
    }
    ProcessSelf.setName(identity.stage.description)
    ProcessSelf.ignoreBrokenPipes()
    let line = WorkerLine(control: ControlSocket(Descriptor(owning: controlDescriptor)))
    do throws(StageError) {
      try line.greet(identity)
      let findings = try run(identity, line)
      try line.send(.finished, findings.encode())
    } catch {
      line.report(error)
    }
    line.waitForRelease()
    return 0
  }

  private static func run(_ identity: WorkerIdentity, _ line: WorkerLine) throws(StageError) -> WorkerFindings {
    let wall = try enterWall(line, identity)
    switch identity.role {
    case .reader: return try runReader(line, identity, wall)
    case .parser: return try runParser(line, identity, wall)
    case .aggregator: return try runAggregator(line)
    }
  }

  /// Puts a wall around this process's memory, if there is to be one; gives the descriptors that it takes.
  private static func enterWall(_ line: WorkerLine, _ identity: WorkerIdentity) throws(StageError) -> [Int32] {
    guard let budget = line.start.budget else { return [] }
    let (parsers, threads) = (line.start.workers, line.start.threads)
    // The thread that listens is one of them; those that collect results have half a stack each.
    let others =
      switch identity.role {
      case .reader: 1
      case .parser: threads
      case .aggregator: parsers + (parsers + 1) / 2
      }
    do throws(TransportError) {
      return try MemoryWall.enter(
        bytes: budget.share(of: identity.role), threads: others, isFinal: true, status: WorkerExit.outOfMemory)
    } catch {
      throw .failure(
        RunFailure(.system, "\(identity.stage) cannot keep to its share of the memory: \(error.description)"))
    }
  }

  /// Measures what the stage does from now on, from within a sandbox: to be called before there is a second thread.
  ///
  /// - Parameter besides: descriptors that the process has besides what it was given.
  private static func enterSandbox(
    _ line: WorkerLine, _ identity: WorkerIdentity, besides: [Int32]
  ) throws(StageError) -> StageMeter {
    var meter = StageMeter(isProcess: true, activity: line.activity(of: 0), source: line.tap(of: 0))
    let start = line.start
    if start.sandbox == .off { return meter }
    let pages = [line.activityFile?.number].compactMap { $0 }
    let own = [0, 1, 2, controlDescriptor] + meter.descriptors + besides + pages
    let given = line.inputs.map(\.number) + (line.incoming + line.outgoing).flatMap { $0.end.descriptors.map(\.number) }
    var limits = SandboxLimits()
    // New ends of links come before the old ones are closed.
    limits.descriptors = UInt64(max(1024, 64 + line.inputs.count + 4 * start.workers))
    let sandbox = Sandbox(
      policy: start.sandbox, expectedParent: identity.parent, descriptors: own + given,
      variables: WorkerGroup.variables, limits: limits)
    do throws(TransportError) {
      meter.sandbox = try sandbox.enter()
    } catch {
      throw .failure(
        RunFailure(
          .system, "\(identity.stage) cannot enter its sandbox: \(error.description)",
          remedy: start.sandbox == .strict ? "use --sandbox best-effort" : "use --sandbox off"))
    }
    return meter
  }

  private static func runReader(
    _ line: WorkerLine, _ identity: WorkerIdentity, _ wall: [Int32]
  ) throws(StageError) -> WorkerFindings {
    let start = line.start
    let retirement = Retirement(mostPieces: nil, growthLimit: start.growthLimit)
    var meter = try enterSandbox(line, identity, besides: wall + retirement.descriptors)
    var outlets: [RenewedOutlet<Piece>] = []
    for end in line.outgoing {
      outlets.append(
        try StageError.link { () throws(LinkError) in
          try RenewedOutlet(end: end.end, nonce: start.nonce, isSummed: start.isSummed)
        })
    }
    let links = outlets
    line.listen(feedbackCapacity: ReaderStage.feedbackCapacity(window: start.window)) { attachment, end in
      if links.indices.contains(attachment.parser) { links[attachment.parser].arrive(end) }
    }
    let files = zip(start.inputs, line.inputs).map { InputFile(facts: $0, descriptor: $1) }
    var stage: ReaderStage
    if let resumption = start.resumption, let survey = start.survey {
      stage = try StageError.own { () throws(RunFailure) in
        try ReaderStage(
          files: files, question: start.question, window: start.window, survey: survey, at: resumption,
          tap: meter.source)
      }
    } else {
      stage = try StageError.own { () throws(RunFailure) in
        try ReaderStage(files: files, question: start.question, window: start.window, tap: meter.source)
      }
      var writer = ByteWriter()
      stage.survey.encode(into: &writer)
      try line.send(.survey, writer.bytes)
    }
    stage.awaitsBoundary = start.awaitsBoundary
    stage.injection = start.injection(for: .reader)
    stage.retirement = retirement
    stage.handsOverBytes = start.handOff == .bytes
    var outlet = SpreadPieceOutlet(links, files: files, handOff: start.handOff)
    let findings = try stage.run(to: &outlet, feedback: line.feedback, meter: &meter)
    line.feedback.cancel()
    let reports = links.enumerated().map { index, link in
      LinkReport(name: "\(StageName.reader) -> \(StageName.parser(index + 1)), sending", metrics: link.metrics)
    }
    return WorkerFindings(report: meter.report(stage: .reader, isProcess: true, links: reports), reader: findings)
  }

  private static func runParser(
    _ line: WorkerLine, _ identity: WorkerIdentity, _ wall: [Int32]
  ) throws(StageError) -> WorkerFindings {
    let (start, stage) = (line.start, identity.stage)
    let retirement = Retirement(mostPieces: start.mostPieces, growthLimit: start.growthLimit)
    var meter = try enterSandbox(line, identity, besides: wall + retirement.descriptors)
    let pieces = try StageError.link { () throws(LinkError) in
      try RenewedInlet<Piece>(end: line.incoming[0].end, nonce: start.nonce, requiresSums: start.isSummed)
    }
    let results = try StageError.link { () throws(LinkError) in
      try RenewedOutlet<PieceResult>(end: line.outgoing[0].end, nonce: start.nonce, isSummed: start.isSummed)
    }
    line.listen { attachment, end in
      if attachment.use == .incoming { pieces.arrive(end) } else { results.arrive(end) }
    }
    let plan = try line.plan()
    let inlet = PipedPieceInlet(pieces, inputs: start.inputs)
    let outlet = ResultOutlet(results, producers: start.threads)
    // Threads that have left because the process is to make room for a fresh one.
    let left = Monitor(0)
    let run: @Sendable (Int, Plan, inout StageMeter) throws(StageError) -> Void = {
      (thread, plan, meter) throws(StageError) in
      let loader = PieceLoader(facts: start.inputs, descriptors: line.inputs, tap: meter.source)
      let parser = ParserStage(
        plan: plan, loader: loader, combines: start.combines, hashRounds: start.regime.hashRounds,
        injection: start.injection(for: .parser), retirement: retirement)
      let hasFinished = try parser.run(from: inlet, to: outlet, meter: &meter) { (work) throws(StageError) in
        try line.send(.began, Began(thread: thread, work: work).encode())
      }
      if !hasFinished { left.change { $0 += 1 } }
    }
    let others = try ParserThreads.start(1..<start.threads, of: stage, line) { (thread, meter) throws(StageError) in
      // A plan of its own: the counts of references to a shared one would pass between the cores for every row.
      try run(thread, try line.plan(), &meter)
    }
    try run(0, plan, &meter)
    // The others may have much to do yet.
    meter.stop()
    meter.activity?.note(.waitsForInput)
    for other in try others.wait() { meter.add(other) }
    let gone = left.withLock { $0 }
    if gone == start.threads { retirement.leave() }
    // Another thread has met the end of the pieces: then there is nothing left for a fresh process to do.
    for _ in 0..<gone { outlet.finish() }
    let reports = [
      LinkReport(name: "\(StageName.reader) -> \(stage), receiving", metrics: pieces.metrics),
      LinkReport(name: "\(stage) -> \(StageName.aggregator), sending", metrics: results.metrics),
    ]
    return WorkerFindings(report: meter.report(stage: stage, isProcess: true, links: reports))
  }

  private static func runAggregator(_ line: WorkerLine) throws(StageError) -> WorkerFindings {
    let start = line.start
    let collector = ResultCollector(nonce: start.nonce, requiresSums: start.isSummed) {
      (drained) throws(LinkError) in
      do throws(StageError) { try line.send(.drained, drained.encode()) } catch { throw .closed }
    }
    for end in line.incoming { try collector.start(end.attachment, end.end) }
    line.listen { attachment, end in
      do throws(StageError) {
        try collector.start(attachment, end)
      } catch {
        line.report(error)
      }
    }
    if start.isOutputClosed { line.gate.close() }
    var meter = StageMeter(isProcess: true, activity: line.activity(of: 0), source: line.tap(of: 0))
    let plan = try line.plan()
    let output = try StageError.link { () throws(LinkError) in
      try PipeOutlet<OutputBlock>(end: line.outgoing[0].end, nonce: start.nonce, isSummed: start.isSummed)
    }
    let sink = PipeSink(output, gate: line.gate)
    var stage = AggregatorStage(
      plan: plan, inputNames: start.inputs.map(\.name), loop: .threads(start.workers))
    stage.isOutputClosed = start.isOutputClosed
    stage.injection = start.injection(for: .aggregator)
    stage.account = MemoryAccount(start.budget, "\(StageName.aggregator)", role: .aggregator)
    if let journal = StateFiles(line.journal) {
      try stage.keepState(in: journal, delivered: start.delivered, sink: sink, meter: &meter)
      var writer = ByteWriter()
      stage.boundary.encode(into: &writer)
      try line.send(.resumed, writer.bytes)
    }
    let findings = try stage.run(from: collector, feedback: ControlFeedback(line), to: sink, meter: &meter)
    sink.finish()
    var reports = collector.metrics.map { parser, metrics in
      LinkReport(name: "\(StageName.parser(parser + 1)) -> \(StageName.aggregator), receiving", metrics: metrics)
    }
    reports.append(LinkReport(name: "\(StageName.aggregator) -> output, sending", metrics: sink.metrics))
    return WorkerFindings(
      report: meter.report(stage: .aggregator, isProcess: true, links: reports), aggregator: findings)
  }
}

/// Results on their way to the aggregator, or to the one that takes its place: that may be sent a result that another had
/// received, which is of no use then, but never misses one.
private struct ResultOutlet: Outlet {
  private let link: RenewedOutlet<PieceResult>
  /// Threads that have not finished.
  private let open: Monitor<Int>

  init(_ link: RenewedOutlet<PieceResult>, producers: Int) {
    self.link = link
    open = Monitor(producers)
  }

  func send(_ message: PieceResult) throws(LinkError) { try link.sendPersistently(message) }

  func finish() {
    let isLast = open.withLock { open in
      open -= 1
      return open == 0
    }
    if isLast { link.finish() }
  }
}

/// Who a worker is, from its arguments.
struct WorkerIdentity {
  var role: WorkerRole
  var number: Int
  var nonce: UInt64
  var parent: Int32

  init(role: WorkerRole, number: Int, nonce: UInt64, parent: Int32) {
    self.role = role
    self.number = number
    self.nonce = nonce
    self.parent = parent
  }

  init?(arguments: [String]) {
    guard arguments.count == 6, arguments[1] == Worker.command, let role = WorkerRole(rawValue: arguments[2]),
      let number = Int(arguments[3]), let nonce = UInt64(arguments[4], radix: 16), let parent = Int32(arguments[5])
    else { return nil }
    self.init(role: role, number: number, nonce: nonce, parent: parent)
  }

  var arguments: [String] {
    [stage.description, Worker.command, role.rawValue, String(number), String(nonce, radix: 16), String(parent)]
  }

  var stage: StageName {
    switch role {
    case .reader: .reader
    case .parser: .parser(number)
    case .aggregator: .aggregator
    }
  }

  /// Whether there is a control socket, and a living parent that this worker will not outlive.
  var isChildOfSupervisor: Bool {
    var status = stat()
    guard fstat(Worker.controlDescriptor, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return false }
    return ProcessSelf.dieWithParent(expectedParent: parent)
  }
}

/// Feedback that goes to the reader by way of the supervisor.
private struct ControlFeedback: Outlet {
  let line: WorkerLine

  init(_ line: WorkerLine) { self.line = line }

  func send(_ message: Feedback) throws(LinkError) {
    var writer = ByteWriter()
    message.encode(into: &writer)
    do throws(StageError) { try line.send(.feedback, writer.bytes) } catch { throw .closed }
  }

  func finish() {}
}

/// Output that goes to the supervisor, until that says that nobody wants it.
private struct PipeSink: OutputSink {
  private let outlet: PipeOutlet<OutputBlock>
  private let gate: OutputGate

  init(_ outlet: PipeOutlet<OutputBlock>, gate: OutputGate) {
    self.outlet = outlet
    self.gate = gate
  }

  var metrics: LinkMetrics { outlet.metrics }

  func begin(_ plan: Plan) throws(OutputError) {}

  func write(_ block: OutputBlock) throws(OutputError) {
    if gate.isClosed { throw .closed }
    do throws(LinkError) { try outlet.send(block) } catch { throw .closed }
  }

  func finish() { outlet.finish() }
}
