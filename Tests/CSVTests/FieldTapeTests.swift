// Field tapes against the scalar scanner: runs of records and, between them, what the tape leaves to it, must be exactly
// the scalar scanner's records, whatever the kernel, the place of the bytes and what follows the piece.

import TestTiers
import Testing

@testable import CSV

/// Reads a piece as the parsers do: runs by the tape, odd records by the scalar scanner.
struct TapeReader {
  var trace = ScanTrace()
  /// Records that came from the tape.
  var regular = 0

  init(
    _ buffer: PieceBuffer, _ dialect: Dialect, columns: Int, kind: ScannerKind, kernel: ScanKernel, facts: PieceFacts,
    tape: FieldTape? = nil, from start: Int = 0
  ) throws {
    let tape = tape ?? FieldTape(dialect: dialect, columnCount: columns, kind: kind, kernel: kernel)
    var scalar = ScalarScanner(dialect: dialect)
    var index = RecordIndex()
    var cuts = (0..<columns).map { _ in
      // Between its fields a record has a byte each: a run has no more of them than the piece has bytes for.
      [FieldSlice](
        repeating: FieldSlice(start: 0, count: 0),
        count: min(buffer.count / max(1, columns - 1) + 1, FieldTape.batchLimit))
    }
    tape.beginPiece()
    trace.position.offset = start
    while true {
      let runStart = trace.position
      let stop = tape.advance(buffer, from: runStart.offset, facts: facts)
      try #require(tape.start == runStart.offset)
      try #require(stop != .more || tape.recordCount > 0, "no progress")
      try #require(tape.recordCount <= FieldTape.batchLimit)
      try #require(tape.recordStart(tape.recordCount) == tape.end)
      for column in 0..<columns { tape.cut(column: column, of: buffer, into: &cuts[column]) }
      for record in 0..<tape.recordCount {
        let fields = cuts.map { cut in
          let text = buffer.text(cut[record])
          return text.indices.map { text[$0] }
        }
        trace.records.append(
          .init(
            start: tape.recordStart(record), end: tape.recordStart(record + 1),
            line: runStart.line + tape.lines(before: record), defect: nil, fields: fields))
      }
      regular += tape.recordCount
      let hasLineEnd = tape.end == runStart.offset || LineEnd.isPart(buffer.bytes[tape.end - 1])
      try #require(
        tape.lines(before: tape.recordCount) == tape.recordCount + tape.innerLines - (hasLineEnd ? 0 : 1))
      trace.position.offset = tape.end
      trace.position.line += tape.lines(before: tape.recordCount)
      switch stop {
      case .more: continue
      case .pieceEnd:
        try #require(tape.end == buffer.count)
        trace.outcome = .done
        return
      case .odd: break
      }
      // One record, with the blank lines before it, and the rest of a reject if it is one.
      let oddStart = trace.position.offset
      trace.outcome = scalar.scan(
        buffer.bytes, facts: facts, limit: 1, position: &trace.position, into: &index)
      for record in index.records {
        let fields = index.fields[record.firstField..<record.firstField + record.fieldCount].map { field in
          let text = index.text(of: field, in: buffer.bytes)
          return text.indices.map { text[$0] }
        }
        trace.records.append(
          .init(start: record.start, end: record.end, line: record.line, defect: record.defect, fields: fields))
        // What has no quote and the right width may be left out only behind blank lines.
        let isPlain = (record.start..<record.end).allSatisfy { buffer.bytes[$0] != dialect.quote }
        let isUnusual = record.defect != nil || record.fieldCount != columns || record.start > oddStart || !isPlain
        let isReadable = StructuralTape.canExpress(dialect) && (kind != .libcsv || dialect.quote != nil)
        try #require(isUnusual || !isReadable, "a regular record was left out")
      }
      if trace.outcome != .more { return }
    }
  }
}

