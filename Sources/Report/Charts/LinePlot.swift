// The inside of a line chart: its two axes, and lines and points between them.

/// Places the points of a `LineChart`.
struct LinePlot {
  private static let height = 230.0

  private let chart: LineChart
  private let xScale: AxisScale
  private let yScale: AxisScale
  private let xUnit: (divisor: Double, name: String)
  private let yUnit: (divisor: Double, name: String)
  private let left: Double
  private let right: Double
  private let top: Double
  private let bottom: Double

  init(chart: LineChart, top: Double, width: Double) {
    self.chart = chart
    let points = (chart.series + chart.predictions).flatMap { $0.points }
    let xs = points.map(\.x).filter { $0.isFinite }
    let ys = points.flatMap { [$0.y] + ($0.interval.map { [$0.lowerBound, $0.upperBound] } ?? []) }.filter {
      $0.isFinite
    }
    xUnit = chart.x.quantity.axisUnit(reaching: xs.max() ?? 1)
    yUnit = chart.y.quantity.axisUnit(reaching: ys.max() ?? 1)
    xScale = Self.scale(chart.x.kind, xs, xUnit.divisor, isRounded: false)
    let yScale = Self.scale(chart.y.kind, ys, yUnit.divisor, isRounded: true)
    self.yScale = yScale
    self.top = top + Drawing.line
    bottom = self.top + Self.height
    left = (yScale.ticks.map { Drawing.width(of: yScale.label($0)) }.max() ?? 20) + 8
    right = width - 12
  }

  private static func scale(_ kind: AxisKind, _ values: [Double], _ divisor: Double, isRounded: Bool) -> AxisScale {
    let scaled = values.map { $0 / divisor }
    switch kind {
    case .linear: return AxisScale(linear: scaled, startsAtZero: isRounded)
    case .logTwo: return AxisScale(logTwo: scaled, isRounded: isRounded)
    }
  }

  private func place(_ point: LineChart.Point) -> (x: Double, y: Double) {
    (left + xScale.place(point.x / xUnit.divisor) * (right - left), height(point.y))
  }

  private func height(_ value: Double) -> Double { bottom - yScale.place(value / yUnit.divisor) * (bottom - top) }

  func drawAxes(on drawing: inout Drawing) {
    drawing.text(Self.title(chart.y.title, yUnit.name), x: 0, y: top - Drawing.line + 6, class: "axis-title")
    // Where ticks are close, only some have their number.
    let pitch = (bottom - top) / Double(max(1, yScale.ticks.count - 1))
    let step = max(1, Int((Drawing.line / pitch).rounded(.up)))
    for (index, tick) in yScale.ticks.enumerated() {
      let y = bottom - yScale.place(tick) * (bottom - top)
      drawing.line(x1: left, y1: y, x2: right, y2: y, class: "grid", layer: .ground)
      guard index % step == 0 else { continue }
      drawing.text(yScale.label(tick), x: left - 6, y: y + 4.5, anchor: "end", class: "number")
    }
    drawing.height = bottom
    drawing.bottomAxis(xScale, title: Self.title(chart.x.title, xUnit.name), left: left, right: right, top: top)
  }

  private static func title(_ title: String, _ unit: String) -> String { unit.isEmpty ? title : "\(title) (\(unit))" }

  /// Curves leave the plot where they are beyond its axes, so they are cut at its edge.
  func drawCurves(on drawing: inout Drawing) {
    let clip = drawing.id + "-plot"
    let frame = Element("rect", ["x": left, "y": top, "width": right - left, "height": bottom - top])
    drawing.add(Element("clipPath", ["id": clip], [frame]))
    var curves = chart.predictions.enumerated().map { index, curve in
      path(curve.points, class: "curve \(chart.isSecond(index) ? "short-dashes" : "dashes") \(curve.ink.cssClass)")
    }
    if let ideal = chart.ideal { curves.append(path(ideal.points, class: "ideal")) }
    drawing.add(Element("g", ["clip-path": "url(#\(clip))"], curves))
  }

  func drawSeries(on drawing: inout Drawing) {
    for series in chart.series {
      let points = series.points.filter { $0.x.isFinite && $0.y.isFinite }
      drawing.add(path(points, class: "curve " + series.ink.cssClass))
      for point in LineChart.some(of: points) {
        let place = place(point)
        if let interval = point.interval, interval.lowerBound.isFinite, interval.upperBound.isFinite {
          let low = height(interval.lowerBound).attributeText
          let high = height(interval.upperBound).attributeText
          let start = (place.x - 4).attributeText
          drawing.add(
            Element(
              "path",
              [
                "class": "error " + series.ink.cssClass,
                "d": "M\(start) \(high)h8M\(place.x.attributeText) \(high)V\(low)M\(start) \(low)h8",
              ]))
        }
        drawing.marker(series.ink, x: place.x, y: place.y)
      }
    }
  }

  private func path(_ points: [LineChart.Point], class style: String) -> Element {
    var text = ""
    for point in points where point.x.isFinite && point.y.isFinite {
      let place = place(point)
      text += (text.isEmpty ? "M" : "L") + place.x.attributeText + " " + place.y.attributeText
    }
    return Element("path", ["class": style, "d": text])
  }
}
