// All stages together under random schedules, against the plain truth: the serial executor with one big chunk.

import CSV
import Execution
import Query
import TestTiers
import Testing

@Suite struct SteppedRunTests {
  static let chunkSizes = [1, 2, 3, 7, 64, 4096]

  static func trace(_ bytes: [UInt8], _ question: Question) throws -> RunTrace {
    let sink = RecordingSink()
    let job = Job(
      question: question, inputs: [try TestInput.file(bytes)], settings: RunSettings(mode: .serial, workers: 1))
    return RunTrace(SerialExecutor().run(job, to: sink, progress: Progress()), sink)
  }

  @Test(arguments: TableQuestion.allCases)
  func anyScheduleGivesTheSerialOutcome(kind: TableQuestion) throws {
    for seed in UInt64(0)..<TestTier.amount(25, short: 9) {
      var generator = SeededGenerator(seed: seed &* 1000 &+ UInt64(kind.rawValue.utf8.count))
      let rejects = [nil, 4, 20][Int(seed) % 3]
      let bytes = NastyTable.make(
        records: Int.random(in: 0..<40, using: &generator), rejects: rejects, using: &generator)
      let want = try Self.trace(bytes, kind.question(chunkSize: 1 << 20))
      let chunkSize = Self.chunkSizes.randomElement(using: &generator)!
      let workers = [1, 2, 3, 8].randomElement(using: &generator)!
      let sink = RecordingSink()
      let job = Job(
        question: kind.question(chunkSize: chunkSize), inputs: [try TestInput.file(bytes)],
        settings: RunSettings(workers: workers))
      let (outcome, run) = try SteppedRun.run(job, to: sink, seed: seed)
      let got = RunTrace(outcome, sink)
      #expect(run?.broken == nil, "seed \(seed), chunk \(chunkSize), \(workers) workers")
      #expect(got == want, "seed \(seed), chunk \(chunkSize), \(workers) workers: \(bytes.shown)")
      if got != want { break }
      if let run {
        #expect(run.mostAhead <= 2 * job.settings.window)
        if outcome.books?.isComplete == true {
          // Each byte is given out a bounded number of times, however wrong the guesses are.
          #expect(
            run.bytesGivenOut <= 8 * bytes.count + 4 * job.settings.window * chunkSize,
            "seed \(seed), chunk \(chunkSize): \(run.bytesGivenOut) of \(bytes.count)")
        }
      }
    }
  }

  /// Whatever is added at once, waits, or is read again: each row counts once.
  @Test(arguments: TestTier.thin(TableQuestion.allCases, by: 2))
  func parsersThatKeepTheirStatesGiveTheSerialOutcome(kind: TableQuestion) throws {
    for seed in UInt64(0)..<TestTier.amount(25, short: 8) {
      var generator = SeededGenerator(seed: seed &* 77 &+ UInt64(kind.rawValue.utf8.count))
      let bytes = NastyTable.make(
        records: Int.random(in: 0..<60, using: &generator), rejects: [nil, nil, 30, 5][Int(seed) % 4], using: &generator
      )
      let want = try Self.trace(bytes, kind.question(chunkSize: 1 << 20))
      let chunkSize = [3, 7, 20, 64, 200].randomElement(using: &generator)!
      let keeping = [1, 2, 5].randomElement(using: &generator)!
      let sink = RecordingSink()
      let job = Job(
        question: kind.question(chunkSize: chunkSize), inputs: [try TestInput.file(bytes)],
        settings: RunSettings(workers: 4))
      let (outcome, run) = try SteppedRun.run(job, to: sink, seed: seed, keeping: keeping)
      let got = RunTrace(outcome, sink)
      #expect(run?.broken == nil, "seed \(seed), chunk \(chunkSize), \(keeping) parsers")
      #expect(got == want, "seed \(seed), chunk \(chunkSize), \(keeping) parsers: \(bytes.shown)")
      if got != want { break }
    }
  }

  /// A quoted field that spans everything: each guess is wrong until the piece is as long as the field.
  @Test(arguments: [1, 2, 3, 7, 64], [1, 3, 8])
  func oneLongRecordIsReadInLinearWork(chunkSize: Int, workers: Int) throws {
    let long = "a,b,c\n1,2,\"" + String(repeating: "x,1,y\n", count: 700) + "\"\n3,4,5\n"
    let bytes = Array(long.utf8)
    let want = try Self.trace(bytes, TableQuestion.groups.question(chunkSize: 1 << 20))
    for seed in UInt64(0)..<5 {
      let sink = RecordingSink()
      let job = Job(
        question: TableQuestion.groups.question(chunkSize: chunkSize), inputs: [try TestInput.file(bytes)],
        settings: RunSettings(workers: workers))
      let (outcome, run) = try SteppedRun.run(job, to: sink, seed: seed)
      #expect(run?.broken == nil)
      #expect(RunTrace(outcome, sink) == want)
      #expect(
        (run?.bytesGivenOut ?? 0) <= 5 * bytes.count, "seed \(seed): \(run?.bytesGivenOut ?? 0) of \(bytes.count)")
    }
  }

  @Test(arguments: UInt64(0)..<20)
  func severalInputsAreOne(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let tables = (0..<3).map { _ in
      // An open quote never crosses into the next input.
      NastyTable.make(records: Int.random(in: 0..<8, using: &generator), rejects: 5, using: &generator)
        + (generator.oneIn(2) ? Array("\nx,\"1\ny,2,z".utf8) : [])
    }
    var question = TableQuestion.quarantined.question(chunkSize: 1 << 20)
    question.groupBy = ["a"]
    func job(_ chunkSize: Int, _ workers: Int) throws -> Job {
      question.chunkSize = chunkSize
      return Job(
        question: question,
        inputs: try tables.enumerated().map { try TestInput.file($1, named: "\($0).csv") },
        settings: RunSettings(workers: workers))
    }
    let truth = RecordingSink()
    let want = RunTrace(SerialExecutor().run(try job(1 << 20, 1), to: truth, progress: Progress()), truth)
    #expect(want.failure == nil)
    for chunkSize in [1, 3, 64] {
      let sink = RecordingSink()
      let (outcome, run) = try SteppedRun.run(try job(chunkSize, 2), to: sink, seed: seed)
      #expect(run?.broken == nil)
      #expect(RunTrace(outcome, sink) == want, "chunk \(chunkSize)")
    }
  }
}

extension Collection<UInt8> {
  /// The bytes as a failed test shows them.
  var shown: String { String(decoding: self, as: UTF8.self).debugDescription }
}
