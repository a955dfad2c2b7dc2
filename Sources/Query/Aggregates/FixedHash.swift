// The hash of distinct values, for their sketches, and of groups, for the parts in which they cross. It is our own because the standard library's is seeded anew in every
// process, and two processes must agree on the sketch of a value. Group keys have another one (`KeyHash`).
//
// Why the pointers hold: the caller has `count` bytes from `text` on, and words are loaded only where 8 of them are.

/// A 64-bit hash of a byte string that is the same in every process and on every machine.
///
/// It follows wyhash (Wang Yi, https://github.com/wangyi-fudan/wyhash): 16 bytes a step, each step one 64 x 64 -> 128
/// bit multiplication whose halves are folded together. `hash` values end up in sketches that cross between
/// processes; changing the function changes approximate counts.
package enum FixedHash {
  private static let first: UInt64 = 0xa076_1d64_78bd_642f
  private static let second: UInt64 = 0xe703_7ed1_a0b4_28db
  private static let third: UInt64 = 0x8ebc_6af0_9c88_c6e3

  package static func hash(_ bytes: Span<UInt8>) -> UInt64 {
    let count = bytes.count
    var state = first
    var low: UInt64
    var high: UInt64
    if count <= 16 {
      if count >= 8 {
        low = word(bytes, at: 0)
        high = word(bytes, at: count - 8)
      } else if count >= 4 {
        low = halfWord(bytes, at: 0)
        high = halfWord(bytes, at: count - 4)
      } else if count > 0 {
        low = UInt64(bytes[0]) << 16 | UInt64(bytes[count >> 1]) << 8 | UInt64(bytes[count - 1])
        high = 0
      } else {
        low = 0
        high = 0
      }
    } else {
      var offset = 0
      while count - offset > 16 {
        state = fold(word(bytes, at: offset) ^ second, word(bytes, at: offset + 8) ^ state)
        offset += 16
      }
      low = word(bytes, at: count - 16)
      high = word(bytes, at: count - 8)
    }
    return fold(second ^ UInt64(count), fold(low ^ second, high ^ state) ^ third)
  }

  /// The hash of `count` bytes from `text` on.
  ///
  /// - Parameter first: the first 8 bytes as a little-endian word, zeros behind the end of the text.
  @inline(__always)
  static func hash(_ text: UnsafeRawPointer, count: Int, first: UInt64) -> UInt64 {
    var state = Self.first
    var low: UInt64
    var high: UInt64
    if count >= 8 {
      low = first
      if count > 16 { (low, state) = longState(text, count: count) }
      high = UInt64(littleEndian: (text + (count &- 8)).loadUnaligned(as: UInt64.self))
    } else if count >= 4 {
      low = first & 0xFFFF_FFFF
      high = first &>> UInt64(truncatingIfNeeded: 8 &* (count &- 4))
    } else {
      // Bytes 0, count / 2 and count - 1; none of no bytes.
      let middle = first &>> UInt64(truncatingIfNeeded: 8 &* (count &>> 1))
      let last = first &>> UInt64(truncatingIfNeeded: 8 &* max(count &- 1, 0))
      low = (first & 0xFF) &<< 16 | (middle & 0xFF) &<< 8 | last & 0xFF
      high = 0
    }
    return fold(second ^ UInt64(count), fold(low ^ second, high ^ state) ^ third)
  }

  /// Of more than 16 bytes: the word 16 bytes before the end, and the state behind all steps of 16 bytes before.
  @inline(__always)
  private static func longState(_ text: UnsafeRawPointer, count: Int) -> (low: UInt64, state: UInt64) {
    var state = first
    var offset = 0
    while count &- offset > 16 {
      let low = UInt64(littleEndian: (text + offset).loadUnaligned(as: UInt64.self))
      let high = UInt64(littleEndian: (text + (offset &+ 8)).loadUnaligned(as: UInt64.self))
      state = fold(low ^ second, high ^ state)
      offset &+= 16
    }
    return (UInt64(littleEndian: (text + (count &- 16)).loadUnaligned(as: UInt64.self)), state)
  }

  /// The hash of two words.
  static func combine(_ left: UInt64, _ right: UInt64) -> UInt64 { fold(left ^ second, right ^ third) }

  @inline(__always)
  private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }

  // The loads below are checked against the span's bounds; "unsafe" is that they give any bytes as a type, and every
  // pattern of bytes is an integer.

  @inline(__always)
  private static func word(_ bytes: Span<UInt8>, at offset: Int) -> UInt64 {
    UInt64(littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  @inline(__always)
  private static func halfWord(_ bytes: Span<UInt8>, at offset: Int) -> UInt64 {
    UInt64(UInt32(littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self)))
  }
}
