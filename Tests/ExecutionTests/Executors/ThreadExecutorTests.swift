// Threads give the serial outcome, bytes and books, whatever the number of workers and the chunk size; and they end when
// the output does.

import CSV
import Execution
import Glibc
import Query
import TestTiers
import Testing
import Transport

@Suite struct ThreadExecutorTests {
  private func run(
    _ inputs: [InputFile], _ question: Question, workers: Int, queueDepth: Int? = nil,
    to sink: RecordingSink = RecordingSink()
  ) -> (RunTrace, RunOutcome) {
    let job = Job(
      question: question, inputs: inputs, settings: RunSettings(workers: workers, queueDepth: queueDepth))
    let outcome = ThreadExecutor().run(job, to: sink, progress: Progress())
    return (RunTrace(outcome, sink), outcome)
  }

  /// Whoever was asked for pictures of the run has let go of it.
  @Test(arguments: [ExecutionMode.serial, .thread]) func nothingIsHeldBehindTheEnd(mode: ExecutionMode) throws {
    weak var input: Descriptor?
    let progress = Progress()
    do {
      let file = try TestInput.file(Array("a\n1\n".utf8))
      input = file.descriptor
      let job = Job(question: Question(), inputs: [file], settings: RunSettings(mode: mode, workers: 1))
      #expect(mode.makeExecutor().run(job, to: RecordingSink(), progress: progress).failure == nil)
    }
    // The watch of a serial run ends within its interval.
    for _ in 0..<500 where input != nil { usleep(10_000) }
    #expect(input == nil)
  }

  @Test(arguments: TestTier.thin(TableQuestion.allCases, by: 2))
  func givesTheSerialOutcome(kind: TableQuestion) throws {
    for (index, chunkSize) in [1, 2, 3, 7, 64, 4096].enumerated() {
      var generator = SeededGenerator(seed: UInt64(index) &+ 4711)
      let bytes = NastyTable.make(records: 25, rejects: [nil, 5, 15][index % 3], using: &generator)
      let want = try SteppedRunTests.trace(bytes, kind.question(chunkSize: 1 << 20))
      for workers in TestTier.choose([1, 2, 3, 8], 1, 3) {
        let (got, _) = run([try TestInput.file(bytes)], kind.question(chunkSize: chunkSize), workers: workers)
        #expect(got == want, "chunk \(chunkSize), \(workers) workers: \(bytes.shown)")
        if got != want { return }
      }
    }
  }

  @Test(arguments: [1, 5, 100])
  func givesTheSerialOutcomeOfStreams(step: Int) throws {
    var generator = SeededGenerator(seed: UInt64(step))
    let bytes = NastyTable.make(records: 60, rejects: 9, using: &generator)
    let want = try SteppedRunTests.trace(bytes, TableQuestion.quarantined.question(chunkSize: 1 << 20))
    for chunkSize in [3, 64] {
      let input = try TestInput.stream(bytes, named: "input.csv", step: step)
      let (got, _) = run([input], TableQuestion.quarantined.question(chunkSize: chunkSize), workers: 3)
      #expect(got == want)
    }
  }

  /// Longer than the sample, so that the end of the stream is not known when pieces are cut.
  @Test func readsALongStreamToItsEnd() throws {
    var bytes = Array("a,b\n".utf8)
    let filler = String(repeating: "0", count: 800)
    for number in 0..<2000 { bytes += Array("\(number % 7)\(filler),\(number)\n".utf8) }
    var question = Question()
    question.groupBy = ["a"]
    question.aggregates = ["count, sum(b)"]
    question.chunkSize = 300_000
    let sink = RecordingSink()
    let job = Job(question: question, inputs: [try TestInput.file(bytes)], settings: RunSettings(workers: 1))
    _ = SerialExecutor().run(job, to: sink, progress: Progress())
    let (got, outcome) = run([try TestInput.stream(bytes)], question, workers: 2)
    #expect(got.failure == nil)
    #expect(got.result == sink.text())
    #expect(got.result.utf8.count > 50)
    #expect(outcome.books?.inputs.map(\.bytes) == [bytes.count])
    #expect(outcome.books?.inputs.map(\.committed) == [bytes.count])
  }

  @Test(arguments: 0..<6)
  func aClosedOutputIsAQuietEnd(blocks: Int) {
    let text = "a\n" + (0..<3000).map { "\($0)\n" }.joined()
    var question = Question()
    question.select = ["a"]
    question.chunkSize = 64
    for workers in [1, 3] {
      let sink = RecordingSink(.closes(after: blocks))
      guard let input = try? TestInput.file(Array(text.utf8)) else { return }
      let (got, _) = run([input], question, workers: workers, to: sink)
      #expect(got.failure == nil)
      #expect(text.hasPrefix(got.result))
      #expect(sink.state.blocks.count == blocks)
      #expect(sink.state.late == 1, "nothing is offered to an output that is closed")
    }
  }

