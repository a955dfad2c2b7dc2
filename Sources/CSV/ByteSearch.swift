// Looking for a byte in short texts, eight at a time, in plain words: a call of a C function would take longer.
//
// Why the pointer holds: it is read only up to 7 bytes behind the text, which the caller says can be read.

/// Finds one byte among eight.
enum ByteSearch {
  /// A word of eight times the byte.
  @inline(__always)
  static func repeated(_ byte: UInt8) -> UInt64 { 0x0101_0101_0101_0101 &* UInt64(byte) }

  /// The highest bit of each byte of `word` that equals the one in `pattern`; the first byte is the lowest. No carry
  /// crosses a byte, so every bit can be trusted.
  @inline(__always)
  static func matches(_ word: UInt64, _ pattern: UInt64) -> UInt64 {
    let lowBits: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
    let difference = word ^ pattern
    return ~(((difference & lowBits) &+ lowBits) | difference | lowBits)
  }

  /// Whether a text holds the byte of `pattern`. 7 bytes behind the text must be readable.
  @inline(__always)
  static func holds(_ pattern: UInt64, _ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    var offset = 0
    while offset < count {
      let word = UnsafeRawPointer(text + offset).loadUnaligned(as: UInt64.self)
      let found = matches(UInt64(littleEndian: word), pattern)
      if found != 0 { return found.trailingZeroBitCount / 8 < count - offset }
      offset += 8
    }
    return false
  }
}
