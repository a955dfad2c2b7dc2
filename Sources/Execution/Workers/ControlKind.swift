// What supervisor and workers say to each other on the control sockets, and in which form.

import CSV
import Query
import Transport

/// The kinds of control messages.
package enum ControlKind: UInt8, Sendable {
  // From a worker.
  /// First of all: version and nonce.
  case hello = 1
  /// From the reader: what the input looks like.
  case survey = 2
  /// From a parser: the piece it begins (`Began`). From nobody else.
  case began = 3
  /// From the aggregator to the reader, by way of the supervisor.
  case feedback = 4
  /// The stage is done: its report and its findings.
  case finished = 5
  /// The stage has failed: why.
  case failed = 6
  /// From the aggregator: a parser's results have arrived as far as they ever will (`Drained`).
  case drained = 7
  /// From an aggregator that took over: the boundary up to which everything is committed.
  case resumed = 8
  /// What the stage before has sent makes no sense: what is wrong with it.
  case damaged = 12
  // To a worker.
  /// What to do.
  case start = 16
  /// One end of a link, or an input: its descriptor comes with the message (`Attachment`). Also later, where a neighbour
  /// was replaced.
  case attach = 17
  /// Nobody reads the output any more.
  case outputClosed = 18
  /// The run is over: end now.
  case release = 19
}

extension ControlKind {
  /// Whether a worker of this role may say such a thing: a parser that was taken over speaks for nobody else.
  func comes(from role: WorkerRole) -> Bool {
    switch self {
    case .hello, .finished, .failed, .damaged: true
    case .survey: role == .reader
    case .began: role == .parser
    case .feedback, .drained, .resumed: role == .aggregator
    case .start, .attach, .outputClosed, .release: false
    }
  }
}

/// What a worker is.
package enum WorkerRole: String, CaseIterable, Sendable {
  case reader, parser, aggregator
}

