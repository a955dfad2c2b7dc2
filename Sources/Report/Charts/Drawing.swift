// The sheet that charts are drawn on: places in units of which a narrow sheet has 400, so that text of 13 units is still
// readable where a phone shows the sheet 340 pixels wide.

/// Collects the elements of a drawing in layers, and what they refer to.
struct Drawing {
  static let narrow = 400.0
  static let wide = 760.0
  /// The height of a line of text.
  static let line = 17.0
  /// About how wide a column of a text is, and of a name, which is bold. Fonts differ, so this is on the wide side.
  private static let column = 7.6
  private static let nameColumn = 8.7

  /// What lies over what, whenever it is drawn.
  enum Layer: Int, CaseIterable {
    case ground, areas, hatching, marks, texts
  }

  let id: String
  let width: Double
  /// How far down the sheet is used.
  var height = 0.0
  private var layers = [[Element]](repeating: [], count: Layer.allCases.count)
  private var hatching = ""
  private var markerInks: Set<ChartInk> = []

  init(id: String, width: Double) {
    self.id = id
    self.width = width
  }

  static func width(of text: String) -> Double { Double(ShownText(text).width) * column }

  static func width(ofName text: String) -> Double { Double(ShownText(text).width) * nameColumn }

  /// A text cut to about a width.
  static func cut(_ text: String, to width: Double) -> String {
    ShownText(text).cut(to: max(3, Int(width / column))).text
  }

  static func cut(name: String, to width: Double) -> String {
    ShownText(name).cut(to: max(3, Int(width / nameColumn))).text
  }

  mutating func add(_ element: Element, to layer: Layer = .marks) { layers[layer.rawValue].append(element) }

  /// A text on a base line.
  mutating func text(_ text: String, x: Double, y: Double, anchor: String = "start", class style: String? = nil) {
    var element = Element("text", ["x": x, "y": y], text)
    if anchor != "start" { element.set("text-anchor", anchor) }
    if let style { element.set("class", style) }
    add(element, to: .texts)
  }

  mutating func line(
    x1: Double, y1: Double, x2: Double, y2: Double, class style: String, layer: Layer = .marks
  ) {
    let path = "M\(x1.attributeText) \(y1.attributeText)L\(x2.attributeText) \(y2.attributeText)"
    add(Element("path", ["class": style, "d": path]), to: layer)
  }

  mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, class style: String, layer: Layer = .areas
  ) {
    add(
      Element("rect", ["class": style, "x": x, "y": y, "width": max(0, width), "height": max(0, height)]), to: layer)
  }

  /// An area of an ink, hatched in its way.
  mutating func area(_ ink: ChartInk, x: Double, y: Double, width: Double, height: Double) {
    rectangle(x: x, y: y, width: width, height: height, class: "area " + ink.cssClass)
    hatching += Hatching(ink).path(x: x, y: y, width: width, height: height)
  }

  /// Areas narrower than this are not hatched: nobody would see it.
  private static let hatched = 3.0

  /// Areas of one ink as one element, for thousands of them: `places` are (x, width) on a common height, from left to right.
  mutating func areas(
    _ ink: ChartInk, places: [(x: Double, width: Double)], y: Double, height: Double, isHatched: Bool
  ) {
    guard !places.isEmpty else { return }
    // A broad line with gaps is the shortest way to say it. Its steps are those between rounded places, so that their
    // errors do not add up.
    func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
    var path = ""
    var pen = 0.0
    for place in places {
      let start = rounded(place.x)
      let end = max(rounded(place.x + place.width), start + 0.1)
      path +=
        path.isEmpty ? "M\(start.attributeText) \((y + height / 2).attributeText)" : "m\((start - pen).attributeText) 0"
      path += "h\((end - start).attributeText)"
      pen = end
      if isHatched, place.width >= Self.hatched {
        hatching += Hatching(ink).path(x: place.x, y: y, width: place.width, height: height)
      }
    }
    add(Element("path", ["class": "lane \(ink.cssClass)", "stroke-width": height, "d": path]), to: .areas)
  }

  /// A point.
  mutating func marker(_ ink: ChartInk, x: Double, y: Double) { add(mark(ink, x: x, y: y)) }

  /// Points that share a style.
  mutating func markers(_ ink: ChartInk, at places: [(x: Double, y: Double)], class style: String) {
    let marks = places.map { mark(ink, x: $0.x, y: $0.y) }
    if !marks.isEmpty { add(Element("g", ["class": style], marks)) }
  }

  private mutating func mark(_ ink: ChartInk, x: Double, y: Double) -> Element {
    markerInks.insert(ink)
    return Element("use", ["href": "#\(id)-m\(ink.rawValue)", "x": x, "y": y])
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
    let markers = ChartInk.allCases.filter { markerInks.contains($0) }.map { ink in
      Element("path", ["id": "\(id)-m\(ink.rawValue)", "class": ink.cssClass, "d": ink.marker])
    }
    if !markers.isEmpty { svg.append(Element("defs", [:], markers)) }
    for layer in Layer.allCases {
      for element in layers[layer.rawValue] { svg.append(element) }
      if layer == .hatching, !hatching.isEmpty { svg.append(Element("path", ["class": "hatching", "d": hatching])) }
    }
    return svg
  }
}
