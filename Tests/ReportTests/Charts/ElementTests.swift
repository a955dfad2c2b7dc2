// Markup of trees: nothing that comes from outside ends up as markup.

import Testing

@testable import Report

@Suite struct ElementTests {
  @Test func writesTreesWithEndTags() {
    let tree = Element(
      "div", ["class": "a", "x": 1, "y": 2.5], [Element("span", [:], "b"), Element("br"), Element("b")])
    #expect(tree.markup == #"<div class="a" x="1" y="2.5"><span>b</span><br /><b></b></div>"#)
  }

  @Test(arguments: [
    ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"), ("\"'", "&quot;'"),
    ("a&amp;b", "a&amp;amp;b"),
    ("]]>", "]]&gt;"), ("\u{0}\u{1B}[31m", "\\x00\\x1B[31m"), ("\u{202E}abc", "\\u{202E}abc"), ("a\nb\tc", "a\\nb\\tc"),
    ("\u{FFFE}\u{FFFF}", "\u{FFFD}\u{FFFD}"), ("Łódź 東京", "Łódź 東京"), ("\u{FFFD}", "\u{FFFD}"),
  ])
  func escapesTextsAndAttributes(text: String, escaped: String) {
    #expect(Element("p", [:], text).markup == "<p>\(escaped)</p>")
    #expect(Element("p", ["title": text]).markup == "<p title=\"\(escaped)\"></p>")
  }

  @Test func keepsLinesWhereTheyAreWanted() {
    #expect(Element("pre", nodes: [.lines("a <b>\n  c\r\n")]).markup == "<pre>a &lt;b&gt;\n  c\n</pre>")
  }

  @Test(arguments: [
    (0, "0"), (1, "1"), (-1, "-1"), (0.04, "0"), (-0.04, "0"), (0.05, "0.1"), (12.34, "12.3"), (-2.96, "-3"),
    (99.99, "100"), (1_234_567.8, "1234567.8"), (.nan, "0"), (.infinity, "0"), (1e300, "0"), (-0.5, "-0.5"),
  ])
  func writesCoordinates(value: Double, text: String) { #expect(value.attributeText == text) }
}
