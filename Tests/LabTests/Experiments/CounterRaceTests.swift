// Counters by real threads: exact where they must be, and judged rightly where they need not be.

import Testing
import Transport

@testable import Lab

@Suite struct CounterRaceTests {
  @Test(arguments: [2, 4], [CounterRace.Way.locked, .atomic])
  func isExactWithCare(workers: Int, way: CounterRace.Way) throws {
    let board = try SharedBoard()
    try board.makeLock(0, isShared: workers == 4)
    let race = CounterRace(board: board, workers: workers, way: way, rounds: 2, deadline: 0)
    try LabThreads.start(workers) { race.work($0) }.join()
    let outcome = try race.outcome()
    #expect(outcome.isExact)
    #expect(outcome.values == [UInt64(workers) * 100_000, UInt64(workers) * 100_000])
    try outcome.requireExact("threads")
  }

  @Test func countsLossesWithoutALock() throws {
    let race = CounterRace(board: try SharedBoard(), workers: 2, way: .apart, rounds: 3, deadline: 0)
    try LabThreads.start(2) { race.work($0) }.join()
    let outcome = try race.outcome()
    // Whether updates are lost is the machine's to say; that they are counted is ours.
    #expect(outcome.rounds == 3)
    #expect(outcome.losses == outcome.values.count { $0 != 200_000 })
    #expect(outcome.least == outcome.values.min())
    #expect(outcome.values.allSatisfy { $0 <= 200_000 })
  }

  @Test func oneWorkerAloneLosesNothingAndGoesOnUntilTheDeadline() throws {
    let deadline = MonotonicClock.now() + 20_000_000
    let race = CounterRace(board: try SharedBoard(), workers: 1, way: .apart, rounds: 1, deadline: deadline)
    race.work(0)
    #expect(MonotonicClock.now() >= deadline)
    let outcome = try race.outcome()
    #expect(outcome.isExact)
    #expect(outcome.rounds > 1)
    #expect(outcome.least == 100_000)
  }

  @Test func aLossWithCareIsAFailure() {
    let outcome = RaceOutcome(
      workers: 2, way: .locked, wanted: 200_000, rounds: 2, losses: 1, least: 199_999, values: [200_000, 199_999])
    #expect(throws: LabFailure("2 threads with a lock counted 200000, 199999, not 200000")) {
      try outcome.requireExact("threads")
    }
    #expect(outcome.distinct == 1)
    // No round at all proves nothing.
    #expect(!RaceOutcome(workers: 2, way: .locked, wanted: 1, rounds: 0, losses: 0, least: 1, values: []).isExact)
  }
}
