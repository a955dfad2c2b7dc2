// Threads that begin together, or not at all.

import Testing
import Transport

@testable import Lab

@Suite struct LabThreadsTests {
  @Test func allBeginAndAreJoined() throws {
    let seen = Monitor<[Int]>([])
    try LabThreads.start(4) { index in seen.withLock { $0.append(index) } }.join()
    #expect(seen.withLock { $0.sorted() } == [0, 1, 2, 3])
  }

  @Test func noneBeginsIfOneIsMissing() {
    // No stack is that large; threads before it would wait for it for ever.
    let begun = Monitor(0)
    #expect(throws: LabFailure.self) {
      try LabThreads.start(2, stackSize: 1 << 60) { _ in begun.withLock { $0 += 1 } }
    }
    #expect(begun.withLock { $0 } == 0)
  }
}
