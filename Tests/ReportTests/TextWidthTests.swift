// Widths of characters at the edges of the table.

import Testing

@testable import Report

@Suite struct TextWidthTests {
  @Test(
    arguments: [
      ("a", 1), ("é", 1), ("ß", 1), ("\u{301}", 0), ("\u{10FF}", 1), ("\u{1100}", 2), ("\u{115F}", 2), ("\u{1160}", 0),
      ("\u{11FF}", 0), ("\u{1200}", 1), ("あ", 2), ("日", 2), ("\u{9FFF}", 2), ("ﾊ", 1), ("Ａ", 2), ("！", 2),
      ("\u{FF61}", 1),
      ("￦", 2), ("\u{200D}", 0), ("\u{FE0F}", 0), ("😀", 2), ("⌚", 2), ("☀", 1), ("…", 1), ("─", 1), ("𠀀", 2),
      ("\u{2FFFD}", 2),
      ("한", 2), ("؀", 0), ("א", 1), ("\u{5B0}", 0), ("ก", 1), ("\u{E31}", 0), ("🇩", 1), ("\u{303F}", 1),
    ] as [(UnicodeScalar, Int)])
  func matchesTheTerminal(scalar: UnicodeScalar, width: Int) {
    #expect(TextWidth.columns(of: scalar) == width)
  }

  @Test func addsUpOverATextNotOverItsCharacters() {
    #expect(TextWidth.columns(of: "") == 0)
    #expect(TextWidth.columns(of: "Zürich") == 6)
    #expect(TextWidth.columns(of: "Zu\u{308}rich") == 6)
    #expect(TextWidth.columns(of: "東京 Tokyo") == 10)
  }
}
