// Guesses at and around grid edges. The first byte of the window lies before the edge.

import Testing

@testable import CSV

@Suite struct RecordBoundaryTests {
  private func guess(_ window: String, _ isEnd: Bool, quote: UInt8? = UInt8(ascii: "\"")) -> RecordBoundary.Guess {
    RecordBoundary.guess(in: Array(window.utf8).span, isEnd: isEnd, dialect: Dialect(quote: quote))
  }

  @Test(arguments: [
    ("\nabc", 1), ("xabc\ndef", 5), ("\rabc", 1), ("\r\nabc", 2), ("xa\r\nb", 4), ("xa\rb", 3), ("\n\n", 1),
    ("xab\n", 4), ("xab\r\n", 5), ("\n", 1),
  ])
  func findsTheFirstLineEnd(window: String, expected: Int) {
    for isEnd in [false, true] {
      #expect(guess(window, isEnd) == .start(expected))
    }
  }

  @Test(arguments: ["", "x", "xabc"])
  func findsNone(window: String) {
    for isEnd in [false, true] {
      #expect(guess(window, isEnd) == .none)
    }
  }

  @Test(arguments: [("\r", 1), ("xa\r", 3)])
  func doesNotTrustACarriageReturnAtTheEndOfTheWindow(window: String, expected: Int) {
    #expect(guess(window, false) == .none)
    #expect(guess(window, true) == .start(expected))
  }

  @Test(arguments: [
    // Began outside quotes: the line end within quotes ends no record.
    ("b,\"c\nd\",e\nf", 10), ("1,\"x\ny\"\n2,\"z\"\n", 8), ("\"x\ny\",1\n", 8), ("a,\"\"\"\n\"\"\",b\nc", 12),
    // Began within.
    ("c\nd\",e\nf,\"g\"", 7), ("c \"\"d\"\"\ne\",f\n", 13), ("x\n\",\"y\nz\",1\n2", 12),
    // A quote in an unquoted field is text, whichever way it is read.
    ("5\" disk\n3\" disk\n", 8),
  ])
  func lineEndsWithinQuotesEndNoRecord(window: String, expected: Int) {
    #expect(guess(window, true) == .start(expected), "\(window)")
  }

  @Test func withoutQuotesEveryLineEndCounts() {
    #expect(guess("b,\"c\nd\",e\nf", true, quote: nil) == .start(5))
    #expect(guess("a,\"b\nc", true) == .none)
  }

  /// Edges anywhere in a table with line ends in every other field: the scanner agrees.
  @Test func wellFormedRecordsAreFoundFromAnywhere() {
    var bytes: [UInt8] = []
    var starts: [Int] = []
    for row in 0..<200 {
      starts.append(bytes.count)
      let lines = [String](repeating: "line, one\nand \"\"two\"\"\r\n", count: row % 4).joined()
      bytes += Array("\(row),\"\(lines)street \(row)\",plain,\"\",\"\(row % 3 == 0 ? "" : "a")\"\n".utf8)
    }
    for edge in 1..<starts[190] {
      let window = Array(bytes[(edge - 1)..<min(bytes.count, edge - 1 + 1000)])
      let next = starts.first { $0 >= edge }.map { $0 - (edge - 1) }
      let guess = RecordBoundary.guess(in: window.span, isEnd: false, dialect: Dialect())
      #expect(guess == .start(next ?? -1), "edge \(edge)")
    }
  }
}
