// What is said of servers.

import Testing
import Transport

@testable import Lab

@Suite struct ServerExperimentTests {
  private static func rounds(_ rates: [Int], bytes: [UInt64?]) -> [ServerExperiment.Round] {
    zip(rates, bytes).map { rate, bytes in
      .init(
        figures: LoadFigures(requests: rate, seconds: 1, median: UInt64(rate), p99: UInt64(2 * rate)),
        proportionalBytes: bytes)
    }
  }

  @Test func aTieIsNoGain() throws {
    func holding(_ first: [Double], _ second: [Double]) throws -> Holding {
      ServerExperiment.more(try #require(MedianEstimate(first)), than: try #require(MedianEstimate(second)))
    }
    #expect(try holding([106, 106, 106], [100, 100, 100]) == .holds)
    #expect(try holding([104, 104, 104], [100, 100, 100]) == .partly)
    #expect(try holding([100, 100, 100], [106, 106, 106]) == .doesNotHold)
    #expect(try holding([900, 900], [100, 100]) == .cannotBeTold)
    // More in the middle, but not always.
    #expect(try holding([90, 150, 160], [95, 100, 105]) == .cannotBeTold)
    #expect(try holding([112, 150, 160], [95, 100, 105]) == .holds)
    #expect(try holding([99, 100, 101], [95, 100, 105]) == .cannotBeTold)
  }

  @Test func figuresAreGiven() {
    let result = ServerExperiment.result([
      .forkPerRequest: Self.rounds([2000, 2100, 1900], bytes: [5 << 20, nil, 5 << 20]),
      .threadPerRequest: Self.rounds([6000, 6000, 6000], bytes: [5 << 20, nil, nil]),
      .preforked: Self.rounds([12000, 12000, 12000], bytes: [8 << 20, 8 << 20, 8 << 20]),
      .preforkedThreads: Self.rounds([12000, 12000, 12000], bytes: [4 << 20, 4 << 20, 4 << 20]),
    ])
    #expect(result.findings.map(\.holding) == [.holds, .holds, .holds, .holds, .holds])
    #expect(result.findings[0].measured == "6,000 against 2,000 requests/s: 3.00 times")
    #expect(result.findings[4].measured == "8 workers: 4.00 MiB in 2 processes, 8.00 MiB in 8: 2.00 times")
    #expect(
      result.tables[0].rows[0]
        == ["process per request", "2,000", "1,900", "2,100", "2.00", "4.00", "5.00", "6,000"])
    #expect(result.samples[0].values == [2000, 2100, 1900])
    let untold = ServerExperiment.result([.preforked: Self.rounds([1], bytes: [nil])])
    #expect(untold.findings.map(\.holding) == Array(repeating: .cannotBeTried, count: 5))
  }

  @Test func memoryOfATreeIsCounted() throws {
    let bytes = try #require(ProcessTree.proportionalBytes(of: ProcessSelf.pid))
    #expect(bytes > 1 << 18)
    #expect(ProcessTree.proportionalBytes(of: -1) == nil)
  }
}
