// Bars: as long as their values say, from zero.

import Testing

@testable import Report

@Suite struct BarChartTests {
  private func bars(_ chart: BarChart) -> [Element] {
    chart.svg(id: "c").all("rect", class: "area").filter { $0.number("height") == 14 }
  }

  @Test func lengthsAreInProportion() {
    let widths = bars(SamplePage.bars).map { $0.number("width") }
    #expect(widths.count == 4)
    #expect(abs(widths[3] / widths[2] - 341.0 / 1892) < 0.002)
    #expect(widths[0] > 0 && widths[0] < widths[1])
  }

  @Test func saysTheLeastAndTheMost() {
    #expect(
      SamplePage.bars.summary
        == "voluntary: least 3 (serial), most 1,892 (process, 8 workers). involuntary: least 12 (serial), most 341 "
        + "(process, 8 workers).")
    #expect(SamplePage.memory.summary == "Least 13.4 MiB (serial), most 34.4 MiB (hybrid).")
    let table = SamplePage.bars.table
    #expect(table.rows.map { $0.map(\.text) } == [["serial", "3", "12"], ["process, 8 workers", "1,892", "341"]])
    #expect(SamplePage.memory.table.rows.map { $0.count } == [2, 2, 2, 2])
  }

  @Test func numbersStandBehindTheirBars() {
    for bar in bars(SamplePage.memory) { #expect(bar.number("x") + bar.number("width") < 400 - 60) }
  }

  @Test func bearsNothing() {
    let empty = BarChart(title: "a", measure: "b", quantity: .bytes, categories: [])
    #expect(empty.summary == "There are no bars.")
    let nonsense = BarChart(
      title: "a", measure: "b", quantity: .bytes,
      categories: [.init(name: "x", bars: [.init(name: "y", ink: .sky, value: .nan)])])
    #expect(!nonsense.svg(id: "c").markup.contains("nan") && nonsense.summary == "There are no bars.")
    #expect(nonsense.table.rows.map { $0.map(\.text) } == [["x", "-"]])
  }
}
