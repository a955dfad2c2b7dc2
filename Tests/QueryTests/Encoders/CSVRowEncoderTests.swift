// What is quoted, what is not, and what would otherwise not read back.

import Testing

@testable import Query

@Suite struct CSVRowEncoderTests {
  private func csv(_ names: [String], _ rows: [[Cell]]) -> String {
    result(CSVRowEncoder(columns: names.map { ResultColumn(name: Array($0.utf8), isNumeric: false) }), rows)
  }

  @Test(arguments: [
    ("plain", "plain"), ("two words", "two words"), (" edge ", " edge "), ("semi;colon\ttab", "semi;colon\ttab"),
    ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""), ("\"", "\"\"\"\""), ("a\nb", "\"a\nb\""),
    ("a\rb", "\"a\rb\""), ("'", "'"), ("é", "é"), ("", "\"\""),
  ])
  func quotesOnlyWhereNeeded(text: String, written: String) {
    #expect(csv(["a", "b"], [[.text(text), .number("1")]]) == "a,b\n\(written),1\n")
  }

  @Test func nullIsEmpty() {
    #expect(csv(["a", "b"], [[.null, .null], [.number("1"), .null]]) == "a,b\n,\n1,\n")
  }

  @Test func rowOfOneEmptyCellIsNotABlankLine() {
    #expect(csv(["a"], [[.null], [.text("")], [.text("x")]]) == "a\n\"\"\n\"\"\nx\n")
  }

  @Test func headerIsQuotedLikeTextAndAlwaysThere() {
    #expect(csv(["a,b", "c\"d", ""], []) == "\"a,b\",\"c\"\"d\",\n")
    #expect(csv([""], []) == "\"\"\n")
    #expect(csv(["\u{FEFF}a", "\u{FEFF}b"], []) == "\"\u{FEFF}a\",\u{FEFF}b\n")
  }

  @Test func bytesPassThatAreNotUTF8() {
    let cell = Cell(kind: .text, bytes: [0xFF, 0x00, 0xC3])
    #expect(CSVRowEncoder(columns: columns("a")).encode(rows: [[cell]]) == [0xFF, 0x00, 0xC3, 10])
  }
}
