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
  /// From a parser: the piece it begins. From nobody else.
  case began = 3
  /// From the aggregator to the reader, by way of the supervisor.
  case feedback = 4
  /// The stage is done: its report and its findings.
  case finished = 5
  /// The stage has failed: why.
  case failed = 6
  // To a worker.
  /// What to do.
  case start = 16
  /// One end of a link, or an input: its descriptor comes with the message.
  case attach = 17
  /// Nobody reads the output any more.
  case outputClosed = 18
  /// The run is over: end now.
  case release = 19
}

/// What a worker is.
package enum WorkerRole: String, CaseIterable, Sendable {
  case reader, parser, aggregator
}

/// What a worker is told first.
package struct WorkerStart: Equatable, Sendable {
  /// Both sides are the same executable file, but that may be replaced during the run.
  package static let protocolVersion: UInt32 = 2

  package var version = WorkerStart.protocolVersion
  package var nonce: UInt64
  package var question: Question
  /// The reader makes this, the others are given it.
  package var survey: Survey?
  package var inputs: [InputFacts]
  package var workers: Int
  package var window: Int
  package var handOff: HandOff
  /// Descriptors that follow in `attach` messages.
  package var inputCount: Int
  package var incoming: Int
  package var outgoing: Int

  package func encode() -> [UInt8] {
    var writer = ByteWriter()
    writer.write(version)
    writer.write(nonce)
    question.encode(into: &writer)
    writer.write(survey) { $1.encode(into: &$0) }
    writer.write(inputs) { $1.encode(into: &$0) }
    writer.write(handOff.rawValue)
    for count in [workers, window, inputCount, incoming, outgoing] { writer.write(count) }
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
    guard workers > 0, window > 0, inputCount >= 0, incoming >= 0, outgoing >= 0 else {
      throw ByteCodingError("a start message that contradicts itself")
    }
  }
}

/// What an attached descriptor is for.
package enum Attachment: UInt8, Sendable {
  case input = 1
  case incoming = 2
  case outgoing = 3
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
