// The truth about records, stated by example, judged by an outside referee, and shown not to depend on cuts.

import TestTiers
import Testing

@testable import CSV

@Suite struct ScalarScannerTests {
  static let limits = [1, 2, 5, 16 << 20]

  /// The records of an input as text: fields joined by `|`, records by `/`, a reject as `!kind(its bytes)`.
  private func read(
    _ input: String, maxRecord: Int = 1_000, dialect: Dialect = .init(), isLast: Bool = true, endsLine: Bool = false
  ) -> (text: String, trace: ScanTrace) {
    let bytes = Array(input.utf8)
    var scanner = ScalarScanner(dialect: dialect)
    let facts = PieceFacts(isLast: isLast, endsLine: endsLine, maxRecord: maxRecord)
    let trace = ScanTrace(bytes, by: &scanner, facts: facts)
    let records = trace.records.map { record in
      if let defect = record.defect {
        return "!\(defect)(\(String(decoding: bytes[record.start..<record.end], as: UTF8.self)))"
      }
      return record.fields.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "|")
    }
    return (records.joined(separator: "/"), trace)
  }

  @Test(arguments: [
    ("", ""), ("a", "a"), ("a,b\nc,d\n", "a|b/c|d"), ("a\r\nb\rc\nd", "a/b/c/d"), ("a,\n,b\n,\n", "a|/|b/|"),
    ("\n\r\n\ra\n\n", "a"), (" a , b \n", " a | b "), ("\"\"\n", ""), ("\"\",\"\"\n", "|"),
    ("\"a,b\nc\",d\n", "a,b\nc|d"), ("\"a\"\"b\"\n", "a\"b"), ("\"\"\"\"\n", "\""), ("\"a\"\"\"", "a\""),
    ("a\"b\"c,d\n", "a\"b\"c|d"), (" \"a\"\n", " \"a\""), ("\"a\r\nb\"\r\n", "a\r\nb"), ("\"a\"", "a"), ("a,", "a|"),
  ])
  func readsRecords(input: String, expected: String) {
    let (text, trace) = read(input)
    #expect(text == expected)
    #expect(trace.outcome == .done)
    #expect(trace.position.offset == input.utf8.count)
  }

  @Test(arguments: [
    // Text after a closing quote: to the end of the line that holds it, whatever quotes follow.
    ("\"a\"b,c\nd\n", 1_000, "!quote(\"a\"b,c\n)/d"), ("\"a\" ,c\r\nd\n", 1_000, "!quote(\"a\" ,c\r\n)/d"),
    ("x,\"a\n\"b\",\"\nd\"\n", 1_000, "!quote(x,\"a\n\"b\",\"\n)/d\""), ("\"a\"b", 1_000, "!quote(\"a\"b)"),
    // The end of the input within quotes: the first line only.
    ("\"a\nb,c\n", 1_000, "!unterminated(\"a\n)/b|c"), ("\"", 1_000, "!unterminated(\")"),
    ("x\n\"a\"\"", 1_000, "x/!unterminated(\"a\"\")"), ("\"a\r\nb", 1_000, "!unterminated(\"a\r\n)/b"),
    // The longest record, within quotes and outside.
    ("abcde\nf\n", 5, "abcde/f"), ("abcdef\nf\n", 5, "!tooLong(abcdef\n)/f"), ("abcde", 5, "abcde"),
    ("abcdef", 5, "!tooLong(abcdef)"), ("\"abc\"\n", 5, "abc"), ("\"abcd\"\n", 5, "!unterminated(\"abcd\"\n)"),
    ("\"a\nbc\"\n", 6, "a\nbc"), ("\"a\nbc\"\n", 5, "!unterminated(\"a\n)/bc\""),
    // Behind the limit nothing is looked at: neither a doubled quote nor text after a closing one.
    ("\"abc\"x\n", 5, "!tooLong(\"abc\"x\n)"), ("\"abc\"\"\n", 5, "!tooLong(\"abc\"\"\n)"),
    ("\"ab\"x\n", 5, "!quote(\"ab\"x\n)"), ("abcd,e\n", 5, "!tooLong(abcd,e\n)"),
  ])
  func rejects(input: String, maxRecord: Int, expected: String) {
    let (text, trace) = read(input, maxRecord: maxRecord)
    #expect(text == expected)
    #expect(trace.outcome == .done)
    #expect(!trace.position.isSkipping)
  }

  @Test func countsPhysicalLines() {
    let (_, trace) = read("\na\r\n\"b\n\r\n\rc\"\n\r\n\"x\"y\n\"z\nlast")
    #expect(trace.records.map(\.line) == [1, 2, 7, 8, 9])
    #expect(trace.position.line == 9)
    #expect(trace.position.blankLines == 2)
  }

  @Test(arguments: [
    ("a,b\nc", "a|b", 4), ("a\n\"b\nc\n", "a", 2), ("\"a\"", "", 0), ("a\nb\r", "a", 2), ("a\n\r", "a", 2),
    ("a\n\n", "a", 3), ("a\n", "a", 2), ("\"a\"\"", "", 0),
  ])
  func leavesOpenWhatDoesNotEnd(input: String, expected: String, offset: Int) {
    let (text, trace) = read(input, isLast: false)
    #expect(text == expected)
    #expect(trace.outcome == (offset == input.utf8.count ? .done : .open))
    #expect(trace.position.offset == offset)
  }

  @Test func decidesAtTheRecordLimitWithoutLookingBehindIt() {
    let (text, trace) = read("\"abcd", maxRecord: 5, isLast: false)
    #expect(text == "!unterminated(\"abcd)")
    #expect(trace.position == .init(offset: 5, isSkipping: true))
    // Outside quotes the next byte could be a line end.
    #expect(read("abcde", maxRecord: 5, isLast: false).trace.outcome == .open)
    #expect(read("abcde\r", maxRecord: 5, isLast: false).trace.outcome == .open)
    #expect(read("abcdef", maxRecord: 5, isLast: false).text == "!tooLong(abcdef)")
  }

  @Test func decidesACarriageReturnThatIsKnownToBeWhole() {
    let (text, trace) = read("a\rb\r", isLast: false, endsLine: true)
    #expect(text == "a/b")
    #expect(trace.outcome == .done)
    #expect(trace.position.line == 2)
  }

  @Test func skipsTheRestOfARejectInTheNextPiece() {
    let (text, trace) = read("\"a\"bcd", isLast: false)
    #expect(text == "!quote(\"a\"bcd)")
    #expect(trace.outcome == .done)
    #expect(trace.position == .init(offset: 6, isSkipping: true))

    let (undecided, half) = read("\"a\"b\r", isLast: false)
    #expect(undecided == "!quote(\"a\"b)")
    #expect(half.outcome == .open)
    #expect(half.position == .init(offset: 4, isSkipping: true))

    var scanner = ScalarScanner(dialect: .init())
    let facts = PieceFacts(isLast: false, endsLine: false, maxRecord: 100)
    let rest = ScanTrace(
      Array("\"x\"\r\ny\n".utf8), by: &scanner, facts: facts, from: .init(isSkipping: true))
    #expect(rest.records.map(\.start) == [5])
    #expect(rest.records.map(\.line) == [1])
    #expect(!rest.position.isSkipping)
    #expect(rest.position.blankLines == 0)
  }

  @Test func stopsAtTheLimitOfRecords() {
    let bytes = Array("a\n\nb\nc\n".utf8)
    var scanner = ScalarScanner(dialect: .init())
    var position = ScanPosition()
    var index = RecordIndex()
    let facts = PieceFacts(isLast: true, endsLine: true, maxRecord: 100)
    #expect(scanner.scan(bytes.span, facts: facts, limit: 2, position: &position, into: &index) == .more)
    #expect(index.records.map(\.start) == [0, 3])
    #expect(position.offset == 5)
    #expect(scanner.scan(bytes.span, facts: facts, limit: 2, position: &position, into: &index) == .done)
    #expect(index.records.map(\.start) == [5])
  }

  @Test func knowsOtherDialects() {
    #expect(read("a;'b;''c';d,e\n", dialect: .init(delimiter: 0x3B, quote: 0x27)).text == "a|b;'c|d,e")
    #expect(read("\"a,b\"c\n", dialect: .init(quote: nil)).text == "\"a|b\"c")
    #expect(read("a\t\"b\tc\"\n", dialect: .init(delimiter: 0x09)).text == "a|b\tc")
  }

  @Test(.enabled(if: PythonReferee.isAvailable), arguments: [UInt64(1), 2])
  func agreesWithTheReferee(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var cases: [PythonReferee.Case] = []
    for _ in 0..<TestTier.amount(1_500, short: 600) {
      let bytes = NastyInput.make(length: .random(in: 0...40, using: &generator), using: &generator)
      for limit in Self.limits { cases.append(.init(bytes: bytes, maxRecord: limit)) }
      cases.append(.init(bytes: bytes, maxRecord: 16 << 20, delimiter: 0x3B, quote: 0x27))
    }
    let verdicts = try PythonReferee.judge(cases)
    try #require(verdicts.count == cases.count)
    for (example, verdict) in zip(cases, verdicts) {
      var scanner = ScalarScanner(dialect: .init(delimiter: example.delimiter, quote: example.quote))
      let facts = PieceFacts(isLast: true, endsLine: false, maxRecord: example.maxRecord)
      let trace = ScanTrace(example.bytes, by: &scanner, facts: facts)
      try #require(trace.description == verdict, "input \(hex(example.bytes)), longest record \(example.maxRecord)")
    }
  }

  @Test(arguments: [UInt64(3), 4])
  func doesNotDependOnCuts(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<150 {
      let bytes = NastyInput.make(length: .random(in: 1...40, using: &generator), using: &generator)
      let steps = Int.random(in: 1...4, using: &generator)
      for limit in Self.limits {
        var scanner = ScalarScanner(dialect: .init())
        let facts = PieceFacts(isLast: true, endsLine: false, maxRecord: limit)
        let whole = ScanTrace(bytes, by: &scanner, facts: facts)
        let allCuts = [Array(stride(from: steps, to: bytes.count, by: steps))] + (0...bytes.count).map { [$0] }
        for cuts in allCuts {
          let pieces = ScanTrace.inPieces(bytes, cuts: cuts, maxRecord: limit) { ScalarScanner(dialect: .init()) }
          try #require(pieces == whole, "input \(hex(bytes)), longest record \(limit), cuts \(cuts)")
        }
      }
    }
  }
}