  @Test(arguments: 0..<4)
  func anOutputThatFailsFailsTheRun(blocks: Int) {
    let failure = RunFailure(.transfer, "no space left on device")
    let text = "a\n" + (0..<3000).map { "\($0)\n" }.joined()
    var question = Question()
    question.select = ["a"]
    question.chunkSize = 64
    let sink = RecordingSink(.fails(after: blocks, failure))
    guard let input = try? TestInput.file(Array(text.utf8)) else { return }
    let (got, _) = run([input], question, workers: 2, to: sink)
    #expect(got.failure == failure)
    #expect(text.hasPrefix(got.result))
    #expect(sink.state.late == 1)
  }

  @Test func anInputThatShrinksFailsTheRun() throws {
    let file = ScratchFile(Array(("a\n" + String(repeating: "1\n", count: 900_000)).utf8))
    let input = try file.input()
    var question = Question()
    question.aggregates = ["count"]
    question.chunkSize = 64 << 10
    file.truncate(to: 1_500_000)
    let (got, _) = run([input], question, workers: 2)
    #expect(got.failure?.kind == .transfer)
    #expect(got.failure?.message.contains("became shorter") == true)
    #expect(got.result.isEmpty)
  }

  @Test func anInputThatGrowsFailsTheRun() throws {
    let file = ScratchFile(Array("a\n1\n".utf8))
    let input = try file.input()
    var question = Question()
    question.aggregates = ["count"]
    file.append(Array("2\n".utf8))
    let (got, _) = run([input], question, workers: 2)
    #expect(got.failure?.message == "input.csv: grew during the run")
  }

  @Test func reportsEveryStageAndQueue() throws {
    let text = "a\n" + String(repeating: "1\n", count: 1000)
    var question = Question()
    question.aggregates = ["count"]
    question.chunkSize = 100
    let (got, outcome) = run([try TestInput.file(Array(text.utf8))], question, workers: 3, queueDepth: 2)
    #expect(got.result == "count\n1000\n")
    #expect(
      outcome.stages.map(\.name) == [
        "pipe:aggregator", "pipe:parser/1", "pipe:parser/2", "pipe:parser/3", "pipe:reader",
      ])
    #expect(outcome.queues.map(\.name) == ["pieces", "results", "feedback"])
    #expect(outcome.queues.allSatisfy { $0.metrics.highestDepth <= $0.metrics.capacity })
    #expect(outcome.queues[0].metrics.messages == outcome.queues[1].metrics.messages)
    #expect(outcome.queues[0].metrics.messages >= 20)
    #expect(outcome.queues[0].metrics.capacity == 2)
    for stage in outcome.stages {
      #expect(stage.wallNanoseconds >= stage.busyNanoseconds)
      #expect(stage.wallNanoseconds <= outcome.wallNanoseconds)
      #expect(stage.peakBytes == nil)
    }
  }

  @Test func noteworthyProgressIsAllBytesAtTheEnd() throws {
    let text = "a\n" + String(repeating: "1\n", count: 1000)
    var question = Question()
    question.aggregates = ["count"]
    question.chunkSize = 100
    for mode in [ExecutionMode.serial, .thread] {
      let inputs = [try TestInput.file(Array(text.utf8)), try TestInput.file(Array(text.utf8))]
      let progress = Progress()
      let job = Job(question: question, inputs: inputs, settings: RunSettings(mode: mode, workers: 2))
      #expect(mode.makeExecutor().run(job, to: RecordingSink(), progress: progress).failure == nil)
      // Threads say nothing of the last piece: the run is over then.
      #expect(progress.committedBytes > text.utf8.count)
      #expect(progress.committedBytes <= 2 * text.utf8.count)
    }
  }

  @Test func aLaterInputThatDoesNotFitFailsTheRun() throws {
    var question = Question()
    question.aggregates = ["count"]
    for mode in [ExecutionMode.serial, .thread] {
      let inputs = [
        try TestInput.file(Array("a,b\n1,2\n".utf8), named: "one.csv"),
        try TestInput.file(Array("a,c\n1,2\n".utf8), named: "two.csv"),
      ]
      let job = Job(question: question, inputs: inputs, settings: RunSettings(mode: mode, workers: 2))
      let outcome = mode.makeExecutor().run(job, to: RecordingSink(), progress: Progress())
      #expect(outcome.failure?.kind == .data)
      #expect(outcome.failure?.message == "two.csv: line 1: column 2 of the header is \"c\", but \"b\" in one.csv")
    }
  }
}
