// The page as a whole: one well-formed file that needs nothing from elsewhere.

import Foundation
import Testing

@testable import Report

@Suite struct HTMLPageTests {
  private static let markup = SamplePage.page.text

  /// What parsers of HTML and of XML say of a page: every element is closed, nothing came in through a name.
  @Test func isWellFormed() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "python3", "-c",
      """
      import sys, xml.dom.minidom
      from html.parser import HTMLParser
      text = sys.stdin.buffer.read().decode("utf-8", "strict")
      xml.dom.minidom.parseString(text.encode())
      empty = {"meta", "br", "hr", "col"}
      stack, names, words = [], {}, []
      class Parser(HTMLParser):
          def handle_starttag(self, tag, attributes):
              names[tag] = names.get(tag, 0) + 1
              for name, value in attributes:
                  if name.startswith("on") or name == "src": print("attribute", name)
              if tag not in empty: stack.append(tag)
          def handle_startendtag(self, tag, attributes):
              names[tag] = names.get(tag, 0) + 1
          def handle_endtag(self, tag):
              if not stack or stack.pop() != tag: print("end of", tag)
          def handle_data(self, data): words.append(data)
      parser = Parser(convert_charrefs=True)
      parser.feed(text)
      parser.close()
      if stack: print("open:", stack)
      for tag in ("script", "link", "img", "iframe", "object"):
          if tag in names: print(tag)
      print(names["svg"], names["figure"], names["section"], "<script>alert(1)</script>" in "".join(words))
      """,
    ]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = output
    try process.run()
    // Python reads all before it says anything.
    try input.fileHandleForWriting.write(contentsOf: Data(Self.markup.utf8))
    try input.fileHandleForWriting.close()
    let said = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(String(decoding: said, as: UTF8.self) == "6 6 3 True\n")
  }

  @Test func nothingComesFromElsewhere() {
    for word in ["://", "@import", "url(http", "src=", "<script", "javascript:", "<link"] {
      #expect(!Self.markup.contains(word), "\(word)")
    }
    #expect(Self.markup.contains("default-src 'none'"))
  }

  @Test func escapesNamesEverywhere() {
    #expect(Self.markup.contains("&lt;script&gt;alert(1)&lt;/script&gt; &quot;a&quot; 'b' &amp;amp; \\x1B[31m"))
    #expect(!Self.markup.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    #expect(!Self.markup.contains("\u{202E}"))
  }

  @Test func sameValuesGiveTheSameBytes() { #expect(SamplePage.page.text == Self.markup) }

  @Test func everyDrawingHasAName() {
    var writer = PageWriter()
    let page = writer.page(SamplePage.page)
    let drawings = page.all("svg")
    #expect(drawings.count == 6)
    let identifiers = page.all.compactMap { $0["id"] }
    #expect(Set(identifiers).count == identifiers.count)
    for drawing in drawings {
      #expect(drawing["role"] == "img")
      #expect(drawing.all("title").allSatisfy { !$0.words.isEmpty } && drawing.all("desc").count == 1)
      for name in (drawing["aria-labelledby"] ?? "").split(separator: " ") {
        #expect(identifiers.contains(String(name)))
      }
    }
    for use in page.all("use") { #expect(identifiers.contains(String((use["href"] ?? "").dropFirst()))) }
    // Beside each drawing its figures, in words and as a table.
    for figure in page.all("figure") {
      #expect(figure.all("p", class: "summary").count == 1 && figure.all("table").count == 1)
    }
  }

  @Test func tablesTellNumbersAndNames() {
    let table = HTMLTable(
      caption: "c", columns: [TableColumn("name"), TableColumn("ms", isNumeric: true)], cells: [["a", "1.5"]])
    let markup = table.element.markup.replacing("\n", with: "")
    #expect(markup.contains(#"<th scope="row">a</th><td class="number">1.5</td>"#))
    #expect(markup.contains(#"<th scope="col">name</th><th scope="col" class="number">ms</th>"#))
    #expect(!markup.contains("role=\"table\"") && !markup.contains("data-title"))
    let marks = HTMLTable(
      caption: "c", columns: [TableColumn("a"), TableColumn("holds")],
      cells: [["x", HTMLTable.Cell("yes", mark: .good)]])
    #expect(marks.element.markup.contains(#"<span class="mark good"><span aria-hidden="true">✓</span></span> yes"#))
  }

  @Test func tablesOfSentencesStayTables() {
    let table = HTMLTable(
      caption: "c", columns: [TableColumn("claim"), TableColumn("measured")],
      rows: [["a", "threads are as fast as processes"]])
    #expect(table.isProse)
    let markup = table.element.markup.replacing("\n", with: "")
    #expect(markup.contains(#"<table class="prose" role="table">"#))
    #expect(markup.contains(#"<th scope="row" role="rowheader">a</th><td role="cell" data-title="measured">threads"#))
    #expect(markup.contains(#"<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">claim</th>"#))
  }

  @Test func theStyleSheetNeedsNoEscape() {
    #expect(!StyleSheet.text.contains { "<>&".contains($0) })
    for ink in ChartInk.allCases { #expect(StyleSheet.text.contains("--\(ink.cssClass): \(ink.dark);")) }
    #expect(StyleSheet.text.count { $0 == "{" } == StyleSheet.text.count { $0 == "}" })
  }

  @Test func aListOfSectionsStandsAboveManyOnly() {
    #expect(Self.markup.contains("<nav"))
    let short = HTMLPage(title: "a", lead: "", sections: [.init(title: "b", blocks: [.paragraph("c")])], footer: "d")
    #expect(!short.text.contains("<nav") && short.text.contains("<h2 id=\"section-1\">b</h2>"))
  }
}
