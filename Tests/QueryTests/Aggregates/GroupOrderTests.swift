// The order of groups is decided by the finished table: numbers by value, anything else by bytes, null first.

import CSV
import Testing

@testable import Query

@Suite struct GroupOrderTests {
  private func rows(_ keys: [[String?]]) throws -> [[Cell]] {
    try TestTable(keys.map { TestRow(key: $0) }).table.finish().map { row in
      Array(row.prefix(keys[0].count))
    }
  }

  private func order(_ keys: [String?]) throws -> [String?] {
    try rows(keys.map { [$0] }).map { $0[0].kind == .null ? nil : String(decoding: $0[0].bytes, as: UTF8.self) }
  }

  @Test func numbersSortByValueAndThenByBytes() throws {
    #expect(
      try order(["10", "9", "-3", "1.0", "1", "1e0", "0.5", "+1"]) == ["-3", "0.5", "+1", "1", "1.0", "1e0", "9", "10"])
    #expect(
      try order(["123456789012345678", "123456789012345677", "1e17", "-1e300"]) == [
        "-1e300", "1e17", "123456789012345677", "123456789012345678",
      ])
  }

  @Test(arguments: ["x", "007", "1e999", "", " 1", "1."])
  func oneOtherKeyMakesTheColumnSortByBytes(other: String) throws {
    let keys = ["10", "9", "2", other]
    #expect(try order(keys) == keys.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })
    #expect(try rows(keys.map { [$0] }).allSatisfy { $0[0].kind == .text })
  }

  @Test func nullComesFirstAndDecidesNothing() throws {
    #expect(try order(["10", nil, "9"]) == [nil, "9", "10"])
    #expect(try order(["b", "", nil, "a"]) == [nil, "", "a", "b"])
    #expect(try order([nil]) == [nil])
    let cells = try rows([["10"], [nil]])
    #expect(cells == [[.null], [.number("10")]])
  }

  @Test func columnsCountFromTheLeftAndDecideEachForThemselves() throws {
    let cells = try rows([["b", "10"], ["b", "9"], ["a", "100"], [nil, "7"], ["b", nil]])
    let expected: [[Cell]] = [
      [.null, .number("7")], [.text("a"), .number("100")], [.text("b"), .null], [.text("b"), .number("9")],
      [.text("b"), .number("10")],
    ]
    #expect(cells == expected)
  }

  @Test func keysAreBytes() throws {
    #expect(
      try order(["\u{e9}", "e\u{301}"]).map { $0.map { Array($0.utf8) } } == [[0x65, 0xCC, 0x81], [0xC3, 0xA9]])
  }

  @Test func keysOfOtherColumnsAreAnError() {
    let bytes = TestTable.encoded(TestTable([TestRow(key: ["a"])]).table)
    #expect(throws: ByteCodingError.self) { try TestTable.decoded(bytes, keyColumns: 2) }
  }
}
