// The memory of a tree of processes.

import Testing
import Transport

@testable import Execution

@Suite struct MemorySamplerTests {
  private static func facts(_ proportional: UInt64?, own: UInt64? = nil) -> ProcessFacts {
    var facts = ProcessFacts()
    facts.proportionalBytes = proportional
    facts.privateBytes = own
    return facts
  }

  /// Three processes have a page of 12 each to themselves and share one of 12, the third of them is not of the tree.
  @Test func whatIsSharedWithTheStarterIsCountedWhole() {
    let tree = [Self.facts(16), Self.facts(16)]
    #expect(MemorySampler.size(of: tree, beside: nil) == 32)
    #expect(MemorySampler.size(of: tree, beside: Self.facts(16, own: 12)) == 36)
    // What the kernel does not say, or rounds.
    #expect(MemorySampler.size(of: tree + [Self.facts(nil)], beside: Self.facts(16)) == 32)
    #expect(MemorySampler.size(of: tree, beside: Self.facts(16, own: 17)) == 32)
  }

  @Test func theTreeIsWatched() throws {
    let sampler = try #require(MemorySampler.start())
    let size = sampler.finish()
    #expect(size >= (try #require(ProcessFacts.read(ProcessSelf.pid).privateBytes)) / 2)
  }
}
