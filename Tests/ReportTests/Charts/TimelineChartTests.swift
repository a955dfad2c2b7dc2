// Timelines: who did what, when, also where there is more of it than pixels.

import Testing

@testable import Report

@Suite struct TimelineChartTests {
  private static func span(_ kind: Int, _ start: Double, _ end: Double) -> TimelineChart.Span {
    TimelineChart.Span(kind: kind, start: start, end: end)
  }

  @Test func saysWhatEveryLaneDid() {
    let words = SamplePage.timeline.summary
    #expect(words.hasPrefix("The run took 42.0 ms. pipe: waiting for input 72 %, working 18 %, starting 4.8 %."))
    let row = SamplePage.timeline.table.rows[1].map(\.text)
    #expect(row == ["pipe:reader", "49", "7.60 ms (18 %)", "2.20 ms (5.2 %)", "-", "30.4 ms (72 %)"])
  }

  @Test func workIsHighAndWaitingLow() {
    let svg = SamplePage.timeline.svg(id: "c")
    let green = svg.all("path", class: "k3").compactMap { $0["stroke-width"] }
    let grey = svg.all("path", class: "k0").compactMap { $0["stroke-width"] }
    #expect(green.count == 5 && grey.count == 4, "the reader waits for a full link")
    #expect(green.allSatisfy { $0 == "17" } && grey.allSatisfy { $0 == "7" })
    #expect(svg.all("text").map(\.words).contains("waiting for input (low)"))
  }

  @Test func spansStandWhereTheyWere() {
    let lane = TimelineChart.Lane(
      name: "a", spans: [Self.span(0, 0, 0.1), Self.span(0, 0.25, 0.5), Self.span(0, 0.9, 1)])
    let chart = TimelineChart(
      title: "a", kinds: [.init(name: "working", ink: .green, isWaiting: false)], lanes: [lane], duration: 1)
    let path = chart.svg(id: "c").all("path", class: "lane").first?["d"] ?? ""
    // The lane begins behind a name of one letter, at 16.7, and is 733.3 units long.
    #expect(path == "M16.7 37.5h73.3m110 0h183.3m293.4 0h73.3", "\(path)")
  }

  @Test func fewSpansStayAsTheyAre() {
    let spans = [Self.span(0, 0, 1), Self.span(1, 1, 1.000001), Self.span(0, 2, 3)]
    #expect(TimelineThinning.thinned(spans, kinds: 2, duration: 3, columns: 3) == spans)
  }

  @Test(arguments: [0.1, 0.35, 0.5, 0.9])
  func thinningKeepsShares(share: Double) {
    let count = 20_000
    let spans = (0..<count).flatMap { index -> [TimelineChart.Span] in
      let start = Double(index) / Double(count)
      let turn = start + share / Double(count)
      return [Self.span(0, start, turn), Self.span(1, turn, Double(index + 1) / Double(count))]
    }
    let thin = TimelineThinning.thinned(spans, kinds: 2, duration: 1, columns: 500)
    #expect(thin.count <= 500)
    let times = TimelineChart.Lane(name: "", spans: thin).times(kinds: 2)
    #expect(abs(times[0] - share) < 0.005 && abs(times[1] - 1 + share) < 0.005)
    #expect(zip(thin, thin.dropFirst()).allSatisfy { $0.end <= $1.start + 1e-12 && $0.kind != $1.kind })
  }

  @Test func thinningInventsNothing() {
    // Start-up, a gap, then much work: nothing of the start-up may turn up later, and the gap stays.
    var spans = [Self.span(1, 0, 0.0501)]
    spans += (0..<5000).map { Self.span(0, 0.5 + Double($0) / 10_000, 0.5 + Double($0) / 10_000 + 0.00005) }
    let thin = TimelineThinning.thinned(spans, kinds: 2, duration: 1, columns: 100)
    #expect(thin.filter { $0.kind == 1 }.allSatisfy { $0.end < 0.07 })
    #expect(!thin.contains { $0.start < 0.49 && $0.end > 0.07 })
    let times = TimelineChart.Lane(name: "", spans: thin).times(kinds: 2)
    #expect(abs(times[0] - 0.25) < 0.02)
  }

  @Test func manySpansStaySmall() {
    let spans = (0..<100_000).map { Self.span($0 % 2, Double($0) / 1e5, Double($0 + 1) / 1e5) }
    let lanes = (0..<10).map { TimelineChart.Lane(name: "worker \($0)", spans: spans) }
    let chart = TimelineChart(title: "a", kinds: SamplePage.timeline.kinds, lanes: lanes, duration: 1)
    #expect(chart.svg(id: "c").markup.utf8.count < 60_000)
  }

  @Test func bearsNothing() {
    let empty = TimelineChart(title: "a", kinds: [], lanes: [], duration: 0)
    #expect(empty.summary == "There is nothing to see." && empty.svg(id: "c").all("path").count < 20)
  }
}
