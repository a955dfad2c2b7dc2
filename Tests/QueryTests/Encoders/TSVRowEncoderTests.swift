// A line is a row and a tab is a column, whatever the cells hold.

import Testing

@testable import Query

@Suite struct TSVRowEncoderTests {
  @Test func escapesWhatWouldBreakTheLine() {
    let rows: [[Cell]] = [[.text("a\tb\nc\rd\\e"), .null], [.text("\"q\""), .number("1.50")]]
    #expect(
      result(TSVRowEncoder(columns: columns("x", "tab\there")), rows)
        == "x\ttab\\there\na\\tb\\nc\\rd\\\\e\t\n\"q\"\t1.50\n")
  }
}
