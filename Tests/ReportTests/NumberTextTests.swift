// Figures at the edges between their units.

import Testing

@testable import Report

@Suite struct NumberTextTests {
  @Test(arguments: [
    (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (391_022, "391,022"), (1_000_000, "1,000,000"), (-1, "-1"),
    (-999, "-999"), (-1000, "-1,000"), (Int.max, "9,223,372,036,854,775,807"), (Int.min, "-9,223,372,036,854,775,808"),
  ])
  func groupsThousands(value: Int, text: String) {
    #expect(NumberText.grouped(value) == text)
  }

  @Test(arguments: [
    (0, "0 B"), (1023, "1023 B"), (1024, "1.00 KiB"), (12_595, "12.3 KiB"), (1 << 20, "1.00 MiB"),
    (1_379_955_178, "1,316 MiB"),
    (100 << 20, "100 MiB"), (5 << 30, "5,120 MiB"),
  ])
  func writesBytes(count: Int, text: String) {
    #expect(NumberText.bytes(count) == text)
  }

  @Test(arguments: [
    (2_380_000_000, 1.0, "2.38 GB/s"), (100_000_000, 1, "0.100 GB/s"), (99_949_999, 1, "99.9 MB/s"),
    (1_000_000, 1, "1.00 MB/s"),
    (12_000, 1, "12.0 kB/s"), (0, 1, "0.000 kB/s"), (1, 0, "-"), (30_000_000_000, 1, "30.0 GB/s"),
  ])
  func writesRates(bytes: Int, seconds: Double, text: String) {
    #expect(NumberText.rate(bytes: bytes, seconds: seconds) == text)
  }

  @Test(arguments: [
    (0, "0 ns"), (8.7e-7, "870 ns"), (9.994e-7, "999 ns"), (9.996e-7, "1.00 us"), (0.0123, "12.3 ms"),
    (0.9996, "1.00 s"),
    (3.5849, "3.58 s"), (9.996, "10.0 s"), (99.96, "100 s"), (999.4, "999 s"), (1002, "16.7 min"), (60_120, "16.7 h"),
    (1e7, "2,778 h"),
  ])
  func writesTimes(seconds: Double, text: String) {
    #expect(NumberText.duration(seconds: seconds) == text)
  }

  @Test func writesNanoseconds() {
    #expect(NumberText.duration(nanoseconds: 1_234_567) == "1.23 ms")
    #expect(NumberText.duration(nanoseconds: 12) == "12 ns")
  }

  @Test(arguments: [
    (0, "0 s"), (0.2, "1 s"), (59, "59 s"), (59.5, "1 min 00 s"), (125, "2 min 05 s"), (3600, "1 h 00 min"),
    (3840, "1 h 04 min"),
  ])
  func countsDown(seconds: Double, text: String) {
    #expect(NumberText.countdown(seconds: seconds) == text)
  }

  @Test(arguments: [
    (0, 2, "0.00"), (1.005, 1, "1.0"), (0.05, 1, "0.1"), (1.25, 1, "1.3"), (999.96, 1, "1,000.0"), (-0.04, 1, "0.0"),
    (-1.26, 1, "-1.3"),
    (1234567.891, 3, "1,234,567.891"), (.infinity, 1, "-"), (.nan, 1, "-"),
  ])
  func roundsToDecimals(value: Double, decimals: Int, text: String) {
    #expect(NumberText.fixed(value, decimals: decimals) == text)
  }
}
