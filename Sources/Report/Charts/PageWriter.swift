// From the parts of a page to its elements. Charts get their numbers here, because identifiers must be unique on a page.

/// Writes the elements of one page.
struct PageWriter {
  private var charts = 0

  /// Nothing may be fetched or run, whatever names have come into the page.
  private static let policy = "default-src 'none'; style-src 'unsafe-inline'"

  mutating func page(_ page: HTMLPage) -> Element {
    var main = Element("main", [:], [header(page)])
    if page.sections.count > 2 { main.append(contents(page)) }
    for (index, section) in page.sections.enumerated() {
      var element = Element(
        "section", ["aria-labelledby": "section-\(index + 1)"],
        [Element("h2", ["id": "section-\(index + 1)"], section.title)])
      for block in section.blocks { element.append(self.block(block)) }
      main.append(element)
    }
    let head = Element(
      "head", [:],
      [
        Element("meta", ["charset": "utf-8"]),
        Element("meta", ["http-equiv": "Content-Security-Policy", "content": Self.policy]),
        Element("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
        Element("meta", ["name": "color-scheme", "content": "light dark"]), Element("title", [:], page.title),
        Element("style", [:], nodes: [.styleSheet(StyleSheet.text)]),
      ])
    return Element(
      "html", ["lang": "en"],
      [head, Element("body", [:], [main, Element("footer", [:], [Element("p", [:], page.footer)])])])
  }

  private func header(_ page: HTMLPage) -> Element {
    var header = Element("header", [:], [Element("h1", [:], page.title)])
    if !page.lead.isEmpty { header.append(Element("p", ["class": "lead"], page.lead)) }
    return header
  }

  private func contents(_ page: HTMLPage) -> Element {
    let lines = page.sections.enumerated().map { index, section in
      Element("li", [:], [Element("a", ["href": "#section-\(index + 1)"], section.title)])
    }
    return Element("nav", ["aria-label": "Contents"], [Element("ol", [:], lines)])
  }

  private mutating func block(_ block: HTMLPage.Block) -> Element {
    switch block {
    case .heading(let text): return Element("h3", [:], text)
    case .paragraph(let text): return Element("p", [:], text)
    case .list(let lines): return Element("ul", [:], lines.map { Element("li", [:], $0) })
    case .verdict(let title, let sentences): return Self.box("verdict", title, sentences)
    case .warning(let title, let sentences): return Self.box("warning", title, sentences)
    case .facts(let facts):
      return Element(
        "dl", [:],
        facts.map { Element("div", [:], [Element("dt", [:], $0.name), Element("dd", [:], $0.value)]) })
    case .table(let table): return table.element
    case .charts(let charts):
      return Element("div", ["class": "charts"], charts.map { figure($0) })
    case .preformatted(let lines):
      return Element("pre", ["tabindex": "0"], nodes: [.lines(lines)])
    case .details(let summary, let blocks):
      var details = Element("details", [:], [Element("summary", [:], summary)])
      for block in blocks { details.append(self.block(block)) }
      return details
    }
  }

  private mutating func figure(_ chart: any Chart) -> Element {
    charts += 1
    return chart.figure(id: "chart-\(charts)")
  }

  private static func box(_ style: String, _ title: String, _ sentences: [String]) -> Element {
    Element(
      "div", ["class": "box " + style, "role": "note", "aria-label": title],
      [Element("p", ["class": "box-title"], title)] + sentences.map { Element("p", [:], $0) })
  }
}
