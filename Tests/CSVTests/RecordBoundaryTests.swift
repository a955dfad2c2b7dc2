// Guesses at and around grid edges. The first byte of the window lies before the edge.

import Testing

@testable import CSV

@Suite struct RecordBoundaryTests {
  @Test(arguments: [
    ("\nabc", 1), ("xabc\ndef", 5), ("\rabc", 1), ("\r\nabc", 2), ("xa\r\nb", 4), ("xa\rb", 3), ("\n\n", 1),
    ("xab\n", 4), ("xab\r\n", 5), ("\n", 1),
  ])
  func findsTheFirstLineEnd(window: String, expected: Int) {
    for isEnd in [false, true] {
      #expect(RecordBoundary.guess(in: Array(window.utf8).span, isEnd: isEnd) == .start(expected))
    }
  }

  @Test(arguments: ["", "x", "xabc"])
  func findsNone(window: String) {
    for isEnd in [false, true] {
      #expect(RecordBoundary.guess(in: Array(window.utf8).span, isEnd: isEnd) == .none)
    }
  }

  @Test(arguments: [("\r", 1), ("xa\r", 3)])
  func doesNotTrustACarriageReturnAtTheEndOfTheWindow(window: String, expected: Int) {
    let bytes = Array(window.utf8)
    #expect(RecordBoundary.guess(in: bytes.span, isEnd: false) == .none)
    #expect(RecordBoundary.guess(in: bytes.span, isEnd: true) == .start(expected))
  }
}
