// What of a cell reaches a terminal.

import Testing

@testable import Report

@Suite struct ShownTextTests {
  @Test(arguments: [
    ("plain text ~", "plain text ~"), ("", ""), ("a\nb\r\nc\td", "a\\nb\\r\\nc\\td"), ("\u{1B}[31mred", "\\x1B[31mred"),
    ("\0", "\\x00"), ("\u{7F}", "\\x7F"), ("\u{85}\u{9B}", "\\u{85}\\u{9B}"), ("a\u{202E}b", "a\\u{202E}b"),
    ("\u{FEFF}x", "\\u{FEFF}x"), ("\u{2028}", "\\u{2028}"), ("\u{AD}", "\\u{AD}"), ("👩\u{200D}🚀", "👩\u{200D}🚀"),
    ("C:\\new", "C:\\new"), ("é日", "é日"),
  ])
  func hidesNothing(text: String, shown: String) {
    #expect(ShownText(text).text == shown)
  }

  @Test(
    arguments: [
      ([0xFF], "\\xFF"), ([0x61, 0xC3], "a\\xC3"), ([0xC3, 0x28], "\\xC3("), ([0xE2, 0x82], "\\xE2\\x82"),
      ([0xF0, 0x9F, 0x98, 0x61], "\\xF0\\x9F\\x98a"), ([0xC0, 0x80], "\\xC0\\x80"),
      ([0xED, 0xA0, 0x80, 0xC3, 0xA9], "\\xED\\xA0\\x80é"),
    ] as [([UInt8], String)])
  func showsBytesThatAreNoText(bytes: [UInt8], shown: String) {
    #expect(ShownText(bytes).text == shown)
  }

  @Test func countsColumns() {
    #expect(ShownText("abc").width == 3)
    #expect(ShownText("日本\n").width == 6)
  }

  @Test(arguments: [
    ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("abcdef", 1, "…"), ("abcdef", 0, ""), ("日本語", 5, "日本…"),
    ("日本語", 4, "日…"), ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"), ("", 0, ""),
  ])
  func cutsToColumns(text: String, width: Int, cut: String) {
    let result = ShownText(text).cut(to: width)
    #expect(result.text == cut)
    #expect(result.width <= width)
  }

  @Test(arguments: [
    ("one two three", 7, ["one two", "three"]), ("one two three", 13, ["one two three"]),
    ("one two three", 3, ["one", "two", "thr", "ee"]), ("abcdef g", 4, ["abcd", "ef g"]), ("日本語 x", 5, ["日本", "語 x"]),
    ("", 3, [""]),
  ])
  func goesOnInFurtherLines(text: String, width: Int, lines: [String]) {
    let wrapped = ShownText(text).wrapped(to: width)
    #expect(wrapped.map(\.text) == lines)
    #expect(wrapped.allSatisfy { $0.width <= width && $0.width == ShownText($0.text).width })
  }
}
