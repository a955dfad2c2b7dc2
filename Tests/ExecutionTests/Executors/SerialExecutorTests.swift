// The plain truth itself: known answers, and the same outcome at every chunk size and with both scanners.

import CSV
import Execution
import Query
import TestTiers
import Testing

@Suite struct SerialExecutorTests {
  static func run(
    _ text: String, chunkSize: Int = 1 << 20, to sink: RecordingSink = RecordingSink(),
    _ change: (inout Question) -> Void
  ) throws -> (RunTrace, RunOutcome) {
    var question = Question()
    question.chunkSize = chunkSize
    change(&question)
    let job = Job(
      question: question, inputs: [try TestInput.file(Array(text.utf8))],
      settings: RunSettings(mode: .serial, workers: 1))
    let outcome = SerialExecutor().run(job, to: sink, progress: Progress())
    return (RunTrace(outcome, sink), outcome)
  }

  @Test func groupsAKnownTable() throws {
    let (trace, outcome) = try Self.run("k,v\nb,0.1\na,1\nb,0.2\n") {
      $0.groupBy = ["k"]
      $0.aggregates = ["count, sum(v)"]
    }
    #expect(trace.result == "k,count,sum(v)\na,1,1.0\nb,2,0.3\n")
    #expect(outcome.failure == nil)
    #expect(outcome.findings?.rows == 2)
    #expect(outcome.books?.isComplete == true)
    #expect(outcome.books?.inputs.map(\.unread) == [0])
    #expect(outcome.books?.tally.records == 3)
    #expect(outcome.stages.map(\.name) == ["serial"])
    #expect(outcome.plan != nil)
  }

  @Test(arguments: TestTier.thin(TableQuestion.allCases, by: 2))
  func theChunkSizeChangesNothing(kind: TableQuestion) throws {
    for seed in UInt64(0)..<TestTier.amount(8, short: 3) {
      var generator = SeededGenerator(seed: seed &+ 77)
      let bytes = NastyTable.make(records: 30, rejects: [nil, 3, 12][Int(seed) % 3], using: &generator)
      let want = try SteppedRunTests.trace(bytes, kind.question(chunkSize: 1 << 20))
      for chunkSize in SteppedRunTests.chunkSizes {
        let got = try SteppedRunTests.trace(bytes, kind.question(chunkSize: chunkSize))
        #expect(got == want, "seed \(seed), chunk \(chunkSize)")
        if got != want { return }
      }
    }
  }

  /// The failing reject is whole in the files, and in the books, wherever pieces are cut.
  @Test(arguments: [1, 2, 7, 64, 4096], [ErrorPolicy.fail, .quarantine])
  func theRejectThatEndsTheRunIsWhole(chunkSize: Int, policy: ErrorPolicy) throws {
    let line = "\"x\"tail,\(String(repeating: "long", count: 30))\n"
    let (trace, _) = try Self.run("a,b\n1,2\n\(line)3,4\n", chunkSize: chunkSize) {
      $0.errorPolicy = policy
      $0.maxErrors = .count(0)
      $0.select = ["a"]
      $0.dialect.delimiter = UInt8(ascii: ",")
    }
    #expect(trace.failure?.kind == .data)
    #expect(trace.books?.inputs[0].committed == 8 + line.utf8.count)
    #expect(trace.result == "a\n1\n")
    if policy == .quarantine {
      #expect(trace.rejects == "a,b\n" + line)
      #expect(trace.reasons.contains(",2,3,8,\(line.utf8.count),,quote,"))
    }
  }

  @Test(arguments: [1, 3, 4096])
  func readsNoFartherThanTheLimit(chunkSize: Int) throws {
    let (trace, _) = try Self.run("a\n1\n2\nnot checked,at all\n", chunkSize: chunkSize) { $0.limit = 2 }
    #expect(trace.result == "a\n1\n2\n")
    #expect(trace.failure == nil)
    #expect(trace.books?.inputs.map(\.unread) == [19])
    #expect(trace.books?.isComplete == false)
    #expect(trace.books?.tally.records == 2)
  }