/// What a worker is told first.
package struct WorkerStart: Equatable, Sendable {
  /// Both sides are the same executable file, but that may be replaced during the run.
  package static let protocolVersion: UInt32 = 6

  package var version = WorkerStart.protocolVersion
  package var nonce: UInt64
  package var question: Question
  /// The reader makes this, the others are given it.
  package var survey: Survey?
  package var inputs: [InputFacts]
  package var workers: Int
  /// Threads of a parser.
  package var threads = 1
  package var window: Int
  package var handOff: HandOff
  /// Descriptors of inputs, and ends of links, that follow in `attach` messages.
  package var inputCount: Int
  package var incoming: Int
  package var outgoing: Int
  /// For a reader that takes over: where from.
  package var resumption: ReaderStage.Resumption?
  /// For the first reader: whether it is to hear first where an earlier run has left off.
  package var awaitsBoundary = false
  /// For an aggregator that takes over: what has arrived of the outputs, and whether nobody wants them any more.
  package var delivered = OutputCounts()
  package var isOutputClosed = false
  /// What carries the frames of all links.
  package var carrier = Carrier.pipe
  /// How much of a sandbox there must be, for readers and parsers.
  package var sandbox = SandboxPolicy.off
  /// Whether parsers make groups and profiles of their pieces.
  package var combines = true
  /// The circumstances that the run is put under.
  package var regime = Regime.none
  /// Events that are recorded of each thread; nil where none are.
  package var traceLimit: Int?
  /// Whether payloads of frames have checksums.
  package var isSummed = true
  /// Who may have how much memory, and above how much private memory, or after how many pieces, this worker leaves its
  /// place to a fresh one.
  package var budget: MemoryBudget?
  package var growthLimit: UInt64 = .max
  package var mostPieces: Int?
  /// Faults to be committed.
  package var injections: [FaultInjection] = []

  package func encode() -> [UInt8] {
    var writer = ByteWriter()
    writer.write(version)
    writer.write(nonce)
    question.encode(into: &writer)
    writer.write(survey) { $1.encode(into: &$0) }
    writer.write(inputs) { $1.encode(into: &$0) }
    writer.write(handOff.rawValue)
    for count in [workers, window, inputCount, incoming, outgoing] { writer.write(count) }
    writer.write(resumption) { writer, resumption in
      resumption.boundary.encode(into: &writer)
      writer.write(resumption.generation)
      writer.write(resumption.isFinished)
      writer.write(resumption.redo) { $1.encode(into: &$0) }
    }
    writer.write(awaitsBoundary)
    delivered.encode(into: &writer)
    writer.write(isOutputClosed)
    writer.write(threads)
    writer.write(carrier.rawValue)
    writer.write(sandbox.rawValue)
    writer.write(combines)
    regime.encode(into: &writer)
    writer.write(traceLimit) { $0.write($1) }
    writer.write(isSummed)
    writer.write(budget) { $1.encode(into: &$0) }
    writer.write(growthLimit)
    writer.write(mostPieces) { $0.write($1) }
    writer.write(injections) { $0.write($1.text) }
    return writer.bytes
  }

  package init(
    nonce: UInt64, question: Question, survey: Survey?, inputs: [InputFacts], workers: Int, window: Int,
    handOff: HandOff = .standard, inputCount: Int = 0, incoming: Int = 0, outgoing: Int = 0
  ) {
    self.nonce = nonce
    self.question = question
    self.survey = survey
    self.inputs = inputs
    self.workers = workers
    self.window = window
    self.handOff = handOff
    self.inputCount = inputCount
    self.incoming = incoming
    self.outgoing = outgoing
  }

  package init(_ bytes: [UInt8]) throws(ByteCodingError) {
    var reader = ByteReader(bytes)
    version = try reader.read()
    guard version == Self.protocolVersion else { throw ByteCodingError("protocol version \(version)") }
    nonce = try reader.read()
    question = try Question(from: &reader)
    survey = try reader.readOptional { (reader) throws(ByteCodingError) in try Survey(from: &reader) }
    inputs = try reader.readArray { (reader) throws(ByteCodingError) in try InputFacts(from: &reader) }
    guard let handOff = HandOff(rawValue: try reader.readString()) else { throw ByteCodingError("unknown hand-off") }
    self.handOff = handOff
    workers = try reader.readInt()
    window = try reader.readInt()
    inputCount = try reader.readInt()
    incoming = try reader.readInt()
    outgoing = try reader.readInt()
    resumption = try reader.readOptional { (reader) throws(ByteCodingError) in
      ReaderStage.Resumption(
        boundary: try Boundary(from: &reader), generation: try reader.readInt(), isFinished: try reader.readBool(),
        redo: try reader.readOptional { (reader) throws(ByteCodingError) in try RedoRequest(from: &reader) })
    }
    awaitsBoundary = try reader.readBool()
    delivered = try OutputCounts(from: &reader)
    isOutputClosed = try reader.readBool()
    threads = try reader.readInt()
    guard (1...1024).contains(threads) else { throw ByteCodingError("\(threads) threads") }
    guard let carrier = Carrier(rawValue: try reader.readString()) else { throw ByteCodingError("unknown link") }
    self.carrier = carrier
    guard let sandbox = SandboxPolicy(rawValue: try reader.readString()) else {
      throw ByteCodingError("unknown sandbox")
    }
    self.sandbox = sandbox
    combines = try reader.readBool()
    regime = try Regime(from: &reader)
    traceLimit = try reader.readOptional { (reader) throws(ByteCodingError) in try reader.readInt() }
    isSummed = try reader.readBool()
    budget = try reader.readOptional { (reader) throws(ByteCodingError) in try MemoryBudget(from: &reader) }
    growthLimit = try reader.read()
    mostPieces = try reader.readOptional { (reader) throws(ByteCodingError) in try reader.readInt() }
    injections = try reader.readArray { (reader) throws(ByteCodingError) in
      guard let injection = FaultInjection(try reader.readString()) else { throw ByteCodingError("unknown fault") }
      return injection
    }
    guard workers > 0, window > 0, inputCount >= 0, incoming >= 0, outgoing >= 0 else {
      throw ByteCodingError("a start message that contradicts itself")
    }
  }
}

extension WorkerStart {
  /// The fault that a stage is to commit.
  func injection(for role: WorkerRole) -> FaultInjection? { injections.first { $0.role == role } }
}

