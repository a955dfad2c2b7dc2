// How what was measured of a stage becomes shares.

import Lab
import Testing

struct StageSharesTests {
  private func sum(_ shares: StageShares) -> Double {
    shares.running + shares.ready + shares.source + shares.input + shares.output + shares.other
  }

  @Test func theKernelsTimesComeFirst() {
    let shares = StageTimes(
      role: .parsers, wall: 1000, running: 600, ready: 100, waitedForInput: 150, waitedForOutput: 50, source: 400
    ).shares
    #expect(abs(sum(shares) - 1) < 1e-12)
    #expect(shares.running == 0.6)
    #expect(shares.ready == 0.1)
    #expect(shares.input == 0.15)
    #expect(shares.output == 0.05)
    // Of the 400 within reads only what is left can have been waiting: the rest was copying.
    #expect(abs(shares.source - 0.1) < 1e-12)
    #expect(abs(shares.other) < 1e-12)
  }

  @Test func waitingThatHoldsSomeRunning() {
    // 300 ns around receiving, of which the thread was off the core for 200 at most.
    let shares = StageTimes(
      role: .reader, wall: 1000, running: 700, ready: 100, waitedForInput: 200, waitedForOutput: 100
    )
    .shares
    #expect(abs(sum(shares) - 1) < 1e-12)
    #expect(abs(shares.input - 2 * shares.output) < 1e-12)
    #expect(shares.source == 0)
  }

  @Test func aSourceThatIsWaitedFor() {
    let shares = StageTimes(role: .serial, wall: 1000, running: 150, ready: 0, source: 800).shares
    #expect(shares.source == 0.8)
    #expect(abs(shares.other - 0.05) < 1e-12)
  }

  @Test func withoutTheKernelsTimes() {
    let shares = StageTimes(role: .parsers, wall: 1000, processor: 400, waitedForInput: 600).shares
    #expect(shares.running == 0.4)
    #expect(shares.input == 0.6)
  }

  @Test func parsersAreOne() {
    let all = StageShares.byRole([
      StageTimes(role: .aggregator, wall: 1000, running: 100, ready: 0, waitedForInput: 900),
      StageTimes(role: .parsers, wall: 1000, running: 1000, ready: 0),
      StageTimes(role: .parsers, wall: 3000, running: 1500, ready: 0, waitedForInput: 1500),
    ])
    #expect(all.map(\.role) == [.parsers, .aggregator])
    #expect(all[0].count == 2)
    // By their time: 1,000 + 1,500 of 4,000.
    #expect(abs(all[0].running - 0.625) < 1e-12)
    #expect(all[0].wallSeconds == 2e-6)
  }
}
