// Values with their units, in labels and on axes.

import Testing

@testable import Report

@Suite struct QuantityTests {
  @Test(arguments: [
    (Quantity.seconds, 0.0423, "42.3 ms"), (.seconds, -0.0423, "-42.3 ms"), (.bytes, 14_000_000, "13.4 MiB"),
    (.rate, 2.38e9, "2.38 GB/s"), (.count, 18_921, "18,921"), (.count, 2.5, "2.50"), (.ratio, 1.936, "1.94"),
    (.share, 0.97, "97 %"), (.share, 0.0234, "2.3 %"), (.share, 0, "0 %"), (.share, 1, "100 %"),
    (.other(unit: "requests/s"), 12_345, "12,345 requests/s"), (.other(unit: ""), 1.5, "1.50"), (.seconds, .nan, "-"),
    (.bytes, .infinity, "-"), (.bytes, -5, "0 B"),
  ])
  func writesValues(quantity: Quantity, value: Double, text: String) { #expect(quantity.text(value) == text) }

  @Test(arguments: [
    (Quantity.seconds, 0.04, 1e-3, "ms"), (.seconds, 1.5, 1, "s"), (.seconds, 3e-7, 1e-9, "ns"),
    (.seconds, 0, 1e-9, "ns"),
    (.seconds, 200, 60, "min"), (.bytes, 900, 1, "B"), (.bytes, 5e7, 1_048_576, "MiB"), (.rate, 2e9, 1e9, "GB/s"),
    (.count, 5000, 1, ""), (.count, 5e6, 1e6, "millions"), (.share, 1, 0.01, "%"), (.other(unit: "us"), 7, 1, "us"),
  ])
  func choosesUnitsOfAxes(quantity: Quantity, maximum: Double, divisor: Double, name: String) {
    let unit = quantity.axisUnit(reaching: maximum)
    #expect(unit.divisor == divisor && unit.name == name)
  }
}