/// What attached descriptors are for.
package struct Attachment: Equatable, Sendable {
  package enum Use: UInt8, Sendable {
    /// The inputs, in order.
    case input = 1
    /// The reading end of a link.
    case incoming = 2
    /// The writing end of a link.
    case outgoing = 3
    /// The files in which the aggregator keeps its state.
    case journal = 4
    /// The page in which a worker says what it does.
    case activity = 5
    /// The page in which all who read a slow source take turns.
    case source = 6
  }

  package var use: Use
  /// Of a link between the reader or the aggregator and a parser: which parser that is, counted from 0.
  package var parser: Int
  /// Which process that parser is: how often it was replaced before.
  package var incarnation: Int

  package init(_ use: Use, parser: Int = 0, incarnation: Int = 0) {
    self.use = use
    self.parser = parser
    self.incarnation = incarnation
  }

  package func encode() -> [UInt8] {
    var writer = ByteWriter()
    writer.write(use.rawValue)
    writer.write(parser)
    writer.write(incarnation)
    return writer.bytes
  }

  package init(_ bytes: [UInt8]) throws(ByteCodingError) {
    var reader = ByteReader(bytes)
    guard let use = Use(rawValue: try reader.read()) else { throw ByteCodingError("a descriptor for an unknown use") }
    self.use = use
    parser = try reader.readInt()
    incarnation = try reader.readInt()
    guard parser >= 0, incarnation >= 0 else { throw ByteCodingError("a descriptor for nobody") }
  }
}

/// What a parser says when it begins a piece.
package struct Began: Equatable, Sendable {
  /// Which of its threads, counted from 0.
  package var thread: Int
  package var work: WorkName

  package init(thread: Int, work: WorkName) {
    self.thread = thread
    self.work = work
  }

  package func encode() -> [UInt8] {
    var writer = ByteWriter(capacity: 36)
    writer.write(thread)
    work.encode(into: &writer)
    return writer.bytes
  }

  package init(_ bytes: [UInt8]) throws(ByteCodingError) {
    var reader = ByteReader(bytes)
    thread = try reader.readInt()
    work = try WorkName(from: &reader)
    guard (0..<1024).contains(thread), reader.remaining == 0 else { throw ByteCodingError("no beginning of a piece") }
  }
}

/// What the aggregator says when nothing more will come through a parser's pipe.
package struct Drained: Equatable, Sendable {
  /// Counted from 0.
  package var parser: Int
  package var incarnation: Int
  /// What was wrong with the bytes, or nil if they ended.
  package var damage: String?

  package init(parser: Int, incarnation: Int, damage: String? = nil) {
    self.parser = parser
    self.incarnation = incarnation
    self.damage = damage
  }

  package func encode() -> [UInt8] {
    var writer = ByteWriter()
    writer.write(parser)
    writer.write(incarnation)
    writer.write(damage) { $0.write($1) }
    return writer.bytes
  }

  package init(_ bytes: [UInt8]) throws(ByteCodingError) {
    var reader = ByteReader(bytes)
    parser = try reader.readInt()
    incarnation = try reader.readInt()
    damage = try reader.readOptional { (reader) throws(ByteCodingError) in try reader.readString() }
  }
}

/// What a worker leaves behind when it is done.
package struct WorkerFindings: Equatable, Sendable {
  package var report: StageReport
  package var reader: ReaderFindings?
  package var aggregator: AggregatorFindings?

  package init(report: StageReport, reader: ReaderFindings? = nil, aggregator: AggregatorFindings? = nil) {
    self.report = report
    self.reader = reader
    self.aggregator = aggregator
  }

  package func encode() -> [UInt8] {
    var writer = ByteWriter()
    report.encode(into: &writer)
    writer.write(reader) { $0.write($1.sizes) { $0.write($1) } }
    writer.write(aggregator) { $1.encode(into: &$0) }
    return writer.bytes
  }

  package init(_ bytes: [UInt8]) throws(ByteCodingError) {
    var input = ByteReader(bytes)
    report = try StageReport(from: &input)
    reader = try input.readOptional { (reader) throws(ByteCodingError) in
      var findings = ReaderFindings()
      findings.sizes = try reader.readArray { (reader) throws(ByteCodingError) in try reader.readInt() }
      return findings
    }
    aggregator = try input.readOptional { (reader) throws(ByteCodingError) in try AggregatorFindings(from: &reader) }
  }
}
