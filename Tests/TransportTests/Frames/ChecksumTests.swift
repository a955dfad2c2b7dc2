// CRC-32C: the published values, the instruction against the table, and the table against the definition.

import CLinux
import Testing
import Transport

struct ChecksumTests {
  /// Bit by bit, as the polynomial defines it.
  private func plain(_ bytes: [UInt8]) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
    }
    return ~crc
  }

  @Test func givesThePublishedValues() {
    // RFC 3720, appendix B.4, and the customary check value.
    #expect(Checksum.of(Array("123456789".utf8).span) == 0xE306_9283)
    #expect(Checksum.of([UInt8](repeating: 0, count: 32).span) == 0x8A91_36AA)
    #expect(Checksum.of([UInt8](repeating: 0xFF, count: 32).span) == 0x62A8_AB43)
    #expect(Checksum.of(Array(UInt8(0)..<32).span) == 0x46DD_794E)
    #expect(Checksum.of([UInt8]().span) == 0)
  }

  @Test func allWaysAgreeAtEveryLength() {
    var bytes: [UInt8] = []
    for index in 0..<300 {
      #expect(Checksum.of(bytes.span) == plain(bytes))
      #expect(clinux_crc32c_portable(0, bytes, bytes.count) == plain(bytes))
      bytes.append(UInt8(truncatingIfNeeded: index &* 167 ^ index >> 3))
    }
  }

  @Test func canBeComputedInParts() {
    let bytes = (0..<100).map { UInt8(truncatingIfNeeded: $0 &* 59) }
    for cut in 0...bytes.count {
      var checksum = Checksum()
      checksum.update(bytes.span.extracting(0..<cut))
      checksum.update(bytes.span.extracting(cut..<bytes.count))
      #expect(checksum.value == plain(bytes))
    }
  }
}
