// What supervisor and workers tell each other survives its binary form, and no damaged form ends either.

import CSV
import Query
import Testing

@testable import Execution

@Suite struct ControlKindTests {
  private func start(survey: Bool) throws -> WorkerStart {
    var question = Question()
    question.groupBy = ["a"]
    question.filter = "b > 1"
    question.chunkSize = 77
    let facts = try TestInput.file([1, 2, 3], named: "in.csv").facts
    return WorkerStart(
      nonce: .max, question: question,
      survey: survey
        ? Survey(
          dialect: Dialect(nullTexts: [[65]]), columns: [[97], []], sampledTypes: [.text, .float], header: [97, 44])
        : nil,
      inputs: [facts, facts], workers: 3, window: 8, handOff: survey ? .bytes : .ranges, inputCount: 2, incoming: 1,
      outgoing: 0)
  }

  @Test func startMessages() throws {
    var limited = try start(survey: true)
    limited.budget = MemoryBudget(limit: 1 << 30, mode: .process, workers: 3, threads: 1)
    (limited.growthLimit, limited.mostPieces) = (77, 3)
    limited.traceLimit = 11
    limited.regime = Regime(bytesPerSecond: 5, latency: 6, hashRounds: 7)
    for original in [try start(survey: true), try start(survey: false), limited] {
      #expect(try WorkerStart(original.encode()) == original)
      HostileBytes.check(original.encode()) { (bytes) throws(ByteCodingError) in
        let copy = try WorkerStart(bytes)
        #expect(copy.workers > 0 && copy.window > 0 && copy.inputCount >= 0)
      }
    }
  }

  @Test func startMessagesOfThoseWhoTakeOver() throws {
    var reader = try start(survey: true)
    reader.awaitsBoundary = true
    reader.resumption = .init(
      boundary: Boundary(input: 1, offset: 5, isSkipping: true), generation: 3, isFinished: true,
      redo: RedoRequest(from: Boundary(input: 1, offset: 5, isSkipping: true), minimumEnd: 99, rejectLimit: 0))
    var aggregator = try start(survey: true)
    for (stream, count) in [(OutputBlock.Stream.result, 7), (.rejects, .max), (.reasons, 0)] {
      aggregator.delivered[stream] = count
    }
    aggregator.isOutputClosed = true
    for original in [reader, aggregator] {
      #expect(try WorkerStart(original.encode()) == original)
      HostileBytes.check(original.encode()) { (bytes) throws(ByteCodingError) in
        let counts = try WorkerStart(bytes).delivered
        #expect(counts[.result] >= 0 && counts[.rejects] >= 0 && counts[.reasons] >= 0)
      }
    }
  }

  // The module's name, because the testing library has attachments too.
  @Test(arguments: [Execution.Attachment.Use.input, .incoming, .outgoing, .journal, .activity, .source])
  func attachments(use: Execution.Attachment.Use) throws {
    for original in [Execution.Attachment(use), Execution.Attachment(use, parser: 3, incarnation: .max)] {
      #expect(try Execution.Attachment(original.encode()) == original)
      HostileBytes.check(original.encode()) { (bytes) throws(ByteCodingError) in
        let copy = try Execution.Attachment(bytes)
        #expect(copy.parser >= 0 && copy.incarnation >= 0)
      }
    }
    let nobody = Execution.Attachment(use, parser: -1).encode()
    #expect(throws: ByteCodingError("a descriptor for nobody")) { try Execution.Attachment(nobody) }
  }

  @Test func drained() throws {
    for original in [Drained(parser: 0, incarnation: 2), Drained(parser: 9, incarnation: 0, damage: "a flipped bit")] {
      #expect(try Drained(original.encode()) == original)
      HostileBytes.check(original.encode()) { (bytes) throws(ByteCodingError) in _ = try Drained(bytes) }
    }
  }

  @Test func startMessagesOfAnotherVersionAreRefused() throws {
    var bytes = try start(survey: false).encode()
    bytes[0] = 1
    #expect(throws: ByteCodingError("protocol version 1")) { try WorkerStart(bytes) }
  }

  @Test func startMessagesThatContradictThemselvesAreRefused() throws {
    for change in 0..<5 {
      var start = try start(survey: false)
      switch change {
      case 0: start.workers = 0
      case 1: start.window = -1
      case 2: start.inputCount = -1
      case 3: start.incoming = -1
      default: start.outgoing = -1
      }
      #expect(throws: ByteCodingError.self) { try WorkerStart(start.encode()) }
    }
  }

  @Test func findings() throws {
    var reader = ReaderFindings()
    reader.sizes = [1, 0, .max]
    let aggregator = AggregatorFindings(committed: [4], tally: Tally())
    for original in [
      WorkerFindings(report: StageReportTests.report()),
      WorkerFindings(report: StageReportTests.report(), reader: reader),
      WorkerFindings(report: StageReportTests.report(), aggregator: aggregator),
    ] {
      #expect(try WorkerFindings(original.encode()) == original)
      HostileBytes.check(original.encode()) { (bytes) throws(ByteCodingError) in _ = try WorkerFindings(bytes) }
    }
  }

  @Test func aWorkerIsNamedByItsArguments() throws {
    for role in WorkerRole.allCases {
      let identity = WorkerIdentity(role: role, number: 12, nonce: 0xDEAD_BEEF, parent: 4711)
      let copy = try #require(WorkerIdentity(arguments: identity.arguments))
      #expect(copy.role == role && copy.number == 12 && copy.nonce == 0xDEAD_BEEF && copy.parent == 4711)
      #expect(copy.stage == identity.stage)
    }
    let arguments = WorkerIdentity(role: .parser, number: 1, nonce: 2, parent: 3).arguments
    for index in 1..<arguments.count {
      var wrong = arguments
      wrong[index] = "?"
      #expect(WorkerIdentity(arguments: wrong) == nil)
    }
    #expect(WorkerIdentity(arguments: arguments.dropLast()) == nil)
    #expect(WorkerIdentity(arguments: arguments + ["more"]) == nil)
  }
}
