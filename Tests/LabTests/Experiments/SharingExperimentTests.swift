// What is said of a list to which a worker appends.

import Testing

@testable import Lab

@Suite struct SharingExperimentTests {
  private static let seen = SharingExperiment.Sighting(
    worker: [1, 2, 3, 4], during: [1, 2, 3, 4], after: [1, 2, 3, 4], nanoseconds: 4130)
  private static let unseen = SharingExperiment.Sighting(
    worker: [1, 2, 3, 4], during: [1, 2, 3], after: [1, 2, 3], nanoseconds: nil)

  @Test func whatWasSeenDecides() {
    func holdings(_ thread: SharingExperiment.Sighting, _ process: SharingExperiment.Sighting) -> [Holding] {
      SharingExperiment.result(
        [("thread", thread), ("process", process), ("process, shared memory", Self.seen)], patience: 200_000_000
      ).findings.map(\.holding)
    }
    #expect(holdings(Self.seen, Self.unseen) == [.holds, .holds, .holds])
    #expect(holdings(Self.unseen, Self.seen) == [.doesNotHold, .doesNotHold, .holds])
  }

  @Test func figuresAreGiven() {
    let result = SharingExperiment.result([("thread", Self.seen), ("process", Self.unseen)], patience: 200_000_000)
    #expect(result.findings[0].measured == "[1, 2, 3, 4] was seen after 4.13 us, while the worker lived")
    #expect(
      result.findings[1].measured
        == "the worker has [1, 2, 3, 4], the main program still [1, 2, 3], 200 ms later and after the worker's end")
    #expect(result.tables[0].rows[0] == ["thread", "[1, 2, 3, 4]", "[1, 2, 3, 4]", "[1, 2, 3, 4]", "4.13"])
  }
}
