// What charts have around their data: a legend above, an axis below.

extension Drawing {
  /// An entry of the legend: a name behind a sample of its ink.
  struct Key {
    enum Sample { case marker, area, plainArea, line, dashes, shortDashes, dots }
    var name: String
    var ink: ChartInk
    var sample: Sample
  }

  /// A legend in as many lines as it needs. On a wide sheet, too, it is as wide as a narrow one: a phone shows that much of
  /// it before anybody moves it.
  mutating func legend(_ keys: [Key]) {
    guard !keys.isEmpty else { return }
    let width = Self.narrow
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
    case .plainArea: rectangle(x: x + 1, y: y - 6, width: 20, height: 12, class: key.ink.cssClass)
    case .line:
      line(x1: x, y1: y, x2: x + 22, y2: y, class: "curve " + key.ink.cssClass)
      marker(key.ink, x: x + 11, y: y)
    case .dashes: line(x1: x, y1: y, x2: x + 22, y2: y, class: "curve dashes " + key.ink.cssClass)
    case .shortDashes: line(x1: x, y1: y, x2: x + 22, y2: y, class: "curve short-dashes " + key.ink.cssClass)
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
      line(x1: x, y1: top, x2: x, y2: bottom, class: "grid", layer: .ground)
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
}
