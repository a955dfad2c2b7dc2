// The turn goes to and fro as often as it should, whatever carries it.

import Testing
import Transport

@testable import Lab

@Suite struct PingPongTests {
  @Test(arguments: TurnCarrier.allCases) func theTurnGoesToAndFro(_ carrier: TurnCarrier) throws {
    let ends = try carrier.makeEnds()
    let first = try TurnTaker(carrier, isFirst: true, ends.first)
    let second = try TurnTaker(carrier, isFirst: false, ends.second)
    let failure = Monitor<LabFailure?>(nil)
    let thread = try LabThreads.start(1) { _ in
      do throws(LabFailure) { try second.play(rounds: 500) } catch { failure.withLock { $0 = error } }
    }
    try first.play(rounds: 200)
    try first.play(rounds: 300)
    // It ends when it has had as many rounds as the first, and only then.
    thread.join()
    #expect(failure.withLock { $0 } == nil)
  }

  @Test(arguments: TurnCarrier.allCases) func oneAloneFindsHisTurn(_ carrier: TurnCarrier) throws {
    try TurnTaker(carrier, isFirst: true, carrier.makeLoop()).playAlone(rounds: 100)
  }
}
