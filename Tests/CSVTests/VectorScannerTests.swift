// Every vector kernel that this CPU can run against the scalar scanner: the same records, defects, texts, positions and
// outcomes on everything.

import Testing

@testable import CSV

@Suite struct VectorScannerTests {
  private func compare(
    _ bytes: [UInt8], _ dialect: Dialect, _ facts: PieceFacts, limit: Int, from start: ScanPosition = .init(),
    kernels: [ScanKernel] = ScanKernel.supported
  ) throws {
    var scalar = ScalarScanner(dialect: dialect)
    let expected = ScanTrace(bytes, by: &scalar, facts: facts, limit: limit, from: start)
    for kernel in kernels {
      var vector = VectorScanner(dialect: dialect, kernel: kernel)
      let got = ScanTrace(bytes, by: &vector, facts: facts, limit: limit, from: start)
      try #require(got == expected, "input \(hex(bytes)), \(facts), from \(start), \(kernel)")
    }
  }

  @Test(arguments: [UInt64(31), 32, 33])
  func agreesWithTheScalarScannerAtEveryCut(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<15 {
      let bytes = NastyInput.make(length: .random(in: 1...80, using: &generator), using: &generator)
      for end in 0...bytes.count {
        let piece = Array(bytes[..<end])
        let maxRecord = ScalarScannerTests.limits.randomElement(using: &generator)!
        for (isLast, endsLine) in FieldTapeTests.allFacts {
          let facts = PieceFacts(isLast: isLast, endsLine: endsLine, maxRecord: maxRecord)
          let limit = [1, 2, 3, 1_000].randomElement(using: &generator)!
          let isSkipping = Int.random(in: 0..<4, using: &generator) == 0
          try compare(
            piece, .init(), facts, limit: limit, from: .init(isSkipping: isSkipping),
            kernels: [ScanKernel.supported.randomElement(using: &generator)!])
        }
      }
    }
  }

  @Test(arguments: [UInt64(34), 35])
  func agreesOnTables(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<80 {
      let table = NastyTable(columns: 4, rows: .random(in: 0...100, using: &generator), using: &generator)
      let maxRecord = [30, 60, 16 << 20].randomElement(using: &generator)!
      let facts = PieceFacts(isLast: true, endsLine: false, maxRecord: maxRecord)
      try compare(table.bytes, .init(), facts, limit: .random(in: 1...200, using: &generator))
    }
  }

  @Test(arguments: [
    Dialect(delimiter: 0x3B, quote: 0x27), Dialect(delimiter: 0x20), Dialect(delimiter: 0x00), Dialect(quote: 0x00),
    Dialect(quote: nil), Dialect(delimiter: 0x22), Dialect(delimiter: 0xFF, quote: 0xC3), Dialect(delimiter: 0x61),
    Dialect(delimiter: 0x0D), Dialect(quote: 0x0A),
  ])
  func agreesInOtherDialects(dialect: Dialect) throws {
    var generator = SeededGenerator(seed: 36)
    for _ in 0..<80 {
      let bytes = NastyInput.make(length: .random(in: 1...150, using: &generator), using: &generator)
      let maxRecord = ScalarScannerTests.limits.randomElement(using: &generator)!
      for isLast in [false, true] {
        let facts = PieceFacts(isLast: isLast, endsLine: false, maxRecord: maxRecord)
        try compare(bytes, dialect, facts, limit: 2)
      }
    }
  }

  @Test func doesNotDependOnCuts() throws {
    var generator = SeededGenerator(seed: 37)
    for _ in 0..<40 {
      let bytes = NastyInput.make(length: .random(in: 1...70, using: &generator), using: &generator)
      for limit in ScalarScannerTests.limits {
        var scanner = ScalarScanner(dialect: .init())
        let whole = ScanTrace(bytes, by: &scanner, facts: .init(isLast: true, endsLine: false, maxRecord: limit))
        for cut in 0...bytes.count {
          let pieces = ScanTrace.inPieces(bytes, cuts: [cut], maxRecord: limit) { VectorScanner(dialect: .init()) }
          try #require(pieces == whole, "input \(hex(bytes)), longest record \(limit), cut \(cut)")
        }
      }
    }
  }

  @Test(arguments: [
    ("a,b\n\"c\"\"\r\n\",d\n", 0), ("a\"b\nc\n", 1), ("\"a\"b\nc\n", 1), ("\"a\nb\n", 1), ("a\"b\nx\n\"c\"d\ny", 2),
    (" a \n\tb\n", 0), ("\"a\"", 0), ("a,", 0),
  ])
  func countsRecordsThatItReadsAgain(input: String, expected: Int) {
    var scanner = VectorScanner(dialect: .init())
    _ = ScanTrace(
      Array(input.utf8), by: &scanner, facts: .init(isLast: true, endsLine: false, maxRecord: 1_000), limit: 1)
    #expect(scanner.rereadRecords == expected)
  }
}
