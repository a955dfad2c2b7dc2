// The order of finished rows by `--sort`.

import Testing

@testable import Query

@Suite struct CellOrderTests {
  private func sorted(_ cells: [Cell], descending: Bool = false) -> [String] {
    let rows = cells.map { [$0] }
    return CellOrder.sorted(rows, by: [CellSortKey(column: 0, isDescending: descending)])
      .map { $0[0].kind == .null ? "null" : String(decoding: $0[0].bytes, as: UTF8.self) }
  }

  @Test func numbersByValueWithNullFirst() {
    let cells: [Cell] = [.number("10"), .number("9"), .null, .number("-1.5"), .number("1e3"), .number("9.0")]
    #expect(sorted(cells) == ["null", "-1.5", "9", "9.0", "10", "1e3"])
    #expect(sorted(cells, descending: true) == ["1e3", "10", "9", "9.0", "-1.5", "null"])
  }

  @Test func oneTextMakesTheColumnText() {
    #expect(sorted([.number("10"), .number("9"), .text("x"), .null]) == ["null", "10", "9", "x"])
  }

  @Test func textsByBytes() {
    #expect(
      sorted([.text("b"), .text("a"), .text("B"), .text("\u{00E9}"), .text(""), .text("ab")])
        == ["", "B", "a", "ab", "b", "\u{00E9}"])
  }

  @Test func laterKeysDecideTiesAndThenTheOrderAsItIs() {
    let rows: [[Cell]] = [
      [.text("b"), .number("1"), .text("first")], [.text("a"), .number("2"), .text("second")],
      [.text("b"), .number("3"), .text("third")], [.text("a"), .number("2"), .text("fourth")],
    ]
    let keys = [CellSortKey(column: 0, isDescending: false), CellSortKey(column: 1, isDescending: true)]
    #expect(
      CellOrder.sorted(rows, by: keys).map { $0[2] } == [
        .text("second"), .text("fourth"), .text("third"), .text("first"),
      ])
    #expect(CellOrder.sorted(rows, by: []) == rows)
    #expect(CellOrder.sorted([], by: keys).isEmpty)
  }
}
