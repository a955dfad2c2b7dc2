// The page of the lab: claims, ways to fail, and every experiment, also one that failed.

import Report
import Testing

@testable import Lab

@Suite struct LabPageTests {
  private let text = LabPage(.example()).page.text

  @Test func showsEveryFinding() {
    for word in [
      "one is more", "1 against 0", "none is |less|", "not observed", "no pieces", "buy some.", "Both are counted.",
      "Somebody may have eaten one.", "article: yes", "counted twice", "one (pieces): 1 1.5", "Counts", "Growth",
      "all die; again", "is recycled", "Model, 2 of 4 cores", "1.2.3", "quick",
    ] {
      #expect(text.contains(word), "\(word)")
    }
    #expect(LabPage(.example()).page.sections.map(\.title) == ["Claims", "Ways to fail", "example", "broken"])
    #expect(text.contains("mark good") && text.contains("mark unsure") && !text.contains("mark bad\""))
  }

  @Test func axesSuitTheirValues() {
    func chart(_ points: [(x: Double, y: Double)]) -> LineChart {
      LabCharts.chart(
        of: LabSeries(title: "a", xTitle: "x", yTitle: "y", lines: [.init(name: "threads", points: points)]))
    }
    #expect(chart([(0, 1), (1024, 2)]).x.kind == .linear)
    #expect(chart([(8, 1), (1024, 2)]).x.kind == .logTwo)
    #expect(chart([(1, 1), (2, 99)]).y.kind == .linear)
    #expect(chart([(1, 1), (2, 100)]).y.kind == .logTwo)
    #expect(chart([(1, -1), (2, 100)]).y.kind == .linear)
  }

  @Test func threadsAndProcessesHaveTheirInks() {
    #expect(LabCharts.inks(["processes", "threads"]) == [.vermilion, .blue])
    #expect(LabCharts.inks(["thread", "fork"]) == [.blue, .vermilion])
    #expect(LabCharts.inks(["pipe", "socket"]) == [.blue, .vermilion])
    let same = LabCharts.inks(["threads, pipe", "threads, futex", "processes"])
    #expect(Set(same).count == 3)
  }

  @Test func samplesAreDrawnByUnitWhereTheyAreFew() {
    let few = [
      LabSamples(name: "threads, a", unit: "s", values: [1, 2, 3]), LabSamples(name: "fork, a", unit: "s", values: [4]),
      LabSamples(name: "lone", unit: "MiB", values: [5]),
    ]
    let charts = LabCharts.samples(few)
    #expect(charts.count == 1 && charts[0].quantity == .seconds)
    #expect(charts[0].categories.map(\.group) == ["threads", "processes"])
    #expect(charts[0].categories.map(\.median) == [2, 4])
    #expect(charts[0].categories[1].interval == nil)
    let many = (0..<2).map { LabSamples(name: "\($0)", unit: "s", values: Array(repeating: 1, count: 300)) }
    #expect(LabCharts.samples(many).isEmpty)
  }

  @Test(arguments: [
    (0.0, "0.0"), (1.5, "1.5"), (12, "12"), (0.000123456789, "0.00012346"), (1.23456789e-7, "1.2346e-07"),
    (123456.78, "123457"),
    (-2.34567891, "-2.3457"), (.infinity, "inf"),
  ])
  func samplesAreShort(value: Double, text: String) { #expect(LabSampleText.short(value) == text) }

  @Test func manySamplesAreCut() {
    let text = LabSampleText.text(of: [LabSamples(name: "a", unit: "s", values: (0..<5000).map(Double.init))])
    #expect(text.utf8.count < 10_000)
    #expect(text.contains("and 3,500 more") && text.contains("--format json"))
  }
}
