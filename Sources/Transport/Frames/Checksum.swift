// The checksum of frames: CRC-32C, which finds every error of a single bit and every burst of up to 32 bits.

import CLinux

/// CRC-32C (Castagnoli, RFC 3720), computed by the CPU's own instruction where it has one.
package struct Checksum: Equatable, Sendable {
  package private(set) var value: UInt32 = 0

  package init() {}

  /// Continues with these bytes.
  package mutating func update(_ bytes: Span<UInt8>) {
    // The pointer is used within the call only, for exactly as many bytes as the span has.
    value = bytes.withUnsafeBufferPointer { clinux_crc32c(value, $0.baseAddress, $0.count) }
  }

  /// The checksum of these bytes alone.
  package static func of(_ bytes: Span<UInt8>) -> UInt32 {
    var checksum = Checksum()
    checksum.update(bytes)
    return checksum.value
  }
}
