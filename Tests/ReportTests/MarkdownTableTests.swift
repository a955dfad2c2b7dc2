// Markdown tables whose cells show as they are.

import Testing

@testable import Report

@Suite struct MarkdownTableTests {
  @Test func alignsByTheRule() {
    let columns = [TableColumn("carrier"), TableColumn("n", isNumeric: true)]
    #expect(
      MarkdownTable(columns: columns).text(rows: [["9E", "18460"], ["東京", "7"], ["", ""]]) == """
        | carrier |     n |
        | ------- | ----: |
        | 9E      | 18460 |
        | 東京    |     7 |
        |         |       |

        """)
    #expect(MarkdownTable(columns: columns).text(rows: [[String]]()) == "| carrier |   n |\n| ------- | --: |\n")
    #expect(MarkdownTable(columns: []).text(rows: [[String]]()) == "")
  }

  @Test(arguments: [
    ("a|b", "a\\|b"), ("a\nb", "a<br>b"), ("a\r\nb\rc", "a<br>b<br>c"), ("*x*", "\\*x\\*"), ("dep_delay", "dep_delay"),
    ("_x_", "\\_x\\_"), ("a__b", "a\\_\\_b"), ("<b>", "\\<b>"), ("&amp;", "\\&amp;"), ("C:\\x", "C:\\\\x"),
    ("`x`", "\\`x\\`"),
    ("[a](b)", "\\[a](b)"), ("~~x~~", "\\~\\~x\\~\\~"), ("\u{1B}", "\\\\x1B"), ("$x$", "\\$x\\$"),
  ])
  func escapesMarkup(cell: String, source: String) {
    let text = MarkdownTable(columns: [TableColumn("a")]).text(rows: [[cell]])
    let line = text.split(separator: "\n").last.map(String.init) ?? ""
    #expect(line == "| " + source + String(repeating: " ", count: max(0, 3 - source.count)) + " |")
  }
}
