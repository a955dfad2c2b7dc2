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
    for original in [try start(survey: true), try start(survey: false)] {
      #expect(try WorkerStart(original.encode()) == original)
      HostileBytes.check(original.encode()) { (bytes) throws(ByteCodingError) in
        let copy = try WorkerStart(bytes)
        #expect(copy.workers > 0 && copy.window > 0 && copy.inputCount >= 0)
      }
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
