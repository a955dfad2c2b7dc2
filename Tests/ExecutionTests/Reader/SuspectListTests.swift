// From a piece that ends parsers to the record that does.

import Execution
import Testing
import Transport

@Suite struct SuspectListTests {
  private func work(_ first: Int, _ end: Int, input: Int = 0) -> WorkName {
    WorkName(input: UInt32(input), first: UInt64(first), end: UInt64(end), attempt: 0)
  }

  private func at(_ offset: Int, input: Int = 0) -> Boundary { Boundary(input: input, offset: offset) }

  @Test func aPieceIsTriedThreeTimesAsItIs() {
    var suspects = SuspectList()
    for _ in 0..<2 {
      suspects.note(work(100, 900), signal: 11)
      #expect(suspects.bounds(of: at(100)).recordLimit == nil)
      #expect(!suspects.holdsBack(at(100), committed: at(50)))
    }
    suspects.note(work(100, 900), signal: 6)
    #expect(suspects.bounds(of: at(100)).recordLimit == 4096)
    #expect(suspects.bounds(of: at(899)).recordLimit == 4096)
    #expect(suspects.bounds(of: at(900)).recordLimit == nil)
    #expect(suspects.bounds(of: at(100, input: 1)).recordLimit == nil)
  }

  /// A list whose range [100, 900) is taken record by record.
  private func narrowed() -> SuspectList {
    var suspects = SuspectList()
    for _ in 0..<5 { suspects.note(work(100, 900), signal: 11) }
    return suspects
  }

  @Test func aRecordIsPassedOverThatEndsThreeTheSameWay() {
    var suspects = narrowed()
    #expect(suspects.bounds(of: at(300)).recordLimit == 1)
    suspects.note(work(300, 900), signal: 11)
    suspects.note(work(300, 900), signal: 11)
    // Another signal, or another record: that was not the same.
    suspects.note(work(300, 900), signal: 7)
    suspects.note(work(310, 900), signal: 11)
    for _ in 0..<2 {
      suspects.note(work(300, 900), signal: 11)
      #expect(suspects.bounds(of: at(300)).poison == nil)
    }
    suspects.note(work(300, 900), signal: 11)
    #expect(suspects.bounds(of: at(300)).poison == PoisonFact(signal: 11))
    #expect(suspects.bounds(of: at(310)).poison == nil)
    for _ in 0..<3 { suspects.note(work(300, 900), signal: 11) }
    #expect(suspects.bounds(of: at(300)).poison == PoisonFact(signal: 11, endsAtLine: true))
    // There is nothing beyond that.
    for _ in 0..<9 { suspects.note(work(300, 900), signal: 11) }
    #expect(suspects.bounds(of: at(300)).poison == PoisonFact(signal: 11, endsAtLine: true))
  }

  @Test func piecesWaitUntilTheyAreSureToStartAtARecord() {
    let suspects = narrowed()
    #expect(suspects.holdsBack(at(100), committed: at(50)))
    #expect(suspects.holdsBack(at(500), committed: at(100)))
    #expect(!suspects.holdsBack(at(100), committed: at(100)))
    #expect(!suspects.holdsBack(at(900), committed: at(50)))
  }

  @Test func whatIsPassedIsNotSuspectAnyMore() {
    var suspects = narrowed()
    for _ in 0..<3 { suspects.note(work(300, 900), signal: 11) }
    suspects.pass(at(300))
    #expect(suspects.bounds(of: at(300)).poison != nil)
    suspects.pass(at(330))
    #expect(suspects.bounds(of: at(330)).recordLimit == nil)
    #expect(!suspects.isEmpty)
    suspects.pass(at(900))
    #expect(suspects.isEmpty)
    var later = narrowed()
    later.pass(at(0, input: 1))
    #expect(later.isEmpty)
  }
}
