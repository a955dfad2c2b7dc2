// Lines: measured points solid, what is predicted dashed and called so.

import Testing

@testable import Report

@Suite struct LineChartTests {
  private let svg = SamplePage.lines.svg(id: "c")

  @Test func tellsPredictionFromMeasurement() {
    #expect(svg.all("path", class: "dashes").count == 4, "two curves, and each in the legend")
    let texts = svg.all("text").map(\.words)
    #expect(texts.contains("Amdahl, thread (prediction)") && texts.contains("thread") && texts.contains("ideal"))
    #expect(SamplePage.lines.summary.contains("Amdahl, thread, a prediction: 8.77 (workers: 64)."))
    #expect(SamplePage.lines.summary.hasPrefix("thread: at most 1.94 (workers: 2)."))
    let kinds = SamplePage.lines.table.rows.map { $0[1].text }
    #expect(kinds.filter { $0 == "measured" }.count == 8)
    // At 1, 2, 4, ... 64 workers each.
    #expect(kinds.filter { $0 == "prediction" }.count == 14)
  }

  @Test func drawsPointsErrorsAndLines() {
    // One for each series stands in the legend.
    #expect(svg.all("use").count == 8 + 2)
    #expect(svg.all("path", class: "error").count == 4)
    #expect(svg.all("path", class: "ideal").count == 2)
    let clip = svg.all("clipPath")
    #expect(clip.map { $0["id"] } == ["c-plot"])
    #expect(svg.all("g").map { $0["clip-path"] } == ["url(#c-plot)"])
  }

  @Test func doublesAreEquallyFarApart() {
    let points = svg.all("use").filter { $0["href"] == "#c-m1" }.dropFirst().map { $0.number("x") }
    #expect(points.count == 4)
    let steps = zip(points, points.dropFirst()).map { $1 - $0 }
    #expect(steps.allSatisfy { abs($0 - steps[0]) < 0.25 })
  }

  @Test func idealDoesNotStretchTheAxis() {
    let labels = svg.all("text", class: "number").map(\.words)
    #expect(labels.contains("16") && labels.filter { $0 == "64" }.count == 1, "64 workers, but no speed-up of 64")
  }

  @Test func manyPointsHaveAFewMarks() {
    var chart = SamplePage.lines
    chart.predictions = []
    chart.series = [.init(name: "s", ink: .blue, points: (1...1000).map { .init(x: Double($0), y: 1) })]
    let svg = chart.svg(id: "c")
    #expect((50...70).contains(svg.all("use").count))
    #expect(chart.table.rows.last?[2].text == "1,000")
    let line = svg.all("path", class: "curve").compactMap { $0["d"] }.max { $0.utf8.count < $1.utf8.count } ?? ""
    #expect(line.count { $0 == "L" } == 999, "the line has them all")
  }

  @Test func bearsNothing() {
    let empty = LineChart(
      title: "a", x: .init(title: "x", quantity: .count, kind: .logTwo), y: .init(title: "y", quantity: .seconds),
      series: [.init(name: "s", ink: .blue, points: [.init(x: .nan, y: 1), .init(x: 1, y: .infinity)])])
    let markup = empty.svg(id: "c").markup
    #expect(!markup.contains("nan") && !markup.contains("inf"))
    #expect(LineChart(title: "a", x: empty.x, y: empty.y, series: []).summary == "There are no points.")
  }
}
