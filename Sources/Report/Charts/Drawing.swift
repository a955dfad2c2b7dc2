// The sheet that charts are drawn on: places in units of which a narrow sheet has 400, so that text of 13 units is still
// readable where a phone shows the sheet 340 pixels wide.

/// Collects the elements of a drawing, and what they refer to.
struct Drawing {
  static let narrow = 400.0
  static let wide = 760.0
  /// The height of a line of text.
  static let line = 17.0

  /// A line of the legend: a name behind a sample of its ink.
  struct Key {
    enum Sample { case marker, area, line, dashes, dots, band }
    var name: String
    var ink: ChartInk
    var sample: Sample
  }

  let id: String
  let width: Double
  /// How far down the sheet is used.
  var height = 0.0
  private var elements: [Element] = []
  private var areaInks: Set<ChartInk> = []
  private var markerInks: Set<ChartInk> = []

  init(id: String, width: Double) {
    self.id = id
    self.width = width
  }

  /// About how wide a column of a text is, and of a name, which is bold. Fonts differ, so this is on the wide side.
  private static let column = 7.6
  private static let nameColumn = 8.7

  static func width(of text: String) -> Double { Double(ShownText(text).width) * column }

  static func width(ofName text: String) -> Double { Double(ShownText(text).width) * nameColumn }

  /// A text cut to about a width.
  static func cut(_ text: String, to width: Double) -> String {
    ShownText(text).cut(to: max(3, Int(width / column))).text
  }

  static func cut(name: String, to width: Double) -> String {
    ShownText(name).cut(to: max(3, Int(width / nameColumn))).text
  }

  mutating func add(_ element: Element) { elements.append(element) }

  /// A text on a base line.
  mutating func text(_ text: String, x: Double, y: Double, anchor: String = "start", class style: String? = nil) {
    var element = Element("text", ["x": x, "y": y], text)
    if anchor != "start" { element.set("text-anchor", anchor) }
    if let style { element.set("class", style) }
    add(element)
  }

  mutating func line(x1: Double, y1: Double, x2: Double, y2: Double, class style: String) {
    add(
      Element(
        "path",
        ["class": style, "d": "M\(x1.attributeText) \(y1.attributeText)L\(x2.attributeText) \(y2.attributeText)"]))
  }

  mutating func rectangle(x: Double, y: Double, width: Double, height: Double, class style: String) {
    add(Element("rect", ["class": style, "x": x, "y": y, "width": max(0, width), "height": height]))
  }

  /// An area in the pattern of an ink.
  mutating func area(_ ink: ChartInk, x: Double, y: Double, width: Double, height: Double) {
    add(
      Element("rect", ["fill": fill(ink), "x": x, "y": y, "width": max(0, width), "height": height, "class": "area"]))
  }

  /// The fill of areas of an ink.
  mutating func fill(_ ink: ChartInk) -> String {
    areaInks.insert(ink)
    return "url(#\(id)-\(ink.cssClass))"
  }

  /// A point.
  mutating func marker(_ ink: ChartInk, x: Double, y: Double, class style: String? = nil) {
    markerInks.insert(ink)
    var element = Element("use", ["href": "#\(id)-m\(ink.rawValue)", "x": x, "y": y])
    if let style { element.set("class", style) }
    add(element)
  }

  /// A legend in as many lines as it needs.
  mutating func legend(_ keys: [Key]) {
    guard !keys.isEmpty else { return }
    var x = 0.0
    var y = height + 14
    for key in keys {
      let length = 26 + min(Self.width(of: key.name), width - 30) + 10
      if x > 0 && x + length > width {
        x = 0
        y += Self.line + 2
      }
      sample(key, x: x, y: y - 4.5)
      text(Self.cut(key.name, to: width - 30), x: x + 26, y: y)
      x += length
    }
    height = y + 8
  }

  private mutating func sample(_ key: Key, x: Double, y: Double) {
    switch key.sample {
    case .marker: marker(key.ink, x: x + 11, y: y)
    case .area: area(key.ink, x: x + 1, y: y - 6, width: 20, height: 12)
    case .band: rectangle(x: x + 1, y: y - 6, width: 20, height: 12, class: "band " + key.ink.cssClass)
    case .line:
      line(x1: x, y1: y, x2: x + 22, y2: y, class: "curve " + key.ink.cssClass)
      marker(key.ink, x: x + 11, y: y)
    case .dashes: line(x1: x, y1: y, x2: x + 22, y2: y, class: "curve dashes " + key.ink.cssClass)
    case .dots: line(x1: x, y1: y, x2: x + 22, y2: y, class: "ideal")
    }
  }

  /// A horizontal axis below what is drawn so far: grid lines up to `top`, numbers, the title with its unit.
  mutating func bottomAxis(_ scale: AxisScale, title: String, left: Double, right: Double, top: Double) {
    let bottom = height
    // Numbers that would touch are left out, the grid stays.
    var free = -Double.infinity
    for tick in scale.ticks {
      let x = left + scale.place(tick) * (right - left)
      line(x1: x, y1: top, x2: x, y2: bottom, class: "grid")
      let label = scale.label(tick)
      let half = Self.width(of: label) / 2
      let middle = min(max(x, half), width - half)
      guard middle - half >= free else { continue }
      text(label, x: middle, y: bottom + Self.line, anchor: "middle", class: "number")
      free = middle + half + 6
    }
    line(x1: left, y1: bottom, x2: right, y2: bottom, class: "axis")
    text(title, x: (left + right) / 2, y: bottom + 2 * Self.line + 3, anchor: "middle", class: "axis-title")
    height = bottom + 2 * Self.line + 9
  }

  /// The finished drawing with its name and its description.
  func svg(title: String, description: String) -> Element {
    var svg = Element(
      "svg",
      [
        "id": id, "role": "img", "aria-labelledby": "\(id)-title \(id)-desc",
        "viewBox": "0 0 \(width.attributeText) \(height.attributeText)",
      ],
      [
        Element("title", ["id": id + "-title"], title), Element("desc", ["id": id + "-desc"], description),
      ])
    let definitions =
      ChartInk.allCases.filter { areaInks.contains($0) }.map(pattern)
      + ChartInk.allCases.filter { markerInks.contains($0) }.map { ink in
        Element("path", ["id": "\(id)-m\(ink.rawValue)", "class": ink.cssClass, "d": ink.marker])
      }
    if !definitions.isEmpty { svg.append(Element("defs", [:], definitions)) }
    for element in elements { svg.append(element) }
    return svg
  }

  private func pattern(_ ink: ChartInk) -> Element {
    var pattern = Element(
      "pattern", ["id": "\(id)-\(ink.cssClass)", "width": 8, "height": 8, "patternUnits": "userSpaceOnUse"],
      [Element("rect", ["width": 8, "height": 8, "class": ink.cssClass])])
    if let hatching = ink.hatching { pattern.append(Element("path", ["class": "hatching", "d": hatching])) }
    return pattern
  }
}
