// What is said of races.

import Testing

@testable import Lab

@Suite struct RaceExperimentTests {
  private static func outcome(_ way: CounterRace.Way, losses: Int, least: UInt64 = 200_000) -> RaceOutcome {
    RaceOutcome(
      workers: 2, way: way, wanted: 200_000, rounds: 20, losses: losses, least: least, values: [least, 200_000])
  }

  private static func result(_ losses: Int, _ more: Int) -> ExperimentResult {
    let least: UInt64 = losses > 0 ? 120_000 : 200_000
    return RaceExperiment.result(
      [
        ("threads", outcome(.apart, losses: losses, least: least)), ("threads", outcome(.apart, losses: more)),
        ("processes, shared memory", outcome(.apart, losses: 0)), ("threads", outcome(.locked, losses: 0)),
      ], [.init(parent: 0, children: [100_000, 100_000])])
  }

  @Test func lossesAreSeenAndNotAssumed() {
    #expect(Self.result(3, 1).findings[0].holding == .holds)
    #expect(Self.result(3, 0).findings[0].holding == .partly)
    #expect(Self.result(0, 0).findings[0].holding == .notObserved)
    #expect(Self.result(0, 0).findings[3].holding == .notObserved)
  }

  @Test func figuresAreGiven() {
    let result = Self.result(3, 0)
    #expect(
      result.findings[0].measured
        == "2 workers: down to 120,000 of 200,000, losses in 3 of 20 rounds; 2 workers: no loss in 20 rounds")
    #expect(result.findings[1].measured == "200,000, in each of 20 rounds, by threads and by processes")
    #expect(result.findings[2].measured == "2 of them 100,000 each, the parent 0")
    #expect(result.observations.map(\.mode) == [.race, .debugging])
    #expect(
      result.observations[0].threads
        == "without a lock, 2 workers: updates lost in 3 of 20 rounds, 2 workers: no loss seen in 20 rounds")
    #expect(
      result.observations[1].threads
        == "race: nothing is named, the result is wrong: 2 workers 3 of 20 times (1 different wrong results in the first 2), "
        + "2 workers 0 of 20 times")
    #expect(result.tables[0].rows.count == 5)
    #expect(result.tables[0].rows.allSatisfy { $0.count == result.tables[0].columns.count })
    #expect(
      result.tables[0].rows[0]
        == ["threads", "no lock", "2", "200,000", "120,000", "200,000", "200,000", "20", "3"])
  }
}
