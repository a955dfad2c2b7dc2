// Markup as a tree, written in one place: what is a tree is balanced, and what goes through one writer is escaped. Names of
// files, columns and machines come into reports from outside, so nobody pastes markup together by hand.

/// An element of HTML or SVG with its attributes, in order, and what it holds.
package struct Element: Equatable, Sendable {
  /// What an element holds: elements and texts.
  package enum Node: Equatable, Sendable {
    case element(Element)
    /// Any text; control and invisible characters show as `ShownText` writes them.
    case text(String)
    /// Lines that are kept as they are, for `pre`.
    case lines(String)
    /// The program's own style sheet, which no escape may touch.
    case styleSheet(String)
  }

  struct Attribute: Equatable, Sendable {
    var name: String
    var value: String
  }

  let name: String
  private(set) var attributes: [Attribute]
  private(set) var nodes: [Node]

  init(_ name: String, _ attributes: KeyValuePairs<String, any AttributeValue> = [:], nodes: [Node]) {
    self.name = name
    self.attributes = attributes.map { Attribute(name: $0.key, value: $0.value.attributeText) }
    self.nodes = nodes
  }

  init(_ name: String, _ attributes: KeyValuePairs<String, any AttributeValue> = [:], _ children: [Element] = []) {
    self.init(name, attributes, nodes: children.map { .element($0) })
  }

  init(_ name: String, _ attributes: KeyValuePairs<String, any AttributeValue> = [:], _ text: String) {
    self.init(name, attributes, nodes: [.text(text)])
  }

  mutating func append(_ child: Element) { nodes.append(.element(child)) }

  mutating func set(_ name: String, _ value: String) { attributes.append(Attribute(name: name, value: value)) }

  /// The markup, which is well-formed XML as well as HTML.
  package var markup: String {
    var text = ""
    write(to: &text)
    return text
  }

  /// Elements that HTML or SVG know without content; all others get an end tag, which HTML wants even where nothing is in.
  private static let empty: Set<String> = [
    "br", "circle", "col", "hr", "line", "meta", "path", "polyline", "rect", "use",
  ]
  /// Elements that begin a line, so that the source can be read and compared line by line.
  private static let onLines: Set<String> = [
    "body", "caption", "dd", "defs", "details", "div", "dl", "dt", "figcaption", "figure", "footer", "g", "h1", "h2",
    "h3",
    "head", "header", "li", "main", "meta", "nav", "ol", "p", "path", "pre", "section", "style", "summary",
    "svg",
    "table", "tbody", "text", "thead", "title", "tr", "ul", "use",
  ]

  private func write(to text: inout String) {
    if Self.onLines.contains(name) && !text.isEmpty && text.utf8.last != UInt8(ascii: "\n") { text += "\n" }
    text += "<" + name
    for attribute in attributes {
      text += " " + attribute.name + "=\""
      Self.escape(ShownText(attribute.value).text, to: &text)
      text += "\""
    }
    if nodes.isEmpty && Self.empty.contains(name) {
      text += " />"
      return
    }
    text += ">"
    for node in nodes {
      switch node {
      case .element(let element): element.write(to: &text)
      case .text(let content): Self.escape(ShownText(content).text, to: &text)
      case .lines(let content):
        // By bytes, since CR LF is one character.
        for (index, line) in content.utf8.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
          if index > 0 { text += "\n" }
          Self.escape(ShownText(Array(line.last == 13 ? line.dropLast() : line)).text, to: &text)
        }
      case .styleSheet(let sheet): text += "\n" + sheet
      }
    }
    text += "</" + name + ">"
  }

  private static func escape(_ content: String, to text: inout String) {
    for scalar in content.unicodeScalars {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      // No character, and XML does not know them even as references.
      case "\u{FFFE}", "\u{FFFF}": text += "\u{FFFD}"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}

/// What can stand in an attribute.
protocol AttributeValue {
  var attributeText: String { get }
}

extension String: AttributeValue {
  var attributeText: String { self }
}

extension Int: AttributeValue {
  var attributeText: String { "\(self)" }
}

/// Coordinates: a tenth of a unit is below what a screen shows.
extension Double: AttributeValue {
  var attributeText: String {
    guard isFinite, abs(self) < 1e15 else { return "0" }
    let tenths = Int((self * 10).rounded(.toNearestOrAwayFromZero))
    let sign = tenths < 0 ? "-" : ""
    let (whole, tenth) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
    return tenth == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(tenth)"
  }
}
