// When a worker leaves: after so many pieces of all its threads, or when it has grown, but not for what it needs anyway.

import Testing

@testable import Execution

@Suite struct RetirementTests {
  @Test(arguments: [1, 2, 5]) func afterSoManyPieces(most: Int) {
    let retirement = Retirement(mostPieces: most, growthLimit: .max)
    for _ in 1..<most { #expect(!retirement.isDueAfterPiece()) }
    // And from then on for every thread that ends its piece.
    for _ in 0..<3 { #expect(retirement.isDueAfterPiece()) }
  }

  @Test func withoutABoundNever() {
    let retirement = Retirement(mostPieces: nil, growthLimit: .max)
    for _ in 0..<100 { #expect(!retirement.isDueAfterPiece()) }
  }

  @Test func whoHasGrownLeaves() {
    let retirement = Retirement(mostPieces: nil, growthLimit: 1)
    // What the first piece took is what pieces take.
    #expect(!retirement.isDueAfterPiece())
    var kept: [[UInt8]] = []
    // Far more than everything else that the tests of this process have.
    for _ in 0..<64 { kept.append([UInt8](repeating: 1, count: 16 << 20)) }
    #expect(retirement.isDueAfterPiece())
    #expect(kept.count == 64)
  }
}
