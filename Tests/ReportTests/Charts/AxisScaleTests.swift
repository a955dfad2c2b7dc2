// Ticks that people count in, and places between them.

import Testing

@testable import Report

@Suite struct AxisScaleTests {
  @Test(arguments: [
    ([0.0, 97], ["0", "20", "40", "60", "80", "100"]), ([0, 100], ["0", "20", "40", "60", "80", "100"]),
    ([0.3, 1.2], ["0.0", "0.5", "1.0", "1.5"]), ([0, 0.042], ["0.00", "0.01", "0.02", "0.03", "0.04", "0.05"]),
    ([0, 12_345], ["0", "5,000", "10,000", "15,000"]), ([-3, 4], ["-4", "-2", "0", "2", "4"]),
    ([], ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]), ([0], ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    ([.nan, .infinity, 10], ["0", "2", "4", "6", "8", "10"]), ([1], ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    ([1e-6, 3e-6], ["0.000000", "0.000001", "0.000002", "0.000003"]),
  ])
  func choosesTicks(values: [Double], labels: [String]) {
    let scale = AxisScale(linear: values)
    #expect(scale.ticks.map(scale.label) == labels)
    #expect(scale.low == scale.ticks.first && scale.high == scale.ticks.last)
    for value in values where value.isFinite { #expect((-1e-9...1 + 1e-9).contains(scale.place(value))) }
  }

  @Test func everyMagnitudeHasSomeTicksAndNotMany() {
    for exponent in -12...15 {
      for first in 1...99 {
        let power = (0..<abs(exponent)).reduce(1.0) { value, _ in exponent < 0 ? value / 10 : value * 10 }
        let scale = AxisScale(linear: [0, Double(first) * power])
        #expect((3...7).contains(scale.ticks.count), "\(first)e\(exponent)")
        #expect(zip(scale.ticks, scale.ticks.dropFirst()).allSatisfy { $0 < $1 })
      }
    }
  }

  @Test func placesValues() {
    let scale = AxisScale(linear: [0, 100])
    #expect(scale.place(0) == 0 && scale.place(25) == 0.25 && scale.place(100) == 1 && scale.place(150) == 1.5)
    let near = AxisScale(linear: [96, 104], startsAtZero: false)
    #expect(near.low == 96 && near.high == 104)
    let exact = AxisScale(linear: [0, 42], endsAtTick: false)
    #expect(exact.high == 42 && exact.ticks == [0, 10, 20, 30, 40])
  }

  @Test func spreadsPowersOfTwoEvenly() {
    let scale = AxisScale(logTwo: [1, 2, 64])
    #expect(scale.ticks == [1, 2, 4, 8, 16, 32, 64])
    #expect(scale.ticks.map(scale.label) == ["1", "2", "4", "8", "16", "32", "64"])
    for (index, tick) in scale.ticks.enumerated() { #expect(abs(scale.place(tick) - Double(index) / 6) < 1e-9) }
    let odd = AxisScale(logTwo: [3, 12])
    #expect(odd.low == 3 && odd.high == 12 && odd.ticks == [4, 8])
    let rounded = AxisScale(logTwo: [0.4, 3], isRounded: true)
    #expect(rounded.ticks.map(rounded.label) == ["1/4", "1/2", "1", "2", "4"])
  }

  @Test(arguments: [[], [1], [0], [-1, .nan]] as [[Double]])
  func logarithmsOfNothingDoNotFail(values: [Double]) {
    let scale = AxisScale(logTwo: values, isRounded: true)
    #expect(scale.high > scale.low && scale.place(scale.low) == 0 && scale.place(0) == 0)
  }

  @Test(arguments: [(1.0, 0.0), (2, 1), (1024, 10), (0.125, -3), (3, 1.584962500721), (10, 3.321928094887)])
  func takesLogarithms(value: Double, logarithm: Double) {
    #expect(abs(AxisScale.logarithm(value) - logarithm) < 1e-9)
  }
}
