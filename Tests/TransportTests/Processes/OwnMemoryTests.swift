// The figures of this process's memory move with what it takes.

import Testing

@testable import Transport

@Suite struct OwnMemoryTests {
  @Test func whatIsTakenIsSeen() throws {
    let memory = try #require(OwnMemory())
    let before = try #require(memory.look())
    #expect(before.privateBytes > 0 && before.fileBytes > 0 && before.dataBytes >= 1 << 20)
    let block = [UInt8](repeating: 1, count: 256 << 20)
    let after = try #require(memory.look())
    // Other tests of this process give some back meanwhile.
    #expect(after.privateBytes > 128 << 20 && after.dataBytes > 256 << 20)
    #expect(block[block.count - 1] == 1)
  }
}
