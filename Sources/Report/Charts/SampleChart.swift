// Samples of several categories side by side, with nothing averaged away: a point for each sample, the median as a line over
// them, and the interval that the median lies in as a band.

/// A strip for each category, on one axis.
package struct SampleChart: Chart {
  package struct Category: Equatable, Sendable {
    package var name: String
    /// What the category belongs to, such as its mode; one ink each.
    package var group: String
    package var ink: ChartInk
    /// In the order in which they were taken.
    package var samples: [Double]
    package var median: Double
    /// The confidence interval of the median, where there are samples enough for one.
    package var interval: ClosedRange<Double>?

    package init(
      name: String, group: String, ink: ChartInk, samples: [Double], median: Double, interval: ClosedRange<Double>?
    ) {
      self.name = name
      self.group = group
      self.ink = ink
      self.samples = samples
      self.median = median
      self.interval = interval
    }
  }

  package var title: String
  /// What is measured, such as `wall time`.
  package var measure: String
  package var quantity: Quantity
  package var categories: [Category]
  /// Whether the axis starts at zero, as lengths want it; points may start elsewhere to show small differences.
  package var startsAtZero: Bool

  package init(title: String, measure: String, quantity: Quantity, categories: [Category], startsAtZero: Bool = true) {
    self.title = title
    self.measure = measure
    self.quantity = quantity
    self.categories = categories
    self.startsAtZero = startsAtZero
  }

  package var explanation: String {
    "Each point is one run, in the order of the runs from top to bottom; the line is their median, the band the interval it lies in."
      + (startsAtZero ? "" : " The axis does not start at zero.")
  }

  package var summary: String {
    guard let least = categories.min(by: { $0.median < $1.median }),
      let most = categories.max(by: { $0.median < $1.median })
    else { return "There are no samples." }
    if categories.count == 1 { return "\(least.name): \(words(least))." }
    return "Least: \(least.name), \(words(least)). Most: \(most.name), \(words(most))."
  }

  private func words(_ category: Category) -> String {
    var text = "median \(quantity.text(category.median))"
    if let interval = category.interval {
      text += " (\(quantity.text(interval.lowerBound)) to \(quantity.text(interval.upperBound)))"
    }
    return text + ", \(category.samples.count) \(category.samples.count == 1 ? "sample" : "samples")"
  }

  package var table: HTMLTable {
    HTMLTable(
      caption: "\(title): \(measure)",
      columns: [
        TableColumn("category"), TableColumn("samples", isNumeric: true), TableColumn("median", isNumeric: true),
        TableColumn("from", isNumeric: true), TableColumn("to", isNumeric: true), TableColumn("least", isNumeric: true),
        TableColumn("most", isNumeric: true),
      ],
      rows: categories.map { category in
        let bounds = [
          category.interval?.lowerBound, category.interval?.upperBound, category.samples.min(), category.samples.max(),
        ]
        return [category.name, "\(category.samples.count)", quantity.text(category.median)]
          + bounds.map { $0.map(quantity.text) ?? "-" }
      })
  }

  package func svg(id: String) -> Element {
    var drawing = Drawing(id: id, width: Drawing.narrow)
    let values = categories.flatMap { category in
      category.samples + [category.median] + (category.interval.map { [$0.lowerBound, $0.upperBound] } ?? [])
    }.filter { $0.isFinite }
    let unit = quantity.axisUnit(reaching: values.max() ?? 1)
    let scale = AxisScale(linear: values.map { $0 / unit.divisor }, startsAtZero: startsAtZero)
    let (left, right) = (6.0, drawing.width - 8)
    func x(_ value: Double) -> Double { left + scale.place(value / unit.divisor) * (right - left) }

    drawing.legend(keys)
    let top = drawing.height
    for category in categories { strip(category, x: x, on: &drawing) }
    drawing.height += 4
    drawing.bottomAxis(
      scale, title: unit.name.isEmpty ? measure : "\(measure) (\(unit.name))", left: left, right: right, top: top)
    return drawing.svg(title: title, description: summary)
  }

  private var keys: [Drawing.Key] {
    var keys: [Drawing.Key] = []
    for category in categories where !keys.contains(where: { $0.name == category.group }) {
      keys.append(Drawing.Key(name: category.group, ink: category.ink, sample: .marker))
    }
    return keys.count > 1 ? keys : []
  }

  private func strip(_ category: Category, x: (Double) -> Double, on drawing: inout Drawing) {
    let height = 18.0
    let base = drawing.height + 15
    let median = quantity.text(category.median)
    let space = drawing.width - Drawing.width(of: median) - 16
    drawing.text(Drawing.cut(name: category.name, to: space), x: 2, y: base, class: "name")
    drawing.text(median, x: drawing.width - 2, y: base, anchor: "end", class: "number")
    let top = base + 6
    drawing.rectangle(x: 2, y: top, width: drawing.width - 4, height: height, class: "strip", layer: .ground)
    if let interval = category.interval, interval.lowerBound.isFinite, interval.upperBound.isFinite {
      let from = x(interval.lowerBound)
      drawing.rectangle(
        x: from, y: top - 1, width: max(1, x(interval.upperBound) - from), height: height + 2,
        class: "band " + category.ink.cssClass)
    }
    let samples = category.samples.filter { $0.isFinite }
    let places = samples.enumerated().map { index, sample in
      let place = samples.count == 1 ? 0.5 : Double(index) / Double(samples.count - 1)
      return (x: x(sample), y: top + 3 + place * (height - 6))
    }
    drawing.markers(category.ink, at: places, class: "sample")
    if category.median.isFinite {
      let middle = x(category.median)
      drawing.line(x1: middle, y1: top - 2, x2: middle, y2: top + height + 2, class: "median")
    }
    drawing.height = top + height + 5
  }
}
