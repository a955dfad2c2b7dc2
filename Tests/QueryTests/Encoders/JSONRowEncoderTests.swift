// JSON of awkward names, numbers and texts.

import Testing

@testable import Query

@Suite struct JSONRowEncoderTests {
  private func line(_ cell: Cell) -> String {
    result(JSONRowEncoder(columns: columns("v"), layout: .lines), [[cell]])
  }

  @Test func anArrayHasCommasBetweenRowsOnly() {
    let encoder = JSONRowEncoder(columns: columns("v"), layout: .array)
    #expect(result(encoder, []) == "[\n]\n")
    #expect(result(encoder, [[.number("1")]]) == "[\n{\"v\":1}\n]\n")
    #expect(result(encoder, [[.number("1")], [.null]]) == "[\n{\"v\":1},\n{\"v\":null}\n]\n")
  }

  @Test(arguments: [
    ("0", "0"), ("-0", "-0"), ("+5", "5"), ("007", "7"), ("-007.50", "-7.50"), ("00", "0"), ("00.5", "0.5"),
    ("1e+05", "1e+05"), ("1.5E-3", "1.5E-3"), ("+0e1", "0e1"), ("100", "100"),
  ])
  func numbersAreValid(text: String, written: String) {
    #expect(line(.number(text)) == "{\"v\":\(written)}\n")
  }

  @Test func booleansAreBare() {
    #expect(line(Cell(kind: .boolean, bytes: Array("true".utf8))) == "{\"v\":true}\n")
  }

  @Test func escapesTexts() {
    #expect(
      line(.text("a\"b\\c/\u{8}\t\n\u{c}\r\u{0}\u{1f}\u{7f}é"))
        == "{\"v\":\"a\\\"b\\\\c/\\b\\t\\n\\f\\r\\u0000\\u001f\u{7f}é\"}\n")
    #expect(line(.text("")) == "{\"v\":\"\"}\n")
  }

  @Test func bytesPassThatAreNotUTF8() {
    let encoder = JSONRowEncoder(columns: columns("v"), layout: .lines)
    let expected = Array("{\"v\":\"".utf8) + [0xFF, 0xC3] + Array("\"}\n".utf8)
    #expect(encoder.encode(rows: [[Cell(kind: .text, bytes: [0xFF, 0xC3])]]) == expected)
  }

  @Test func namesThatOccurAgainAreNumberedAroundOthers() {
    let encoder = JSONRowEncoder(columns: columns("a", "a", "a_2", "a", "", "", "q\"", "a_2"), layout: .lines)
    let row = [Cell](repeating: .null, count: 8)
    #expect(
      result(encoder, [row])
        == #"{"a":null,"a_3":null,"a_2":null,"a_4":null,"":null,"_2":null,"q\"":null,"a_2_2":null}"# + "\n")
  }
}
