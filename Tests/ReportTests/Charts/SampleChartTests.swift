// Samples: every one is drawn, at its place.

import Testing

@testable import Report

@Suite struct SampleChartTests {
  private func chart(_ samples: [Double], interval: ClosedRange<Double>? = nil) -> SampleChart {
    SampleChart(
      title: "Time", measure: "wall time", quantity: .seconds,
      categories: [
        .init(name: "a", group: "serial", ink: .grey, samples: samples, median: 0.05, interval: interval),
        .init(name: "b", group: "thread", ink: .blue, samples: [0.1], median: 0.1, interval: nil),
      ])
  }

  @Test func drawsEverySample() {
    let svg = chart([0.04, 0.05, 0.06], interval: 0.04...0.06).svg(id: "c")
    let points = svg.all("g", class: "sample").flatMap { $0.all("use") }
    #expect(points.map { $0["href"] } == ["#c-m0", "#c-m0", "#c-m0", "#c-m1"])
    // The axis goes from 0 to 100 ms.
    let (left, right) = (6.0, 392.0)
    for (point, value) in zip(points, [0.04, 0.05, 0.06, 0.1]) {
      #expect(abs(point.number("x") - (left + (right - left) * value / 0.1)) < 0.06)
    }
    #expect(points[0].number("y") < points[1].number("y") && points[1].number("y") < points[2].number("y"))
    #expect(svg.all("path", class: "median").count == 2)
    let band = svg.all("rect", class: "band")
    #expect(band.count == 1)
    #expect(abs(band[0].number("x") - points[0].number("x")) < 0.11)
    #expect(abs(band[0].number("x") + band[0].number("width") - points[2].number("x")) < 0.21)
  }

  @Test func saysWhatItShows() {
    let svg = chart([0.04, 0.05, 0.06], interval: 0.04...0.06).svg(id: "c")
    let words = "Least: a, median 50.0 ms (40.0 ms to 60.0 ms), 3 samples. Most: b, median 100 ms, 1 sample."
    #expect(svg.all("desc").map(\.words) == [words])
    #expect(svg.all("title").map(\.words) == ["Time"])
    #expect(svg["role"] == "img" && svg["aria-labelledby"] == "c-title c-desc")
    #expect(svg.all("text").map(\.words).contains("wall time (ms)"))
    let rows = chart([0.04, 0.05, 0.06], interval: 0.04...0.06).table.rows.map { $0.map(\.text) }
    #expect(rows[0] == ["a", "3", "50.0 ms", "40.0 ms", "60.0 ms", "40.0 ms", "60.0 ms"])
    #expect(rows[1] == ["b", "1", "100 ms", "-", "-", "100 ms", "100 ms"])
  }

  @Test func bearsNothingAndNonsense() {
    let empty = SampleChart(title: "Time", measure: "wall time", quantity: .seconds, categories: [])
    #expect(empty.summary == "There are no samples.")
    #expect(empty.svg(id: "c").all("use").isEmpty)
    let svg = chart([.nan, .infinity, 0.05]).svg(id: "c")
    #expect(svg.all("g", class: "sample").flatMap { $0.all("use") }.count == 2)
    #expect(!svg.markup.contains("nan") && !svg.markup.contains("inf"))
  }

  @Test func startsWhereItIsTold() {
    var chart = SamplePage.samples
    #expect(chart.svg(id: "c").all("text", class: "number").map(\.words).contains("0"))
    chart.startsAtZero = false
    chart.categories.removeAll { !$0.name.contains("2 workers") }
    #expect(!chart.svg(id: "c").all("text", class: "number").map(\.words).contains("0"))
    #expect(chart.explanation.contains("does not start at zero"))
  }

  @Test func legendNamesGroupsOnce() {
    let texts = SamplePage.samples.svg(id: "c").all("text").filter { $0["class"] == nil }.map(\.words)
    #expect(texts == ["serial", "thread", "process", "hybrid"])
  }
}
