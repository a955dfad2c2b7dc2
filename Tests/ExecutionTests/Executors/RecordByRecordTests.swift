// Whole runs whose pieces are taken apart record by record, under random schedules: nothing changes. And runs in which a
// record is known to end parsers: everything but this record stays as it was.

import CSV
import Execution
import Query
import TestTiers
import Testing

@Suite struct RecordByRecordTests {
  @Test(arguments: TableQuestion.allCases)
  func takingPiecesApartChangesNothing(kind: TableQuestion) throws {
    for seed in UInt64(0)..<TestTier.amount(24, short: 6) {
      var generator = SeededGenerator(seed: seed &* 991 &+ UInt64(kind.rawValue.utf8.count))
      let bytes = NastyTable.make(
        records: Int.random(in: 0..<30, using: &generator), rejects: [nil, 3, 12][Int(seed) % 3], using: &generator)
      let want = try SteppedRunTests.trace(bytes, kind.question(chunkSize: 1 << 20))
      let chunkSize = [1, 2, 3, 7, 64, 4096][Int(seed) % 6]
      // The same for all pieces, or one piece like this and the next like that.
      let limits = [[1], [1], [2], [5], [nil, 1, 2]].randomElement(using: &generator)!
      let blockSize = [nil, 1, 5, 60].randomElement(using: &generator)!
      let sink = RecordingSink()
      let job = Job(
        question: kind.question(chunkSize: chunkSize), inputs: [try TestInput.file(bytes)],
        settings: RunSettings(workers: 3))
      let (outcome, run) = try SteppedRun.run(job, to: sink, seed: seed, blockSize: blockSize) {
        $0.recordLimit = limits.randomElement(using: &generator)!
      }
      let got = RunTrace(outcome, sink)
      let note = "seed \(seed), chunk \(chunkSize), \(limits) records, blocks of \(blockSize ?? 0)"
      #expect(run?.broken == nil, "\(note)")
      #expect(got == want, "\(note): \(bytes.shown)")
      if got != want { break }
    }
  }

  @Test(
    arguments: TestTier.thin(
      [
        TableQuestion.groups, .groupsByDerived, .rows, .filteredRows, .sortedRows, .profile, .quarantined,
        .shortRecords,
        .byLibrary,
      ], by: 2))
  func poisonLeavesOutItsRecordOnly(kind: TableQuestion) throws {
    var checked = 0
    for seed in UInt64(0)..<TestTier.amount(12, short: 6) {
      var generator = SeededGenerator(seed: seed &* 13 &+ UInt64(kind.rawValue.utf8.count))
      let bytes = NastyTable.make(
        records: Int.random(in: 1..<12, using: &generator), rejects: [nil, 3, 5][Int(seed) % 3], using: &generator)
      let chunkSize = [1, 2, 3, 7, 64, 4096][Int(seed) % 6]
      let model = try PoisonModel(bytes, kind.question(chunkSize: chunkSize))
      for record in model.records {
        let fact = PoisonFact(signal: generator.oneIn(2) ? 11 : 4, endsAtLine: generator.oneIn(3))
        guard let want = try model.want(fact, of: record) else { continue }
        let blockSize = [nil, nil, 1, 9].randomElement(using: &generator)!
        let sink = RecordingSink()
        let job = Job(
          question: kind.question(chunkSize: chunkSize), inputs: [try TestInput.file(bytes)],
          settings: RunSettings(workers: 2))
        let (outcome, run) = try SteppedRun.run(
          job, to: sink, seed: seed, blockSize: blockSize, change: model.change(fact, at: record.start))
        let got = RunTrace(outcome, sink)
        let note = "seed \(seed), chunk \(chunkSize), blocks of \(blockSize ?? 0), \(fact) at \(record.start)"
        #expect(run?.broken == nil, "\(note)")
        #expect(got == want, "\(note): \(bytes.shown)")
        if got != want { return }
        checked += 1
      }
    }
    #expect(checked > 20)
  }

  @Test func aPoisonedRecordFailsTheRunInItsTurn() throws {
    let bytes = Array("a,b,c\nx,1,2\n\n\"y\nz\",3,4\nw,5,6\nbad\n".utf8)
    for chunkSize in [1, 4, 100] {
      let question = TableQuestion.failing.question(chunkSize: chunkSize)
      let sink = RecordingSink()
      let job = Job(question: question, inputs: [try TestInput.file(bytes)], settings: RunSettings(workers: 2))
      let model = try PoisonModel(bytes, question)
      let (outcome, run) = try SteppedRun.run(
        job, to: sink, seed: 3, change: model.change(PoisonFact(signal: 11), at: 13))
      #expect(run?.broken == nil)
      #expect(
        outcome.failure
          == RunFailure(
            .data,
            "input.csv: line 4 (record 2, byte 13): the record ended three parser processes by signal 11 (SIGSEGV)",
            remedy: "use --on-error skip or quarantine to leave the record out, and report it: "
              + "this is a defect of the program"))
      #expect(sink.text() == "a,b\nx,1\n")
      #expect(outcome.books?.inputs.map(\.committed) == [23])
    }
  }

  @Test func thePoisonedRecordIsSetAsideWithItsSignal() throws {
    let bytes = Array("a,b,c\nx,1,2\n\"y\nz\",3,4\nw,5,6\n".utf8)
    let question = TableQuestion.quarantined.question(chunkSize: 8)
    let sink = RecordingSink()
    let job = Job(question: question, inputs: [try TestInput.file(bytes)], settings: RunSettings(workers: 2))
    let model = try PoisonModel(bytes, question)
    let (outcome, _) = try SteppedRun.run(
      job, to: sink, seed: 1, change: model.change(PoisonFact(signal: 7), at: 12))
    #expect(outcome.failure == nil)
    #expect(sink.text() == "sum(b)\n6\n")
    #expect(sink.text(of: .rejects) == "a,b,c\n\"y\nz\",3,4\n")
    #expect(
      sink.text(of: .reasons)
        == "file,record,line,byte,length,column,reason,text\n"
        + "input.csv,2,3,12,10,,poison: SIGBUS,\"\"\"y\nz\"\",3,4\"\n")
  }
}
