// libcsv against the scalar scanner: the same records, defects, texts, positions and outcomes on everything.

import Testing

@testable import CSV

@Suite struct LibCSVScannerTests {
  private func compare(
    _ bytes: [UInt8], _ dialect: Dialect, _ facts: PieceFacts, limit: Int, from start: ScanPosition = .init()
  ) throws {
    var scalar = ScalarScanner(dialect: dialect)
    var libcsv = LibCSVScanner(dialect: dialect)
    let expected = ScanTrace(bytes, by: &scalar, facts: facts, limit: limit, from: start)
    let got = ScanTrace(bytes, by: &libcsv, facts: facts, limit: limit, from: start)
    try #require(got == expected, "input \(hex(bytes)), \(facts), from \(start)")
  }

  @Test(arguments: [UInt64(11), 12, 13])
  func agreesWithTheScalarScannerAtEveryCut(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<100 {
      let bytes = NastyInput.make(length: .random(in: 1...36, using: &generator), using: &generator)
      for end in 0...bytes.count {
        let piece = Array(bytes[..<end])
        for maxRecord in ScalarScannerTests.limits {
          for (isLast, endsLine) in [(false, false), (false, true), (true, false), (true, true)] {
            let facts = PieceFacts(isLast: isLast, endsLine: endsLine, maxRecord: maxRecord)
            let limit = Int.random(in: 1...3, using: &generator)
            let isSkipping = Int.random(in: 0..<4, using: &generator) == 0
            try compare(piece, .init(), facts, limit: limit, from: .init(isSkipping: isSkipping))
          }
        }
      }
    }
  }

  @Test(arguments: [
    Dialect(delimiter: 0x3B, quote: 0x27), Dialect(delimiter: 0x20), Dialect(delimiter: 0x00), Dialect(quote: 0x00),
    Dialect(quote: nil), Dialect(delimiter: 0x22), Dialect(delimiter: 0xFF, quote: 0xC3), Dialect(delimiter: 0x61),
  ])
  func agreesInOtherDialects(dialect: Dialect) throws {
    var generator = SeededGenerator(seed: 14)
    for _ in 0..<600 {
      let bytes = NastyInput.make(length: .random(in: 1...60, using: &generator), using: &generator)
      let maxRecord = ScalarScannerTests.limits.randomElement(using: &generator)!
      for isLast in [false, true] {
        let facts = PieceFacts(isLast: isLast, endsLine: false, maxRecord: maxRecord)
        try compare(bytes, dialect, facts, limit: 2)
      }
    }
  }

  @Test func doesNotDependOnCuts() throws {
    var generator = SeededGenerator(seed: 15)
    for _ in 0..<60 {
      let bytes = NastyInput.make(length: .random(in: 1...40, using: &generator), using: &generator)
      for limit in ScalarScannerTests.limits {
        var scanner = ScalarScanner(dialect: .init())
        let whole = ScanTrace(bytes, by: &scanner, facts: .init(isLast: true, endsLine: false, maxRecord: limit))
        for cut in 0...bytes.count {
          let pieces = ScanTrace.inPieces(bytes, cuts: [cut], maxRecord: limit) { LibCSVScanner(dialect: .init()) }
          try #require(pieces == whole, "input \(hex(bytes)), longest record \(limit), cut \(cut)")
        }
      }
    }
  }

  private func rereads(of input: String, dialect: Dialect = .init(), maxRecord: Int = 1_000) -> Int {
    var scanner = LibCSVScanner(dialect: dialect)
    _ = ScanTrace(
      Array(input.utf8), by: &scanner, facts: .init(isLast: true, endsLine: false, maxRecord: maxRecord), limit: 1)
    return scanner.rereadRecords
  }

  @Test(arguments: [
    ("a,b\n\"c\"\"\r\n\",d\n", 0), ("a\"b\nc\n", 1), ("\"a\"b\nc\n", 1), ("\"a\nb\n", 1), ("a\"b\nx\n\"c\"d\ny", 2),
    (" a \n\tb\n", 0), ("\"a\"", 0), ("a,", 0),
  ])
  func countsRecordsThatItReadsAgain(input: String, expected: Int) {
    #expect(rereads(of: input) == expected)
  }

  @Test func readsAgainWhatLibCSVCannotExpress() {
    #expect(rereads(of: "a,b\nc\n", dialect: .init(quote: nil)) == 2)
    #expect(rereads(of: "abc\nd\n", maxRecord: 2) == 1)
  }

  @Test func readsFieldsLongerThanItsBuffer() throws {
    let long = String(repeating: "0123456789\n", count: 40_000)
    try compare(
      Array("x,\"\(long)\"\"\",y\nz\n".utf8), .init(), .init(isLast: true, endsLine: true, maxRecord: 1 << 20), limit: 1
    )
    #expect(rereads(of: "x,\"\(long)\",y\nz\n", maxRecord: 1 << 20) == 0)
    #expect(rereads(of: "x,\"\(long)\",y\nz\n", maxRecord: 1 << 10) > 0)
  }
}
