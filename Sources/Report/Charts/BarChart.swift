// Amounts of several kinds, category by category: memory, context switches.

/// Groups of bars on one axis that starts at zero.
package struct BarChart: Chart {
  package struct Bar: Equatable, Sendable {
    /// The kind of the bar, the same name and ink in every category.
    package var name: String
    package var ink: ChartInk
    package var value: Double

    package init(name: String, ink: ChartInk, value: Double) {
      self.name = name
      self.ink = ink
      self.value = value
    }
  }

  package struct Category: Equatable, Sendable {
    package var name: String
    package var bars: [Bar]

    package init(name: String, bars: [Bar]) {
      self.name = name
      self.bars = bars
    }
  }

  package var title: String
  package var explanation: String
  /// What is measured, such as `peak memory`.
  package var measure: String
  package var quantity: Quantity
  package var categories: [Category]

  package init(
    title: String, explanation: String = "", measure: String, quantity: Quantity, categories: [Category]
  ) {
    self.title = title
    self.explanation = explanation
    self.measure = measure
    self.quantity = quantity
    self.categories = categories
  }

  package var summary: String {
    let kinds = kinds
    if isSimple {
      return Self.sentence(categories.flatMap { category in category.bars.map { (category.name, $0.value) } }, quantity)
        .map { $0.prefix(1).uppercased() + $0.dropFirst() } ?? "There are no bars."
    }
    let sentences = kinds.compactMap { kind -> String? in
      let bars = categories.compactMap { category in
        category.bars.first { $0.name == kind.name }.map { (category.name, $0.value) }
      }
      return Self.sentence(bars, quantity).map { "\(kind.name): \($0)" }
    }
    return sentences.isEmpty ? "There are no bars." : sentences.joined(separator: " ")
  }

  private static func sentence(_ bars: [(name: String, value: Double)], _ quantity: Quantity) -> String? {
    let bars = bars.filter { $0.value.isFinite }
    guard let least = bars.min(by: { $0.value < $1.value }), let most = bars.max(by: { $0.value < $1.value }) else {
      return nil
    }
    if bars.count == 1 { return "\(quantity.text(most.value)) (\(most.name))." }
    if least.value == most.value { return "\(quantity.text(most.value)) everywhere." }
    return "least \(quantity.text(least.value)) (\(least.name)), most \(quantity.text(most.value)) (\(most.name))."
  }

  /// Every category has one bar, whose name then says nothing that the category's does not.
  private var isSimple: Bool { categories.allSatisfy { $0.bars.count == 1 } }

  package var table: HTMLTable {
    if isSimple {
      return HTMLTable(
        caption: "\(title): \(measure)", columns: [TableColumn(""), TableColumn(measure, isNumeric: true)],
        rows: categories.map { category in [category.name] + category.bars.map { quantity.text($0.value) } })
    }
    let kinds = kinds
    return HTMLTable(
      caption: "\(title): \(measure)",
      columns: [TableColumn("")] + kinds.map { TableColumn($0.name, isNumeric: true) },
      rows: categories.map { category in
        [category.name]
          + kinds.map { kind in category.bars.first { $0.name == kind.name }.map { quantity.text($0.value) } ?? "-" }
      })
  }

  /// Every kind of bar once, in the order in which they come.
  private var kinds: [Bar] {
    var kinds: [Bar] = []
    for bar in categories.flatMap(\.bars) where !kinds.contains(where: { $0.name == bar.name }) { kinds.append(bar) }
    return kinds
  }

  package func svg(id: String) -> Element {
    var drawing = Drawing(id: id, width: Drawing.narrow)
    let kinds = kinds
    if kinds.count > 1 && !isSimple {
      drawing.legend(kinds.map { Drawing.Key(name: $0.name, ink: $0.ink, sample: .area) })
    }
    let values = categories.flatMap { $0.bars.map(\.value) }.filter { $0.isFinite }
    let unit = quantity.axisUnit(reaching: values.max() ?? 1)
    let scale = AxisScale(linear: values.map { $0 / unit.divisor })
    let labels = values.map { Drawing.width(of: quantity.text($0)) }.max() ?? 0
    // The number of a bar stands behind it, so the axis leaves room for it.
    let (left, right) = (6.0, drawing.width - labels - 8)
    let top = drawing.height
    for category in categories {
      drawing.text(
        Drawing.cut(name: category.name, to: drawing.width - 4), x: 2, y: drawing.height + 15, class: "name")
      drawing.height += 20
      for bar in category.bars {
        let width = bar.value.isFinite ? scale.place(bar.value / unit.divisor) * (right - left) : 0
        drawing.area(bar.ink, x: left, y: drawing.height, width: width, height: Self.pitch - 3)
        drawing.text(
          quantity.text(bar.value), x: left + width + 5, y: drawing.height + 11.5, class: "number halo")
        drawing.height += Self.pitch
      }
      drawing.height += 6
    }
    drawing.bottomAxis(
      scale, title: unit.name.isEmpty ? measure : "\(measure) (\(unit.name))", left: left, right: right, top: top)
    return drawing.svg(title: title, description: summary)
  }

  private static let pitch = 17.0
}
