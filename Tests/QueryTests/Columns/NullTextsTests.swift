// The quick null test against the dialect's own.

import CSV
import Testing

@testable import Query

@Suite struct NullTextsTests {
  @Test func saysWhatTheDialectSays() {
    let texts = [
      "", "N", "NA", "NAN", "-999", "n/a", "missing", "missin", "unknown!", "unknown!?", "not a value", "not a valus",
    ]
    let long = String(repeating: "x", count: 63)
    let all = texts + [long, long + "x", long + "y", long + "xx"]
    for chosen in [
      [], ["NA"], ["", "NA", "-999"], ["missing", "unknown!", "not a value"], [long + "x", "N"], [long],
    ] {
      let dialect = Dialect(nullTexts: chosen.map { Array($0.utf8) })
      let nullTexts = NullTexts(dialect)
      #expect(nullTexts.isOnlyEmpty == !chosen.contains { !$0.isEmpty })
      for text in all {
        let bytes = Array(text.utf8)
        let buffer = PieceBuffer()
        // The text goes on where it should end.
        buffer.load((bytes + Array("NAxyz".utf8)).span)
        #expect(nullTexts.holds(buffer.base, count: bytes.count) == dialect.isNull(bytes.span), "\(chosen) \(text)")
      }
    }
  }
}
