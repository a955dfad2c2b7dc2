// When a worker leaves: after so many pieces of all its threads, or when it has grown, but not for what it needs anyway.

import Testing
import Transport

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

  @Test func whoHasGrownLeaves() throws {
    let memory = try #require(OwnMemory())
    let retirement = Retirement(mostPieces: nil, growthLimit: 1)
    // What the first piece took is what pieces take.
    #expect(!retirement.isDueAfterPiece())
    let before = try #require(memory.look()).privateBytes
    var kept: [[UInt8]] = []
    // Other tests of this process take memory and give it back meanwhile.
    repeat {
      kept.append([UInt8](repeating: 1, count: 16 << 20))
    } while try #require(memory.look()).privateBytes < before * 3 / 2 + (64 << 20)
    #expect(retirement.isDueAfterPiece())
    #expect(!kept.isEmpty)
  }
}
