// Whether two files hold the same bytes, and where they do not.

import Glibc
import Transport

/// The first byte in which two files differ.
package enum FileDifference {
  private static let block = 1 << 20

  /// The offset of the first byte that differs, or that only one of them has; nil if they are the same.
  package static func first(_ one: String, _ other: String) throws(TransportError) -> Int? {
    let left = try Descriptor.openForReading(one)
    let right = try Descriptor.openForReading(other)
    var offset = 0
    while true {
      let (mine, theirs) = (try read(left, offset, one), try read(right, offset, other))
      if mine != theirs {
        return offset + (zip(mine, theirs).enumerated().first { $1.0 != $1.1 }?.offset ?? min(mine.count, theirs.count))
      }
      if mine.isEmpty { return nil }
      offset += mine.count
    }
  }

  /// A block, shorter only at the end.
  private static func read(_ file: Descriptor, _ offset: Int, _ path: String) throws(TransportError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: block)
    var filled = 0
    while filled < block {
      let got = bytes.withUnsafeMutableBytes { memory in
        // `rebasing` checks that the rest lies within the block.
        let rest = UnsafeMutableRawBufferPointer(rebasing: memory[filled...])
        return pread(file.number, rest.baseAddress, rest.count, off_t(offset + filled))
      }
      if got == 0 { break }
      if got > 0 { filled += got } else if errno != EINTR { throw TransportError(call: "read \(path)", errno: errno) }
    }
    bytes.removeLast(block - filled)
    return bytes
  }
}
