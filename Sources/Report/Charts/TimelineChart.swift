// Who worked, who waited, and when: a lane for each worker, from the start of a run to its end.

/// Lanes of spans over one axis of time.
package struct TimelineChart: Chart {
  /// What somebody can be doing.
  package struct Kind: Equatable, Sendable {
    package var name: String
    package var ink: ChartInk
    /// Drawn low, where work is drawn high: height tells both apart without colour.
    package var isWaiting: Bool

    package init(name: String, ink: ChartInk, isWaiting: Bool) {
      self.name = name
      self.ink = ink
      self.isWaiting = isWaiting
    }
  }

  package struct Span: Equatable, Sendable {
    /// Which of the chart's kinds.
    package var kind: Int
    /// Seconds from the start of the run.
    package var start: Double
    package var end: Double

    package init(kind: Int, start: Double, end: Double) {
      self.kind = kind
      self.start = start
      self.end = end
    }
  }

  package struct Lane: Equatable, Sendable {
    package var name: String
    /// Spans that do not overlap, in the order of time.
    package var spans: [Span]

    package init(name: String, spans: [Span]) {
      self.name = name
      self.spans = spans
    }

    /// Seconds spent on each of so many kinds.
    func times(kinds: Int) -> [Double] {
      var times = [Double](repeating: 0, count: kinds)
      for span in spans where times.indices.contains(span.kind) { times[span.kind] += max(0, span.end - span.start) }
      return times
    }
  }

  package var title: String
  package var explanation: String
  package var kinds: [Kind]
  package var lanes: [Lane]
  /// Seconds from the start to the end of the run.
  package var duration: Double
  /// The most spans that are drawn, of all lanes together, so that a page of several timelines stays small.
  package var mostSpans = 2400
  package var isWide: Bool { true }

  package init(title: String, explanation: String = "", kinds: [Kind], lanes: [Lane], duration: Double) {
    self.title = title
    self.explanation = explanation
    self.kinds = kinds
    self.lanes = lanes
    self.duration = duration
  }

  package var summary: String {
    guard duration > 0, !lanes.isEmpty else { return "There is nothing to see." }
    let sentences = lanes.map { lane in
      let times = zip(kinds, lane.times(kinds: kinds.count)).filter { $0.1 > 0 }.sorted { $0.1 > $1.1 }
      let words = times.prefix(lanes.count > 6 ? 2 : 3).map { "\($0.0.name) \(Quantity.share.text($0.1 / duration))" }
      return "\(lane.name): \(words.isEmpty ? "nothing" : words.joined(separator: ", "))."
    }
    return "The run took \(NumberText.duration(seconds: duration)). " + sentences.joined(separator: " ")
  }

  package var table: HTMLTable {
    HTMLTable(
      caption: "\(title): time of each lane",
      columns: [TableColumn("lane"), TableColumn("spans", isNumeric: true)]
        + kinds.map { TableColumn($0.name, isNumeric: true) },
      rows: lanes.map { lane in
        [lane.name, NumberText.grouped(lane.spans.count)]
          + lane.times(kinds: kinds.count).map { time in
            time > 0
              ? "\(NumberText.duration(seconds: time)) (\(Quantity.share.text(time / max(duration, 1e-9))))" : "-"
          }
      })
  }

  private static let pitch = 26.0

  package func svg(id: String) -> Element {
    var drawing = Drawing(id: id, width: Drawing.wide)
    drawing.legend(
      kinds.enumerated().map { index, kind in
        Drawing.Key(
          name: kind.name + (kind.isWaiting ? " (low)" : ""), ink: kind.ink,
          sample: isHatched(index) ? .area : .plainArea)
      })
    let top = drawing.height + 4
    let left = min(170, (lanes.map { Drawing.width(ofName: $0.name) }.max() ?? 0) + 8)
    let right = drawing.width - 10
    let unit = Quantity.seconds.axisUnit(reaching: duration)
    let scale = AxisScale(linear: [0, max(duration, 1e-9) / unit.divisor], mostTicks: 9, endsAtTick: false)
    func x(_ seconds: Double) -> Double { left + scale.place(seconds / unit.divisor) * (right - left) }
    drawing.height = top
    let columns = min(600, max(60, mostSpans / max(1, lanes.count)))
    for lane in lanes {
      let y = drawing.height
      drawing.text(Drawing.cut(name: lane.name, to: left - 8), x: left - 6, y: y + 16, anchor: "end", class: "name")
      let thin = TimelineThinning.thinned(lane.spans, kinds: kinds.count, duration: duration, columns: columns)
      for (index, kind) in kinds.enumerated() {
        let places = thin.filter { $0.kind == index }.map { span in
          (x: x(span.start), width: max(0.3, x(span.end) - x(span.start)))
        }
        let (offset, tall) = kind.isWaiting ? (13.0, 7.0) : (3.0, 17.0)
        drawing.areas(kind.ink, places: places, y: y + offset, height: tall, isHatched: isHatched(index))
      }
      drawing.height += Self.pitch
    }
    drawing.bottomAxis(scale, title: "time since the start (\(unit.name))", left: left, right: right, top: top)
    return drawing.svg(title: title, description: summary)
  }

  /// The first kind of work and the first of waiting are plain, which is easier on the eye: their heights tell them apart.
  private func isHatched(_ index: Int) -> Bool {
    kinds.firstIndex { $0.isWaiting == kinds[index].isWaiting } != index
  }
}
