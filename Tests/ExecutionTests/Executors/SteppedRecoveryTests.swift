// Whole runs in which stages are gone again and again and others take their places, under random schedules: the outcome
// is that of the serial mode, to the byte.

import CSV
import Execution
import Query
import TestTiers
import Testing

@Suite struct SteppedRecoveryTests {
  private static let leastLogs = [1, 300, 3000, 8 << 20]

  @Test(arguments: TestTier.thin(TableQuestion.allCases, by: 2))
  func anyDeathsLeaveTheSerialOutcome(kind: TableQuestion) throws {
    var deaths = 0
    for seed in UInt64(0)..<6 * TestTier.current.factor {
      var generator = SeededGenerator(seed: seed &* 1009 &+ UInt64(kind.rawValue.utf8.count))
      let bytes = NastyTable.make(
        records: Int.random(in: 0..<40, using: &generator), rejects: [nil, 4, 20][Int(seed) % 3], using: &generator)
      let want = try SteppedRunTests.trace(bytes, kind.question(chunkSize: 1 << 20))
      let chunkSize = SteppedRunTests.chunkSizes[Int(seed) % SteppedRunTests.chunkSizes.count]
      let workers = [1, 2, 3, 8].randomElement(using: &generator)!
      let sink = RecordingSink()
      let job = Job(
        question: kind.question(chunkSize: chunkSize), inputs: [try TestInput.file(bytes)],
        settings: RunSettings(workers: workers))
      let (outcome, run) = try SteppedRecovery.run(
        job, to: sink, seed: seed, deaths: Int.random(in: 1..<20, using: &generator),
        leastLog: Self.leastLogs.randomElement(using: &generator)!)
      let got = RunTrace(outcome, sink)
      let note = "seed \(seed), chunk \(chunkSize), \(workers) workers, \(run?.deaths ?? 0) deaths"
      #expect(run?.broken == nil, "\(note)")
      #expect(got == want, "\(note): \(bytes.shown)")
      if got != want { break }
      deaths += run?.deaths ?? 0
    }
    #expect(deaths > 25)
  }

  /// Results of pieces that were given out long ago commit beyond what the new reader has opened.
  @Test(arguments: [TableQuestion.quarantined, .rows, .groups, .sortedRows, .bounded])
  func severalInputsAreOne(kind: TableQuestion) throws {
    for seed in UInt64(0)..<4 * TestTier.current.factor {
      var generator = SeededGenerator(seed: seed &* 31)
      var tables = (0..<Int.random(in: 2..<6, using: &generator)).map { _ in
        // An open quote never crosses into the next input.
        NastyTable.make(records: Int.random(in: 0..<6, using: &generator), rejects: 5, using: &generator)
          + (generator.oneIn(2) ? Array("\nx,\"1\ny,2,z".utf8) : [])
      }
      // A later input with another header fails the run, but only when everything before it is committed.
      if seed % 4 == 3 { tables.append(Array("b,a,c\n1,2,3\n".utf8)) }
      func job(_ chunkSize: Int, _ workers: Int) throws -> Job {
        Job(
          question: kind.question(chunkSize: chunkSize),
          inputs: try tables.enumerated().map { try TestInput.file($1, named: "\($0).csv") },
          settings: RunSettings(workers: workers))
      }
      let truth = RecordingSink()
      let want = RunTrace(SerialExecutor().run(try job(1 << 20, 1), to: truth, progress: Progress()), truth)
      for chunkSize in [1, 3, 64] {
        let sink = RecordingSink()
        let (outcome, run) = try SteppedRecovery.run(
          try job(chunkSize, Int.random(in: 1..<4, using: &generator)), to: sink, seed: seed, deaths: 12,
          leastLog: Self.leastLogs.randomElement(using: &generator)!)
        let got = RunTrace(outcome, sink)
        #expect(run?.broken == nil, "seed \(seed), chunk \(chunkSize)")
        #expect(got == want, "seed \(seed), chunk \(chunkSize): \(tables.map(\.shown))")
        if got != want { return }
      }
    }
  }

