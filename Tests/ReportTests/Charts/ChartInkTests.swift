// Inks: each stands out from its page, and modes have theirs.

import Testing

@testable import Report

@Suite struct ChartInkTests {
  /// The relative luminance of WCAG 2.1.
  private static func luminance(_ colour: String) -> Double {
    let digits = Array(colour.dropFirst())
    let parts = [0, 2, 4].map { start -> Double in
      let value = Double(Int(String(digits[start..<start + 2]), radix: 16) ?? 0) / 255
      return value <= 0.04045 ? value / 12.92 : Self.power((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }

  /// By the logarithm of the axes and a series.
  private static func power(_ base: Double, _ exponent: Double) -> Double {
    let natural = AxisScale.logarithm(base) * 0.693147180559945 * exponent
    var (sum, term) = (1.0, 1.0)
    for index in 1...40 {
      term *= natural / Double(index)
      sum += term
    }
    return sum
  }

  private static func contrast(_ one: String, _ other: String) -> Double {
    let (a, b) = (luminance(one), luminance(other))
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }

  @Test(arguments: ChartInk.allCases)
  func standsOut(ink: ChartInk) {
    #expect(Self.contrast(ink.light, "#ffffff") >= 3.5)
    #expect(Self.contrast(ink.dark, "#14171b") >= 3.5)
  }

  @Test func modesKeepTheirInks() {
    let inks = ["serial", "thread", "process", "hybrid"].map { ChartInk.mode($0) }
    #expect(inks == [.grey, .blue, .vermilion, .green])
    #expect(ChartInk.mode("other") == nil)
    #expect((0..<9).map { ChartInk.number($0) } == ChartInk.allCases + [.grey])
  }
}
