// How a whole is made up: what each stage did with its time, say. One bar for each whole, in parts that have names.

/// Bars of named parts, of equal length or on a common axis.
package struct ShareChart: Chart {
  package struct Part: Equatable, Sendable {
    package var name: String
    package var ink: ChartInk

    package init(name: String, ink: ChartInk) {
      self.name = name
      self.ink = ink
    }
  }

  package struct Bar: Equatable, Sendable {
    package var name: String
    /// One value for each part, none below zero.
    package var values: [Double]

    package init(name: String, values: [Double]) {
      self.name = name
      self.values = values
    }

    var total: Double { values.reduce(0) { $0 + ($1.isFinite ? max(0, $1) : 0) } }
  }

  package var title: String
  package var explanation: String
  /// What a whole is, such as `time of the stage`.
  package var measure: String
  /// What the values are; `share` where they add up to 1.
  package var quantity: Quantity
  package var parts: [Part]
  package var bars: [Bar]
  /// Every bar is 100 %; else the bars are as long as their values say.
  package var isRelative: Bool

  package init(
    title: String, explanation: String = "", measure: String, quantity: Quantity, parts: [Part], bars: [Bar],
    isRelative: Bool = true
  ) {
    self.title = title
    self.explanation = explanation
    self.measure = measure
    self.quantity = quantity
    self.parts = parts
    self.bars = bars
    self.isRelative = isRelative
  }

  package var summary: String {
    if !isRelative, bars.count > 4, let least = bars.min(by: { $0.total < $1.total }),
      let most = bars.max(by: { $0.total < $1.total })
    {
      return "Least: \(least.name), \(words(least)). Most: \(most.name), \(words(most))."
    }
    let sentences = bars.compactMap { bar -> String? in
      let named = zip(parts, bar.values).filter { $0.1 > 0 && $0.1.isFinite }.sorted { $0.1 > $1.1 }
      guard !named.isEmpty else { return nil }
      let words = named.prefix(bars.count > 4 ? 1 : 3).map { "\($0.0.name) \(text($0.1, of: bar))" }
      return "\(bar.name): \(words.joined(separator: ", "))."
    }
    return sentences.isEmpty ? "There are no parts." : sentences.joined(separator: " ")
  }

  private func words(_ bar: Bar) -> String {
    let named = zip(parts, bar.values).filter { $0.1 > 0 && $0.1.isFinite }.map {
      "\($0.0.name) \(quantity.text($0.1))"
    }
    return "\(quantity.text(bar.total)) (\(named.joined(separator: ", ")))"
  }

  package var table: HTMLTable {
    HTMLTable(
      caption: "\(title): \(measure)",
      columns: [TableColumn("")] + parts.map { TableColumn($0.name, isNumeric: true) }
        + (quantity == .share ? [] : [TableColumn("total", isNumeric: true)]),
      rows: bars.map { bar in
        [bar.name]
          + bar.values.map { value in
            quantity == .share || !isRelative
              ? text(value, of: bar) : "\(text(value, of: bar)) (\(quantity.text(value)))"
          } + (quantity == .share ? [] : [quantity.text(bar.total)])
      })
  }

  private func text(_ value: Double, of bar: Bar) -> String {
    guard isRelative else { return quantity.text(value) }
    return bar.total > 0 ? Quantity.share.text(value / bar.total) : "-"
  }

  package func svg(id: String) -> Element {
    var drawing = Drawing(id: id, width: Drawing.narrow)
    drawing.legend(parts.map { Drawing.Key(name: $0.name, ink: $0.ink, sample: .area) })
    let longest = bars.map(\.total).max() ?? 1
    let unit = isRelative ? Quantity.share.axisUnit(reaching: 1) : quantity.axisUnit(reaching: longest)
    let scale = AxisScale(linear: isRelative ? [0, 100] : [0, longest / unit.divisor])
    let (left, right) = (6.0, drawing.width - 8)
    let top = drawing.height
    for bar in bars {
      let whole = isRelative ? bar.total : unit.divisor
      draw(bar, on: &drawing) { value in
        whole > 0 ? scale.place(value / whole * (isRelative ? 100 : 1)) * (right - left) : 0
      }
    }
    drawing.height += 2
    drawing.bottomAxis(
      scale, title: unit.name.isEmpty ? measure : "\(measure) (\(unit.name))", left: left, right: right, top: top)
    return drawing.svg(title: title, description: summary)
  }

  private static let pitch = 45.0

  private func draw(_ bar: Bar, on drawing: inout Drawing, length: (Double) -> Double) {
    let base = drawing.height + 15
    let total = quantity == .share ? "" : quantity.text(bar.total)
    drawing.text(
      Drawing.cut(name: bar.name, to: drawing.width - Drawing.width(of: total) - 16), x: 2, y: base, class: "name")
    if !total.isEmpty { drawing.text(total, x: drawing.width - 2, y: base, anchor: "end", class: "number") }
    var x = 6.0
    for (part, value) in zip(parts, bar.values) where value > 0 && value.isFinite {
      let width = length(value)
      drawing.area(part.ink, x: x, y: base + 5, width: width, height: 20)
      let label = text(value, of: bar)
      // A number that would not fit is in the table.
      if Drawing.width(of: label) + 6 <= width {
        drawing.text(label, x: x + width / 2, y: base + 19.5, anchor: "middle", class: "halo")
      }
      x += width
    }
    drawing.height += Self.pitch
  }
}
