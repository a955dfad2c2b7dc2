// The hash of an input's content: the same however it is made, another when a byte is.

import Execution
import Query
import Testing

@Suite struct ContentHashTests {
  private func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8 &+ $0 >> 18) }
  }

  @Test func everyByteCounts() throws {
    let size = (2 << 20) + 77
    let original = bytes(size)
    let hash = try ContentHash.of(try TestInput.file(original), in: .serial)
    #expect(try ContentHash.of(try TestInput.file(original), in: .threads(3)) == hash)
    for index in [0, 1, 15, 16, 17, (1 << 20) - 1, 1 << 20, size - 17, size - 1] {
      var changed = original
      changed[index] ^= 1
      #expect(try ContentHash.of(try TestInput.file(changed), in: .serial) != hash, "byte \(index)")
    }
    #expect(try ContentHash.of(try TestInput.file(Array(original.dropLast())), in: .serial) != hash)
    // Blocks that change places.
    let swapped = Array(original[(1 << 20)..<(2 << 20)] + original[..<(1 << 20)] + original[(2 << 20)...])
    #expect(try ContentHash.of(try TestInput.file(swapped), in: .serial) != hash)
  }

  @Test func whatLiesBeforeTheInputDoesNotCount() throws {
    let file = ScratchFile(Array("0123456789".utf8))
    file.seek(to: 4)
    let hash = try ContentHash.of(try file.input(), in: .serial)
    #expect(try ContentHash.of(try TestInput.file(Array("456789".utf8)), in: .serial) == hash)
    #expect(try ContentHash.of(try TestInput.file([]), in: .serial) != hash)
  }

  @Test func aFileThatBecameShorterIsAnError() throws {
    let file = ScratchFile(bytes(100))
    let input = try file.input()
    file.truncate(to: 50)
    #expect(throws: RunFailure.self) { try ContentHash.of(input, in: .serial) }
  }
}
