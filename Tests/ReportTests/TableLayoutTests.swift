// Whole tables, character by character.

import Testing

@testable import Report

@Suite struct TableLayoutTests {
  static let columns = [TableColumn("carrier"), TableColumn("count", isNumeric: true), TableColumn("note")]

  @Test func alignsNumbersRightAndTextLeft() {
    let rows = [["9E", "18460", "first"], ["Åland", "7", ""], ["東京", "-12.5", "a\nb"], ["", "", "x"]]
    #expect(
      TableLayout(columns: Self.columns).text(rows: rows) == """
        carrier  count  note
        -------  -----  -----
        9E       18460  first
        Åland        7
        東京     -12.5  a\\nb
                        x

        """)
  }

  @Test func titlesAloneMakeATable() {
    #expect(
      TableLayout(columns: Self.columns).text(rows: [[String]]()) == "carrier  count  note\n-------  -----  ----\n")
    #expect(TableLayout(columns: []).text(rows: [[String]]()) == "")
  }

  @Test func bytesThatAreNoTextShow() {
    let layout = TableLayout(columns: [TableColumn(title: [0x61, 0xFF], isNumeric: false)])
    #expect(layout.text(rows: [[[0x1B]]]) == "a\\xFF\n-----\n\\x1B\n")
  }

  @Test func widestTextColumnsAreCutFirst() {
    let columns = [TableColumn("a"), TableColumn("b"), TableColumn("n", isNumeric: true)]
    let rows = [["0123456789abcdefghij", "0123456789", "123456"], ["日本語日本語日本語日本語", "x", "1"]]
    // 30 columns less 4 of gaps and 6 of numbers leave 20: ten each.
    #expect(
      TableLayout(columns: columns, maxWidth: 30).text(rows: rows) == """
        a           b                n
        ----------  ----------  ------
        012345678…  0123456789  123456
        日本語日…   x                1

        """)
    // One more goes to the first column that can use it.
    #expect(
      TableLayout(columns: columns, maxWidth: 31).text(rows: rows) == """
        a            b                n
        -----------  ----------  ------
        0123456789…  0123456789  123456
        日本語日本…  x                1

        """)
  }

  @Test func theWidthIsTheLongestLineAtMost() {
    let columns = [TableColumn("a"), TableColumn("b"), TableColumn("c")]
    let rows = [
      [String(repeating: "x", count: 50), String(repeating: "y", count: 30), String(repeating: "z", count: 11)]
    ]
    for width in 28...110 {
      let text = TableLayout(columns: columns, maxWidth: width).text(rows: rows)
      let longest = text.split(separator: "\n").map(\.count).max()
      #expect(longest == min(width, 95))
    }
  }

  @Test func numbersAreNeverCut() {
    let columns = [TableColumn("text"), TableColumn("number", isNumeric: true)]
    #expect(
      TableLayout(columns: columns, maxWidth: 5).text(rows: [["0123456789", "123456789"]]) == """
        text         number
        --------  ---------
        0123456…  123456789

        """)
  }

  @Test func cellsGoOnInFurtherLines() {
    let columns = [TableColumn("n", isNumeric: true), TableColumn("a"), TableColumn("b")]
    let rows = [["1", "one two three", "x"], ["22", "four", "five six seven"]]
    #expect(
      TableLayout(columns: columns, maxWidth: 24, wraps: true).text(rows: rows) == """
         n  a          b
        --  ---------  ---------
         1  one two    x
            three

        22  four       five six
                       seven

        """)
    // Nothing goes on, so nothing has to be told apart.
    #expect(
      TableLayout(columns: columns, wraps: true).text(rows: rows)
        == TableLayout(columns: columns).text(rows: rows))
  }
}
