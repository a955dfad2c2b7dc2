// Every physical line is a reject, wherever pieces end, and quotes mean nothing.

import Testing

@testable import CSV

@Suite struct LineScannerTests {
  private func trace(_ text: String, isLast: Bool = true) -> ScanTrace {
    var scanner = LineScanner()
    return ScanTrace(
      Array(text.utf8), by: &scanner, facts: PieceFacts(isLast: isLast, endsLine: false, maxRecord: 3))
  }

  @Test func takesLinesWhateverTheirQuotesSay() {
    let trace = trace("\"a\nb\"\r\n\nlonger than a record\rlast")
    #expect(trace.records.map(\.start) == [0, 3, 8, 29])
    #expect(trace.records.map(\.end) == [3, 7, 29, 33])
    #expect(trace.records.map(\.line) == [0, 1, 3, 4])
    #expect(trace.records.allSatisfy { $0.defect == .unterminated && $0.fields.isEmpty })
    #expect(trace.outcome == .done)
    #expect(trace.position == ScanPosition(offset: 33, line: 4, blankLines: 1))
    #expect(LineScanner().rereadRecords == 0)
  }

  @Test func stopsBehindAsManyLinesAsWanted() {
    var scanner = LineScanner()
    var index = RecordIndex()
    var position = ScanPosition()
    let bytes = Array("\n\"a\n\nb\n".utf8)
    let facts = PieceFacts(isLast: true, endsLine: false, maxRecord: 99)
    #expect(scanner.scan(bytes.span, facts: facts, limit: 1, position: &position, into: &index) == .more)
    #expect(index.records.map(\.start) == [1])
    // The blank line behind it belongs to what follows.
    #expect(position == ScanPosition(offset: 4, line: 2, blankLines: 1))
  }

  @Test func aLineMayGoOnBehindThePiece() {
    let open = trace("a\nb", isLast: false)
    #expect(open.position.isSkipping && open.records.map(\.end) == [2, 3])
    let half = trace("a\r", isLast: false)
    #expect(half.outcome == .open && half.position.isSkipping && half.position.offset == 1)
  }

  @Test(arguments: UInt64(0)..<100)
  func findsTheSameLinesInAnyPieces(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let bytes = (0..<40).map { _ in Array("a\",\n\r".utf8).randomElement(using: &generator)! }
    var scanner = LineScanner()
    let facts = PieceFacts(isLast: true, endsLine: false, maxRecord: 5)
    let whole = ScanTrace(bytes, by: &scanner, facts: facts)
    for step in 1...9 {
      let cuts = Array(stride(from: step, to: bytes.count, by: step))
      let pieces = ScanTrace.inPieces(bytes, cuts: cuts, maxRecord: 5) { LineScanner() }
      #expect(pieces == whole, "cut every \(step) bytes: \(hex(bytes))")
    }
  }
}
