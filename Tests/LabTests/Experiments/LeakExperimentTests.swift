// What is said of leaks.

import Testing

@testable import Lab

@Suite struct LeakExperimentTests {
  private static let mebibyte: UInt64 = 1 << 20

  private static func growth(_ sizes: [UInt64], afterwards: UInt64? = nil, replaced: Int = 0) -> LeakExperiment.Growth {
    .init(
      sizes: sizes.map { $0 * mebibyte }, afterwards: afterwards.map { $0 * mebibyte }, replaced: replaced,
      others: afterwards == nil ? 20 * mebibyte : nil)
  }

  @Test func whatWasSeenDecides() {
    let leaked = 100 << 20
    let grown = Self.growth([20, 70, 119], afterwards: 119)
    let bounded = Self.growth([20, 36, 20, 36, 25], replaced: 2)
    let result = LeakExperiment.result(grown, bounded, leaked: leaked, bound: 16 << 20)
    #expect(result.findings.map(\.holding) == [.holds, .holds, .holds])
    #expect(
      result.tables[0].rows == [["threads", "20.0", "119", "119", "0"], ["processes", "20.0", "36.0", "25.0", "2"]])
    #expect(result.series[0].lines.map(\.points.count) == [3, 5])
    let odd = LeakExperiment.result(
      Self.growth([20, 30], afterwards: 21), Self.growth([20, 119], replaced: 0), leaked: leaked, bound: 16 << 20)
    #expect(odd.findings.map(\.holding) == [.doesNotHold, .doesNotHold, .doesNotHold])
  }
}
