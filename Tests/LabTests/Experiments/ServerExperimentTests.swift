// What is said of servers.

import Testing
import Transport

@testable import Lab

@Suite struct ServerExperimentTests {
  private static func summary(_ rates: [Int], bytes: [UInt64?]) -> ServerExperiment.Summary {
    .init(
      zip(rates, bytes).map { rate, bytes in
        .init(
          figures: LoadFigures(requests: rate, seconds: 1, median: UInt64(rate), p99: UInt64(2 * rate)),
          proportionalBytes: bytes)
      })
  }

  @Test func aSummaryIsMadeOfMedians() {
    let summary = Self.summary([10, 30, 20], bytes: [5, nil, 3])
    #expect(summary.requestsPerSecond == 20)
    #expect((summary.median, summary.p99, summary.requests) == (20, 40, 60))
    #expect(summary.proportionalBytes == 5)
  }

  @Test func aTieIsNoGain() {
    #expect(ServerExperiment.holding(ratio: 1.06) == .holds)
    #expect(ServerExperiment.holding(ratio: 1.0) == .partly)
    #expect(ServerExperiment.holding(ratio: 0.5) == .doesNotHold)
  }

  @Test func figuresAreGiven() {
    let result = ServerExperiment.result([
      .forkPerRequest: Self.summary([2000], bytes: [5 << 20]),
      .threadPerRequest: Self.summary([6000], bytes: [5 << 20]),
      .preforked: Self.summary([12000], bytes: [8 << 20]),
      .preforkedThreads: Self.summary([12000], bytes: [4 << 20]),
    ])
    #expect(result.findings.map(\.holding) == [.holds, .holds, .holds, .holds])
    #expect(result.findings[0].measured == "6,000 against 2,000 requests/s: 3.00 times")
    #expect(result.findings[3].measured == "8 workers: 4.00 MiB in 2 processes, 8.00 MiB in 8: 2.00 times")
    #expect(result.tables[0].rows[0] == ["process per request", "2,000", "2.00", "4.00", "5.00", "2,000"])
    let untold = ServerExperiment.result([.preforked: Self.summary([1], bytes: [nil])])
    #expect(untold.findings[3].holding == .cannotBeTried)
  }

  @Test func memoryOfATreeIsCounted() throws {
    let bytes = try #require(ProcessTree.proportionalBytes(of: ProcessSelf.pid))
    #expect(bytes > 1 << 18)
    #expect(ProcessTree.proportionalBytes(of: -1) == nil)
  }
}
