// What is said of deadlocks.

import Testing

@testable import Lab

@Suite struct DeadlockExperimentTests {
  private static func result(done: Int, isInherited: Bool, cycle: String = "circle") -> ExperimentResult {
    DeadlockExperiment.result(
      [
        .init(cycle: "circle", nanoseconds: 25_000_000, done: 0),
        .init(cycle: cycle, nanoseconds: 23_000_000, done: done),
      ],
      [
        .init(cycle: "circle", nanoseconds: 12_000_000, isInherited: true),
        .init(cycle: "circle", nanoseconds: 14_000_000, isInherited: isInherited),
      ], frozen: 1_000_000_000, orderedMoves: 1000)
  }

  @Test func whatWasSeenDecides() {
    #expect(Self.result(done: 0, isInherited: true).findings.map(\.holding) == [.holds, .holds, .holds, .holds])
    #expect(Self.result(done: 1, isInherited: true).findings[0].holding == .doesNotHold)
    #expect(Self.result(done: 0, isInherited: false).findings[2].holding == .partly)
    #expect(Self.result(done: 0, isInherited: true, cycle: "another").findings[1].holding == .partly)
  }

  @Test func figuresAreGiven() {
    let result = Self.result(done: 0, isInherited: true)
    #expect(
      result.findings[1].measured
        == "after 24.0 ms: circle; in 2 of 2 runs of threads, 2 of 2 of processes, the same each time")
    #expect(result.tables[0].rows == [["1", "25.0", "0 of 2", "12.0"], ["2", "23.0", "0 of 2", "14.0"]])
    #expect(result.observations.map(\.mode) == [.deadlock, .debugging])
  }
}
