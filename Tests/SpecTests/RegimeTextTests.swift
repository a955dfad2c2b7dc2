// Regimes as users write them, and the refusal of everything that only looks like one.

import Execution
import Query
import Testing

@testable import Spec

@Suite struct RegimeTextTests {
  @Test(arguments: [
    ("throttled=100MB/s", Regime(bytesPerSecond: 100_000_000)), ("throttled=64B/s", Regime(bytesPerSecond: 64)),
    ("throttled=1.5GiB/s", Regime(bytesPerSecond: 3 << 29)), ("throttled=500kB/s", Regime(bytesPerSecond: 500_000)),
    ("throttled=0.25MiB/s", Regime(bytesPerSecond: 1 << 18)),
    ("throttled=3GB/s", Regime(bytesPerSecond: 3_000_000_000)),
    ("latency=2ms", Regime(latency: 2_000_000)), ("latency=500us", Regime(latency: 500_000)),
    ("latency=0.1s", Regime(latency: 100_000_000)), ("latency=7ns", Regime(latency: 7)),
    ("cpu=50", Regime(hashRounds: 50)),
    (
      "cpu=1,throttled=1MB/s,latency=1ms",
      Regime(bytesPerSecond: 1_000_000, latency: 1_000_000, hashRounds: 1)
    ),
  ])
  func readsThem(text: String, regime: Regime) throws {
    #expect(try RegimeText.parse(text) == regime)
    // What is written is read as the same.
    #expect(try RegimeText.parse(RegimeText.text(regime)) == regime)
  }

  @Test func writesTheShortestForm() {
    let all = Regime(bytesPerSecond: 100_000_000, latency: 1_500_000, hashRounds: 3)
    #expect(RegimeText.text(all) == "throttled=100MB/s,latency=1500us,cpu=3")
    #expect(RegimeText.text(Regime(bytesPerSecond: 1 << 20)) == "throttled=1MiB/s")
    #expect(RegimeText.text(Regime(bytesPerSecond: 1001)) == "throttled=1001B/s")
    #expect(RegimeText.text(.none) == "")
  }

  @Test(arguments: [
    ("", "\"\" is not a regime"), ("warm", "\"warm\" is not a regime"), ("cpu=1,", "\"\" is not a regime"),
    ("speed=1", "\"speed=1\" is not a regime"), ("throttled", "\"throttled\" is not a regime"),
    ("cpu=1,cpu=2", "cpu is given twice"), ("throttled=100", "\"100\" is not a rate"),
    ("throttled=100MB", "\"100MB\" is not a rate"), ("throttled=MB/s", "\"MB/s\" is not a rate"),
    ("throttled=1.MB/s", "\"1.MB/s\" is not a rate"), ("throttled=1..2MB/s", "\"1..2MB/s\" is not a rate"),
    ("throttled=-1MB/s", "\"-1MB/s\" is not a rate"), ("throttled=1e3B/s", "\"1e3B/s\" is not a rate"),
    ("throttled=٣B/s", "\"٣B/s\" is not a rate"), ("throttled=0.5B/s", "0.5B/s is out of range"),
    ("throttled=0MB/s", "0MB/s is out of range"), ("throttled=1001GB/s", "1001GB/s is out of range"),
    ("throttled=999999999999999999GiB/s", "999999999999999999GiB/s is out of range"),
    ("throttled=999999999999999999.999999999999999999B/s", "999999999999999999.999999999999999999B/s is out of range"),
    ("throttled=1 MB/s", "\"1 MB/s\" is not a rate"), ("latency=2", "\"2\" is not a time"),
    ("latency=0ms", "0ms is out of range"), ("latency=2h", "\"2h\" is not a time"),
    ("latency=3601s", "3601s is out of range"),
    ("cpu=0", "cpu: 0 is out of range"), ("cpu=1.5", "cpu: \"1.5\" is not a whole number"),
    ("cpu=", "cpu: \"\" is not a whole number"),
  ])
  func refusesOtherTexts(text: String, message: String) {
    let error = #expect(throws: QuestionError.self) { try RegimeText.parse(text) }
    #expect(error?.message == message)
    #expect(error?.remedy != nil)
  }
}