  /// Pieces that stop within are what a parser that ends again and again is found with.
  @Test(arguments: TestTier.thin(TableQuestion.allCases, by: 2))
  func piecesMayBeTakenApartMeanwhile(kind: TableQuestion) throws {
    for seed in UInt64(0)..<6 * TestTier.current.factor {
      var generator = SeededGenerator(seed: seed &* 211 &+ UInt64(kind.rawValue.utf8.count))
      let bytes = NastyTable.make(
        records: Int.random(in: 0..<24, using: &generator), rejects: [nil, 3, 12][Int(seed) % 3], using: &generator)
      let want = try SteppedRunTests.trace(bytes, kind.question(chunkSize: 1 << 20))
      let chunkSize = [1, 2, 3, 7, 64, 4096][Int(seed) % 6]
      let limits = [[1], [2], [nil, 1, 2]].randomElement(using: &generator)!
      let sink = RecordingSink()
      let job = Job(
        question: kind.question(chunkSize: chunkSize), inputs: [try TestInput.file(bytes)],
        settings: RunSettings(workers: 3))
      let (outcome, run) = try SteppedRecovery.run(
        job, to: sink, seed: seed, deaths: 8, leastLog: Self.leastLogs.randomElement(using: &generator)!
      ) {
        $0.recordLimit = limits.randomElement(using: &generator)!
      }
      let got = RunTrace(outcome, sink)
      #expect(run?.broken == nil, "seed \(seed), chunk \(chunkSize), \(limits) records")
      #expect(got == want, "seed \(seed), chunk \(chunkSize), \(limits) records: \(bytes.shown)")
      if got != want { break }
    }
  }

  /// A quoted field that spans everything, read by readers that begin within it again and again.
  @Test(arguments: [1, 7, 64])
  func oneLongRecordIsFound(chunkSize: Int) throws {
    let long = "a,b,c\n1,2,\"" + String(repeating: "x,1,y\n", count: 300) + "\"\n3,4,5\n"
    let bytes = Array(long.utf8)
    let want = try SteppedRunTests.trace(bytes, TableQuestion.groups.question(chunkSize: 1 << 20))
    for seed in UInt64(0)..<2 * TestTier.current.factor {
      let sink = RecordingSink()
      let job = Job(
        question: TableQuestion.groups.question(chunkSize: chunkSize), inputs: [try TestInput.file(bytes)],
        settings: RunSettings(workers: 3))
      let (outcome, run) = try SteppedRecovery.run(job, to: sink, seed: seed, deaths: 30, leastLog: 300)
      #expect(run?.broken == nil, "seed \(seed)")
      #expect(RunTrace(outcome, sink) == want, "seed \(seed)")
    }
  }

  /// A record that every parser dies of is found among all the other deaths, and nothing but this record is left out.
  @Test(
    arguments: TestTier.thin(
      [
        TableQuestion.groups, .rows, .filteredRows, .sortedRows, .profile, .quarantined, .shortRecords, .byLibrary,
      ], by: 2))
  func aRecordThatKillsIsFoundAmongOtherDeaths(kind: TableQuestion) throws {
    for seed in UInt64(0)..<3 * TestTier.current.factor {
      var generator = SeededGenerator(seed: seed &* 17 &+ UInt64(kind.rawValue.utf8.count))
      let bytes = NastyTable.make(
        records: Int.random(in: 1..<12, using: &generator), rejects: [nil, 3, 5][Int(seed) % 3], using: &generator)
      let chunkSize = [1, 2, 3, 7, 64, 4096].randomElement(using: &generator)!
      let model = try PoisonModel(bytes, kind.question(chunkSize: chunkSize))
      for record in model.records {
        let fact = PoisonFact(signal: generator.oneIn(2) ? 11 : 4, endsAtLine: generator.oneIn(3))
        guard let want = try model.want(fact, of: record) else { continue }
        let sink = RecordingSink()
        let job = Job(
          question: kind.question(chunkSize: chunkSize), inputs: [try TestInput.file(bytes)],
          settings: RunSettings(workers: [1, 2, 4].randomElement(using: &generator)!))
        let (outcome, run) = try SteppedRecovery.run(
          job, to: sink, seed: seed, deaths: [0, 6].randomElement(using: &generator)!,
          leastLog: Self.leastLogs.randomElement(using: &generator)!, killer: .init(start: record.start, fact: fact))
        let got = RunTrace(outcome, sink)
        let note = "seed \(seed), chunk \(chunkSize), \(job.settings.workers) workers, \(fact) at \(record.start)"
        #expect(run?.broken == nil, "\(note)")
        #expect(got == want, "\(note): \(bytes.shown)")
        if got != want { return }
      }
    }
  }
}