@Suite struct FieldTapeTests {
  static let kinds: [ScannerKind] = [.simd, .libcsv]
  static let allFacts = [(false, false), (false, true), (true, false), (true, true)]

  private func compare(
    _ bytes: [UInt8], _ dialect: Dialect = .init(), columns: Int, facts: PieceFacts, kinds: [ScannerKind] = kinds,
    kernels: [ScanKernel] = ScanKernel.supported, from start: Int = 0
  ) throws {
    let buffer = PieceBuffer()
    buffer.load(bytes.span)
    var scalar = ScalarScanner(dialect: dialect)
    let expected = ScanTrace(bytes, by: &scalar, facts: facts, from: .init(offset: start))
    for kind in kinds {
      for kernel in kernels {
        let got = try TapeReader(
          buffer, dialect, columns: columns, kind: kind, kernel: kernel, facts: facts, from: start)
        try #require(
          got.trace == expected, "\(hex(bytes)), \(columns) columns, \(facts), \(kind) by \(kernel), from \(start)")
      }
    }
  }

  @Test(arguments: [UInt64(21), 22, 23])
  func agreesWithTheScalarScannerAtEveryCut(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<12 {
      let bytes = NastyInput.make(length: .random(in: 1...80, using: &generator), using: &generator)
      let columns = Int.random(in: 1...3, using: &generator)
      for end in 0...bytes.count {
        let maxRecord = ScalarScannerTests.limits.randomElement(using: &generator)!
        for (isLast, endsLine) in Self.allFacts {
          try compare(
            Array(bytes[..<end]), columns: columns,
            facts: PieceFacts(isLast: isLast, endsLine: endsLine, maxRecord: maxRecord),
            kernels: [ScanKernel.supported.randomElement(using: &generator)!])
        }
      }
    }
  }

  @Test(arguments: [UInt64(24), 25, 26])
  func agreesOnTables(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<TestTier.amount(80, short: 30) {
      let columns = Int.random(in: 1...7, using: &generator)
      let table = NastyTable(columns: columns, rows: .random(in: 0...80, using: &generator), using: &generator)
      let (isLast, endsLine) = Self.allFacts.randomElement(using: &generator)!
      let maxRecord = [30, 60, 16 << 20].randomElement(using: &generator)!
      let facts = PieceFacts(isLast: isLast, endsLine: endsLine, maxRecord: maxRecord)
      let cut = Int.random(in: 0...table.bytes.count, using: &generator)
      try compare(table.bytes, columns: columns, facts: facts)
      try compare(Array(table.bytes[..<cut]), columns: columns, facts: facts)
    }
  }

  @Test func agreesAtEveryPlaceInABlock() throws {
    var generator = SeededGenerator(seed: 27)
    for length in 0...130 {
      let table = NastyTable(columns: 3, rows: 12, using: &generator)
      let facts = PieceFacts(isLast: true, endsLine: false, maxRecord: 1_000)
      // The bytes before the start belong to the piece and not to its records, whatever they are.
      let before = NastyInput.make(length: length, using: &generator)
      try compare(before + table.bytes, columns: 3, facts: facts, from: before.count)
      try compare([UInt8](repeating: 0x61, count: length) + table.bytes, columns: 3, facts: facts)
    }
  }

  @Test(arguments: [
    Dialect(delimiter: 0x3B, quote: 0x27), Dialect(delimiter: 0x20), Dialect(delimiter: 0x00), Dialect(quote: 0x00),
    Dialect(quote: nil), Dialect(delimiter: 0x22), Dialect(delimiter: 0xFF, quote: 0xC3), Dialect(delimiter: 0x61),
    Dialect(delimiter: 0x0A), Dialect(quote: 0x0D),
  ])
  func agreesInOtherDialects(dialect: Dialect) throws {
    var generator = SeededGenerator(seed: 28)
    for _ in 0..<TestTier.amount(60, short: 25) {
      let bytes = NastyInput.make(length: .random(in: 1...150, using: &generator), using: &generator)
      for isLast in [false, true] {
        try compare(
          bytes, dialect, columns: .random(in: 1...3, using: &generator),
          facts: PieceFacts(isLast: isLast, endsLine: false, maxRecord: 1_000))
      }
    }
  }

  @Test(arguments: ["\n", "\r\n", "\r"])
  func readsManyRuns(lineEnd: String) throws {
    let rows = TestTier.amount(10_000, short: 5000)
    var text = ""
    for row in 0..<rows { text += "\(row),\(row % 7 == 0 ? "\"x\"\"\(row)\"" : "y"),\(row * 31)\(lineEnd)" }
    let facts = PieceFacts(isLast: true, endsLine: true, maxRecord: 1_000)
    try compare(Array(text.utf8), columns: 3, facts: facts)
    let buffer = PieceBuffer()
    buffer.load(Array(text.utf8).span)
    for kind in Self.kinds {
      let reader = try TapeReader(buffer, .init(), columns: 3, kind: kind, kernel: .chosen, facts: facts)
      #expect(reader.regular == rows)
    }
  }

  @Test func readsRecordsOfManyFields() throws {
    let facts = PieceFacts(isLast: true, endsLine: true, maxRecord: 16 << 20)
    let wide = String(repeating: "ab,", count: 39_999) + "c\n"
    // One record of 200,000 fields among them does not fit; the others are found behind it.
    let wider = String(repeating: ",", count: 199_999) + "\n"
    try compare(
      Array((wide + wide + wider + wide).utf8), columns: 40_000, facts: facts,
      kernels: [ScanKernel.supported.first!, ScanKernel.supported.last!])
  }

  @Test func leavesWhatIsOdd() throws {
    func run(_ text: String, columns: Int = 2) -> (FieldTape.Stop, Int, Int) {
      let buffer = PieceBuffer()
      buffer.load(Array(text.utf8).span)
      let tape = FieldTape(dialect: .init(), columnCount: columns, kind: .simd)
      tape.beginPiece()
      let stop = tape.advance(
        buffer, from: 0, facts: .init(isLast: false, endsLine: false, maxRecord: 100))
      return (stop, tape.recordCount, tape.end)
    }
    #expect(run("") == (.pieceEnd, 0, 0))
    #expect(run("a,b\n") == (.pieceEnd, 1, 4))
    #expect(run("a,b\nc,d") == (.odd, 1, 4))
    #expect(run("a,b\r") == (.odd, 0, 0))
    #expect(run("a,b\nc\nd,e\n") == (.odd, 1, 4))
    #expect(run("a,b\n\nc,d\n") == (.odd, 1, 4))
    #expect(run("a,b\nc\"d,e\nf,g\n") == (.odd, 1, 4))
    #expect(run("a\n\nb\n", columns: 1) == (.odd, 1, 2))
    #expect(run("\"\"\n\"\"\n", columns: 1) == (.pieceEnd, 2, 6))
    #expect(run(String(repeating: "x", count: 100) + ",y\n") == (.odd, 0, 0))
  }

  @Test func doesNotScanAgainForEachOddRecord() throws {
    // Were the rest scanned for each of them, this would take minutes.
    let text = String(repeating: "a,b\nc\n", count: 200_000)
    let buffer = PieceBuffer()
    buffer.load(Array(text.utf8).span)
    let facts = PieceFacts(isLast: true, endsLine: true, maxRecord: 16 << 20)
    let tape = FieldTape(dialect: .init(), columnCount: 2, kind: .simd)
    tape.beginPiece()
    var offset = 0
    var records = 0
    while true {
      let stop = tape.advance(buffer, from: offset, facts: facts)
      records += tape.recordCount
      offset = tape.end
      if stop == .pieceEnd { break }
      if stop == .odd { offset += 2 }
    }
    #expect(records == 200_000)
  }
}