  @Test func aLimitOfNoRowsReadsNothing() throws {
    let (trace, _) = try Self.run("a\n1\n") { $0.limit = 0 }
    #expect(trace.result == "a\n")
    #expect(trace.failure == nil)
    #expect(trace.books?.tally.records == 0)
  }

  @Test(arguments: [Int.max, 1 << 62, 3])
  func aSortedRunBearsAnyLimit(limit: Int) throws {
    let (trace, _) = try Self.run("a\n3\n1\n2\n") {
      $0.limit = limit
      $0.sort = ["a"]
    }
    #expect(trace.result == "a\n1\n2\n3\n")
  }

  /// A stream is not longer than what was read of it, if reading ended early.
  @Test(arguments: [100, 1 << 20, 3 << 19])
  func aStreamThatIsNotReadToItsEndBalances(bytes: Int) throws {
    let text = "a\n1\n1\n1\n" + String(repeating: String(repeating: "1", count: 999) + "\n", count: bytes / 1000)
    var question = Question()
    question.limit = 3
    question.chunkSize = 1024
    for mode in [ExecutionMode.serial, .thread] {
      let sink = RecordingSink()
      let job = Job(
        question: question, inputs: [try TestInput.stream(Array(text.utf8))],
        settings: RunSettings(mode: mode, workers: 2))
      let outcome = mode.makeExecutor().run(job, to: sink, progress: Progress())
      #expect(outcome.failure == nil, "\(mode)")
      #expect(sink.text() == "a\n1\n1\n1\n")
      #expect(outcome.books?.inputs.map(\.committed) == [8])
      #expect((outcome.books?.inputs[0].bytes ?? 0) >= 8)
    }
  }

  @Test func aClosedOutputIsAQuietEnd() throws {
    let sink = RecordingSink(.closes(after: 2))
    let text = "a\n" + String(repeating: "1\n", count: 1000)
    let (trace, outcome) = try Self.run(text, chunkSize: 16, to: sink) { $0.select = ["a"] }
    #expect(trace.failure == nil)
    #expect(outcome.books?.isComplete == false)
    #expect(("a\n" + String(repeating: "1\n", count: 1000)).hasPrefix(trace.result))
    #expect(sink.state.late == 1)
  }

  @Test func anOutputThatFailsFailsTheRun() throws {
    let failure = RunFailure(.transfer, "no space left")
    let (trace, _) = try Self.run(
      "a\n1\n", to: RecordingSink(.fails(after: 0, failure))
    ) { $0.select = ["a"] }
    #expect(trace.failure == failure)
    let (refused, _) = try Self.run("a\n1\n", to: RecordingSink(.refusesToBegin(failure))) { $0.select = ["a"] }
    #expect(refused.failure == failure)
    #expect(refused.result.isEmpty)
  }

  @Test func aQuestionThatDoesNotFitIsAUsageFailure() throws {
    let sink = RecordingSink()
    let (trace, _) = try Self.run("carrier,delay\nAA,1\n", to: sink) { $0.groupBy = ["carier"] }
    #expect(trace.failure?.kind == .usage)
    #expect(trace.failure?.remedy == "did you mean \"carrier\"?")
    #expect(sink.state.plans == 0)
  }

  @Test(arguments: ["grew", "became shorter", "changed"])
  func anInputThatDoesNotStayAsItIsFailsTheRun(how: String) throws {
    let file = ScratchFile(Array("a\n1\n2\n".utf8))
    let input = try file.input()
    switch how {
    case "grew": file.append(Array("3\n".utf8))
    case "became shorter": file.truncate(to: 4)
    default:
      file.overwrite(Array("9".utf8), at: 2)
      file.touch(seconds: 1_000_000_000)
    }
    var question = Question()
    question.aggregates = ["count"]
    let job = Job(question: question, inputs: [input], settings: RunSettings(mode: .serial, workers: 1))
    let sink = RecordingSink()
    let outcome = SerialExecutor().run(job, to: sink, progress: Progress())
    #expect(outcome.failure?.kind == .transfer)
    #expect(outcome.failure?.message.hasPrefix("input.csv: \(how) during the run") == true)
  }
}
