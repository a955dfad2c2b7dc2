// Values over a number that is varied, such as the speed-up over the count of workers: what was measured as points with their
// error, the ideal as a dotted line, fitted laws as dashed lines that say of themselves that they are predictions.

/// Series and curves over one axis.
package struct LineChart: Chart {
  package struct Point: Equatable, Sendable {
    package var x: Double
    package var y: Double
    /// From where to where the value may lie.
    package var interval: ClosedRange<Double>?

    package init(x: Double, y: Double, interval: ClosedRange<Double>? = nil) {
      self.x = x
      self.y = y
      self.interval = interval
    }
  }

  /// Measured points of one kind, or the points of a curve.
  package struct Series: Equatable, Sendable {
    package var name: String
    package var ink: ChartInk
    package var points: [Point]

    package init(name: String, ink: ChartInk, points: [Point]) {
      self.name = name
      self.ink = ink
      self.points = points
    }
  }

  /// A number along an axis.
  package struct Axis: Equatable, Sendable {
    package var title: String
    package var quantity: Quantity
    package var kind: AxisKind

    package init(title: String, quantity: Quantity, kind: AxisKind = .linear) {
      self.title = title
      self.quantity = quantity
      self.kind = kind
    }
  }

  package var title: String
  package var explanation: String
  package var x: Axis
  package var y: Axis
  /// What was measured.
  package var series: [Series]
  /// What a law says that was fitted to it: drawn dashed, named as a prediction.
  package var predictions: [Series]
  /// What could be had at best; does not stretch the axis.
  package var ideal: Series?

  package init(
    title: String, explanation: String = "", x: Axis, y: Axis, series: [Series], predictions: [Series] = [],
    ideal: Series? = nil
  ) {
    self.title = title
    self.explanation = explanation
    self.x = x
    self.y = y
    self.series = series
    self.predictions = predictions
    self.ideal = ideal
  }

  package var summary: String {
    let measured = series.compactMap { series -> String? in
      guard let most = series.points.max(by: { $0.y < $1.y }) else { return nil }
      return "\(series.name): at most \(y.quantity.text(most.y)) (\(x.title): \(x.quantity.text(most.x)))."
    }
    let predicted = predictions.compactMap { series -> String? in
      guard let last = series.points.last else { return nil }
      return "\(series.name), a prediction: \(y.quantity.text(last.y)) (\(x.title): \(x.quantity.text(last.x)))."
    }
    return measured.isEmpty ? "There are no points." : (measured + predicted).joined(separator: " ")
  }

  package var table: HTMLTable {
    var rows: [[String]] = []
    for series in series {
      for point in Self.some(of: series.points) { rows.append(row(series.name, "measured", point)) }
    }
    // A curve has more points than anybody reads: those that stand at a measured or a whole place are enough.
    let places = Set(series.flatMap { $0.points.map(\.x) })
    for curve in predictions {
      for point in curve.points
      where places.contains(point.x) || AxisScale.logarithm(point.x) == AxisScale.logarithm(point.x).rounded() {
        rows.append(row(curve.name, "prediction", point))
      }
    }
    return HTMLTable(
      caption: "\(title): \(y.title) by \(x.title)",
      columns: [
        TableColumn("series"), TableColumn("kind"), TableColumn(x.title, isNumeric: true),
        TableColumn(y.title, isNumeric: true), TableColumn("from", isNumeric: true), TableColumn("to", isNumeric: true),
      ], rows: rows)
  }

  /// Points that have a mark and a row: all, or of many a few, with the last.
  static func some(of points: [Point]) -> [Point] {
    let step = (points.count + 59) / 60
    guard step > 1 else { return points }
    return points.indices.filter { $0 % step == 0 || $0 == points.count - 1 }.map { points[$0] }
  }

  private func row(_ name: String, _ kind: String, _ point: Point) -> [String] {
    [
      name, kind, x.quantity.text(point.x), y.quantity.text(point.y),
      point.interval.map { y.quantity.text($0.lowerBound) } ?? "-",
      point.interval.map { y.quantity.text($0.upperBound) } ?? "-",
    ]
  }

  package func svg(id: String) -> Element {
    var drawing = Drawing(id: id, width: Drawing.narrow)
    drawing.legend(keys)
    let plot = LinePlot(chart: self, top: drawing.height + 8, width: drawing.width)
    plot.drawAxes(on: &drawing)
    plot.drawCurves(on: &drawing)
    plot.drawSeries(on: &drawing)
    return drawing.svg(title: title, description: summary)
  }

  /// Whether a prediction is another one of the same ink as one before it, which its dashes then have to tell.
  func isSecond(_ index: Int) -> Bool { predictions[..<index].contains { $0.ink == predictions[index].ink } }

  private var keys: [Drawing.Key] {
    var keys = series.map { Drawing.Key(name: $0.name, ink: $0.ink, sample: .line) }
    for (index, curve) in predictions.enumerated() {
      keys.append(
        Drawing.Key(
          name: curve.name + " (prediction)", ink: curve.ink, sample: isSecond(index) ? .shortDashes : .dashes))
    }
    if let ideal { keys.append(Drawing.Key(name: ideal.name, ink: ideal.ink, sample: .dots)) }
    return keys
  }
}
