// Shares: parts fill their bar exactly, in their order.

import Testing

@testable import Report

@Suite struct ShareChartTests {
  /// Bars without those of the legend, which are 20 units wide and 12 high.
  private func areas(_ chart: ShareChart) -> [Element] {
    chart.svg(id: "c").all("rect", class: "area").filter { $0.number("height") == 20 }
  }

  @Test func partsFillTheBar() {
    let bars = areas(SamplePage.shares)
    #expect(bars.count == 3 + 3 + 4)
    for y in Set(bars.map { $0["y"] }) {
      let row = bars.filter { $0["y"] == y }
      #expect(abs(row.reduce(0) { $0 + $1.number("width") } - 386) < 0.5)
      for (one, next) in zip(row, row.dropFirst()) {
        #expect(abs(one.number("x") + one.number("width") - next.number("x")) < 0.21)
      }
    }
  }

  @Test func namesTheLargestParts() {
    #expect(
      SamplePage.shares.summary.hasPrefix(
        "thread, 2 workers: reader: waiting for a full link 88 %, running 9.8 %, ready, waiting for a core 2.4 %."))
    let rows = SamplePage.shares.table.rows.map { $0.map(\.text) }
    #expect(
      rows[0] == [
        "thread, 2 workers: reader", "9.8 % (4.00 ms)", "2.4 % (1.00 ms)", "0 % (0 ns)", "88 % (36.0 ms)", "41.0 ms",
      ])
  }

  @Test func lengthsCanBeAmounts() {
    var chart = SamplePage.shares
    chart.isRelative = false
    let bars = areas(chart)
    let rows = Set(bars.map { $0.number("y") }).sorted().map { y in
      bars.filter { $0.number("y") == y }.reduce(0) { $0 + $1.number("width") }
    }
    #expect(abs(rows[2] / rows[0] - 44.0 / 41) < 0.01)
    #expect(chart.svg(id: "c").all("text").map(\.words).contains("share of the stage's time (ms)"))
  }

  @Test func sharesNeedNoTotal() {
    let chart = ShareChart(
      title: "a", measure: "share", quantity: .share,
      parts: [.init(name: "x", ink: .blue), .init(name: "y", ink: .grey)],
      bars: [.init(name: "one", values: [0.97, 0.03]), .init(name: "none", values: [0, .nan])])
    #expect(chart.summary == "one: x 97 %, y 3.0 %.")
    #expect(chart.table.rows.map { $0.map(\.text) } == [["one", "97 %", "3.0 %"], ["none", "-", "-"]])
    #expect(areas(chart).count == 2)
  }
}
