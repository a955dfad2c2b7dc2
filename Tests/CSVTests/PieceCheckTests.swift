// The quick look at a piece against the scalar scanner: what it calls certain must be so, and it must be certain of tables
// that are quoted as they should be.

import Testing

@testable import CSV

@Suite struct PieceCheckTests {
  /// Whether the scalar scanner ends exactly behind a record.
  private func endsTruly(_ bytes: [UInt8], _ dialect: Dialect, isLast: Bool, maxRecord: Int) -> Bool {
    var scanner = ScalarScanner(dialect: dialect)
    let facts = PieceFacts(isLast: isLast, endsLine: !isLast, maxRecord: maxRecord)
    let trace = ScanTrace(bytes, by: &scanner, facts: facts)
    return trace.outcome == .done && !trace.position.isSkipping && trace.position.offset == bytes.count
  }

  private func check(_ bytes: [UInt8], _ dialect: Dialect = Dialect(), maxRecord: Int = 1 << 20) -> Bool {
    // By every kernel, and from anywhere in a block: quotes before the start are not looked at.
    let answers = ScanKernel.supported.flatMap { kernel in
      [0, 1, 37, 63, 64, 130].map { start in
        let buffer = PieceBuffer()
        buffer.load(([UInt8](repeating: dialect.quote ?? 0, count: start) + bytes).span)
        return PieceCheck(dialect: dialect, maxRecord: max(maxRecord, start + maxRecord), kernel: kernel)
          .ends(buffer, from: start)
      }
    }
    #expect(Set(answers).count == 1, "\(hex(bytes)): \(answers)")
    return answers[0]
  }

  private func isLineEnd(_ byte: UInt8?) -> Bool { byte == 0x0A || byte == 0x0D }

  /// Pieces as readers cut them: those that are not the last end with a whole line end.
  private func compare(_ bytes: [UInt8], _ dialect: Dialect, maxRecord: Int) throws -> (certain: Int, true: Int) {
    var (certain, right) = (0, 0)
    for isLast in [true, false] where isLast || isLineEnd(bytes.last) {
      let truth = endsTruly(bytes, dialect, isLast: isLast, maxRecord: maxRecord)
      let answer = check(bytes, dialect, maxRecord: maxRecord)
      if answer, !truth {
        Issue.record("certain of \(hex(bytes)), last: \(isLast), longest record \(maxRecord)")
        throw Stop()
      }
      certain += answer ? 1 : 0
      right += truth ? 1 : 0
    }
    return (certain, right)
  }

  private struct Stop: Error {}

  @Test(arguments: [
    Dialect(), Dialect(quote: nil), Dialect(delimiter: 0x3B, quote: 0x27), Dialect(delimiter: 0x20),
    Dialect(quote: 0x00),
    Dialect(delimiter: 0x22), Dialect(delimiter: 0x61), Dialect(delimiter: 0xFF, quote: 0xC3),
  ])
  func isNeverWronglyCertain(dialect: Dialect) throws {
    var generator = SeededGenerator(seed: 5)
    var (certain, right) = (0, 0)
    for _ in 0..<600 {
      var bytes = NastyInput.make(length: .random(in: 0...90, using: &generator), using: &generator)
      if Bool.random(using: &generator) { bytes.append([0x0A, 0x0D].randomElement(using: &generator)!) }
      let maxRecord = [1, 5, 20, 1 << 20].randomElement(using: &generator)!
      let found = try compare(bytes, dialect, maxRecord: maxRecord)
      certain += found.certain
      right += found.true
    }
    #expect(certain > 0 && certain <= right)
  }

  @Test(arguments: UInt64(1)...4)
  func isCertainOfRegularTables(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var certain = 0
    for _ in 0..<20 {
      // Up to ten thousand ends: more than fit the tape at a time.
      let table = NastyTable(
        columns: .random(in: 1...6, using: &generator), rows: .random(in: 1...1700, using: &generator),
        using: &generator)
      let found = try compare(table.bytes, Dialect(), maxRecord: 1 << 20)
      certain += found.certain
    }
    #expect(certain > 0)
    let fields = ["a", "\"b\"", "\"c,\"\"d\"", "\"e\nf\r\n\"", ""]
    for lineEnd in ["\n", "\r\n", "\r"] {
      var text = ""
      for _ in 0..<3000 {
        text += (0..<3).map { _ in fields.randomElement(using: &generator)! }.joined(separator: ",") + lineEnd
      }
      let bytes = Array(text.utf8)
      #expect(check(bytes))
      // One quote more, and everything behind it is otherwise.
      #expect(!check(Array("\"".utf8) + bytes))
      #expect(!check(bytes + Array("\"open\n".utf8)))
    }
  }

  /// Records that are longer than what the tape holds at a time.
  @Test func longRecordsAreNotCertainOrRight() throws {
    let wide = Array((String(repeating: "\"a\",", count: 9000) + "\n").utf8)
    for bytes in [wide, wide + wide, Array("\"x\"\n".utf8) + wide + Array("y\n".utf8)] {
      _ = try compare(bytes, Dialect(), maxRecord: 1 << 20)
    }
    let quoted = Array(("x,\"" + String(repeating: "1,2\n", count: 9000) + "\"\n").utf8)
    for end in [quoted.count, quoted.count - 3, 4003] {
      _ = try compare(Array(quoted[..<end]), Dialect(), maxRecord: 1 << 20)
    }
    #expect(check(quoted))
    #expect(!check(Array(quoted[..<(quoted.count - 3)])))
  }

  @Test func startsBehindAHeader() {
    let buffer = PieceBuffer()
    let bytes = Array("\"a\nb\",c\n\"1\",2\n".utf8)
    buffer.load(bytes.span)
    let check = PieceCheck(dialect: Dialect(), maxRecord: 100)
    #expect(check.ends(buffer, from: 0))
    #expect(check.ends(buffer, from: 8))
    #expect(check.ends(buffer, from: bytes.count))
    // From within the quotes all is different.
    #expect(!check.ends(buffer, from: 3))
    #expect(!check.ends(buffer, from: bytes.count + 1))
    #expect(!PieceCheck(dialect: Dialect(), maxRecord: bytes.count - 1).ends(buffer, from: 0))
  }
}
