// What a claim comes to if its figure is known to an interval.

import Testing

@testable import Lab

@Suite struct BoundsTests {
  @Test func theWholeIntervalHasToSayTheSame() {
    #expect(Holding.of(Bounds(1.2, 1.8), in: 1...2) == .holds)
    #expect(Holding.of(Bounds(0.9, 1.8), in: 1...2) == .cannotBeTold)
    #expect(Holding.of(Bounds(0.9, 2.1), in: 1...2) == .cannotBeTold)
    #expect(Holding.of(Bounds(0.8, 0.9), in: 1...2) == .doesNotHold)
    #expect(Holding.of(Bounds(2.1, 9), in: 1...2) == .doesNotHold)
    #expect(Holding.of(nil, in: 1...2) == .cannotBeTold)
  }

  @Test func betweenTwoMarksItHoldsPartly() {
    #expect(Holding.of(Bounds(0.9, 1), holds: 0.8, fails: 0.2) == .holds)
    #expect(Holding.of(Bounds(0.3, 0.7), holds: 0.8, fails: 0.2) == .partly)
    #expect(Holding.of(Bounds(0.1, 0.2), holds: 0.8, fails: 0.2) == .doesNotHold)
    #expect(Holding.of(Bounds(0.7, 0.9), holds: 0.8, fails: 0.2) == .cannotBeTold)
    // The less, the better.
    #expect(Holding.of(Bounds(0.9, 1.1), holds: 1.1, fails: 1.2) == .holds)
    #expect(Holding.of(Bounds(1.3, 2), holds: 1.1, fails: 1.2) == .doesNotHold)
    #expect(Holding.of(Bounds(1, 2), holds: 1.1, fails: 1.2) == .cannotBeTold)
    #expect(Holding.of(nil, holds: 1.1, fails: 1.2) == .cannotBeTold)
  }

  @Test func severalThingsAreOneClaim() {
    #expect(Holding.all([.holds, .holds]) == .holds)
    #expect(Holding.all([.doesNotHold]) == .doesNotHold)
    #expect(Holding.all([.holds, .doesNotHold, .cannotBeTold]) == .partly)
    #expect(Holding.all([.partly, .cannotBeTold]) == .partly)
    #expect(Holding.all([.holds, .cannotBeTold]) == .cannotBeTold)
    #expect(Holding.all([.doesNotHold, .cannotBeTold]) == .cannotBeTold)
  }

  @Test func aRatioIsAsWideAsItsPartsMakeIt() {
    #expect(Bounds(2, 3) / Bounds(1, 2) == Bounds(1, 3))
    #expect(Bounds([1, 2]) == nil)
    #expect(Bounds([3, 1, 2]) == Bounds(1, 3))
    #expect(Bounds([1]) / Bounds([1, 2, 3]) == nil)
  }
}
