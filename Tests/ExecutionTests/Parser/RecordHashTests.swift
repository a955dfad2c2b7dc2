// The hash of records is the one that it says it is, and the same however the records are read.

import CSV
import Execution
import Query
import Testing
import Transport

@Suite struct RecordHashTests {
  @Test func isTheSumOfTheirChecksums() throws {
    // The check value of CRC-32C, RFC 3720 and others.
    let check: UInt64 = 0xE306_9283
    let digits = Array("123456789".utf8)
    var once = try #require(RecordHash(rounds: 1))
    once.take((digits + [13, 10]).span)
    #expect(once.sum == check)
    once.take(digits.span)
    #expect(once.sum == 2 * check)
    once.reset()
    #expect(once.sum == 0)
    var twice = try #require(RecordHash(rounds: 2))
    twice.take(digits.span)
    #expect(twice.sum == UInt64(Checksum.of((digits + digits).span)))
    #expect(RecordHash(rounds: 0) == nil)
  }

  /// By rows and by columns, in pieces of any size and by any number of threads: exactly the records that were read.
  @Test(arguments: TableQuestion.allCases)
  func isTheSameHoweverRecordsAreRead(kind: TableQuestion) throws {
    var generator = SeededGenerator(seed: 815)
    let bytes = NastyTable.make(records: 40, rejects: 5, using: &generator)
    var hashes: Set<UInt64> = []
    for (mode, scanner, chunkSize) in [
      (ExecutionMode.serial, ScannerKind.scalar, 1 << 20), (.serial, .simd, 1 << 20), (.serial, .simd, 7),
      (.thread, .simd, 1 << 20), (.thread, .scalar, 64), (.thread, .simd, 64), (.thread, .simd, 1),
    ] {
      var question = kind.question(chunkSize: chunkSize)
      if question.scanner != .libcsv { question.scanner = scanner }
      var settings = RunSettings(mode: mode, workers: 3)
      settings.regime.hashRounds = 2
      let job = Job(question: question, inputs: [try TestInput.file(bytes)], settings: settings)
      let outcome = mode.makeExecutor().run(job, to: RecordingSink(), progress: Progress())
      let tally = try #require(outcome.findings?.tally)
      #expect(tally.hash != 0 || tally.records == 0)
      hashes.insert(tally.hash)
    }
    #expect(hashes.count == 1)
  }
}
