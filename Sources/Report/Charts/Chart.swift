// What every chart gives: a drawing, a sentence that tells what the drawing shows, and a table of its data, so that nothing is
// told to the eye alone.

/// A chart of values, ready to be put on a page.
package protocol Chart: Sendable {
  var title: String { get }
  /// How to read it, in a sentence or two; may be empty.
  var explanation: String { get }
  /// The main figures in sentences: what somebody should know who does not see the drawing.
  var summary: String { get }
  /// All figures that are drawn.
  var table: HTMLTable { get }
  /// Needs the width of the page; on a phone it is moved sideways within its box.
  var isWide: Bool { get }
  /// The drawing; `id` is unique on its page.
  func svg(id: String) -> Element
}

extension Chart {
  package var isWide: Bool { false }

  /// The chart on a page: caption, drawing, figures in words, and the data folded away.
  func figure(id: String) -> Element {
    var caption = Element("figcaption", ["id": id + "-caption"], [Element("h3", [:], title)])
    if !explanation.isEmpty { caption.append(Element("p", [:], explanation)) }
    var box = Element("div", ["class": isWide ? "drawing wide" : "drawing"], [svg(id: id)])
    if isWide {
      // What moves sideways must be within reach of the keyboard.
      box.set("tabindex", "0")
      box.set("role", "group")
      box.set("aria-label", title + ", drawing")
    }
    return Element(
      "figure", ["class": isWide ? "wide" : "narrow", "aria-labelledby": id + "-caption"],
      [
        caption, box, Element("p", ["class": "summary"], summary),
        Element("details", [:], [Element("summary", [:], "Figures of this chart"), table.element]),
      ])
  }
}
