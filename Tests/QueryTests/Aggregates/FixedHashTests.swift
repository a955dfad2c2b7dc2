// The hash must never change (sketches and partitions depend on it) and must spread keys that differ little.

import Testing

@testable import Query

@Suite struct FixedHashTests {
  private func hash(_ bytes: [UInt8]) -> UInt64 { FixedHash.hash(bytes.span) }

  @Test func neverChanges() {
    // Values of this implementation, pinned: a change of the function must be meant.
    #expect(hash(Array("".utf8)) == 0x96eb_be17_3ff7_2a30)
    #expect(hash(Array("a".utf8)) == 0xda9c_83ee_0c83_4f3e)
    #expect(hash(Array("Hamburg".utf8)) == 0xd62a_d446_b576_7f7e)
    #expect(hash(Array("0123456789abcdef".utf8)) == 0x7791_8f1e_36e1_1cdd)
    #expect(hash(Array("0123456789abcdef0123456789abcdefg".utf8)) == 0x872d_dd39_18ba_e043)
  }

  @Test func everyByteOfEveryLengthCounts() {
    var seen: Set<UInt64> = []
    var expected = 0
    for length in 0...70 {
      var key = [UInt8](repeating: 7, count: length)
      seen.insert(hash(key))
      expected += 1
      for index in 0..<length {
        key[index] ^= 1
        seen.insert(hash(key))
        expected += 1
        key[index] ^= 1
      }
    }
    #expect(seen.count == expected)
  }

  @Test func spreadsConsecutiveNumbersOverLowAndHighBits() {
    var low = [Int](repeating: 0, count: 256)
    var high = [Int](repeating: 0, count: 256)
    for number in 0..<65_536 {
      let hash = hash(Array(String(number).utf8))
      low[Int(hash & 255)] += 1
      high[Int(hash >> 56)] += 1
    }
    // 256 expected in each, standard deviation 16.
    for bucket in low + high { #expect((160...352).contains(bucket)) }
  }

  /// The batch loops hash by pointer, with the first word at hand; what lies behind a text does not matter.
  @Test func byPointerIsTheSame() {
    for length in 0...70 {
      let key = (0..<length).map { UInt8(truncatingIfNeeded: 31 &* $0 &+ length) }
      for around in [UInt8(0), 0xFF] {
        var first: UInt64 = 0
        for (place, byte) in key.prefix(8).enumerated() { first |= UInt64(byte) << UInt64(8 * place) }
        let block = key + [UInt8](repeating: around, count: 16)
        let found = block.withUnsafeBytes { FixedHash.hash($0.baseAddress!, count: length, first: first) }
        #expect(found == hash(key), "\(length)")
      }
    }
  }
}
