// What is said of workers that nobody waits for.

import Testing

@testable import Lab

@Suite struct JoinExperimentTests {
  private typealias Outcome = JoinExperiment.Outcome

  private static func holdings(
    threads: Outcome, processes: Outcome, joined: Outcome, _ neglected: JoinExperiment.Neglected
  ) -> [Holding] {
    JoinExperiment.result(
      [
        ("threads", false, threads), ("threads", true, joined), ("processes", false, processes),
        ("processes", true, joined),
      ],
      neglected, workers: 4
    ).findings.map(\.holding)
  }

  @Test func whatWasSeenDecides() {
    let (none, late, all) = (
      Outcome(atTheEnd: 0, later: 0), Outcome(atTheEnd: 0, later: 4), Outcome(atTheEnd: 4, later: 4)
    )
    #expect(
      Self.holdings(threads: none, processes: late, joined: all, .init(orphans: 4, zombies: 4, left: 0))
        == [.holds, .partly, .holds, .holds])
    #expect(
      Self.holdings(threads: late, processes: all, joined: none, .init(orphans: 0, zombies: 4, left: 1))
        == [.doesNotHold, .doesNotHold, .doesNotHold, .doesNotHold])
  }
}
