// Byte strings compared as byte strings: the order of texts everywhere in a result. Never by `String`, which holds
// different bytes for equal.

/// Comparison of byte strings.
package enum ByteOrder {
  /// Whether both hold the same bytes.
  package static func areEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    let count = left.count
    guard right.count == count else { return false }
    var offset = 0
    while count - offset >= 8 {
      // Loads within the bounds that the span checks; every pattern of bytes is an integer.
      let leftWord = left.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
      let rightWord = right.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
      if leftWord != rightWord { return false }
      offset += 8
    }
    while offset < count {
      if left[offset] != right[offset] { return false }
      offset += 1
    }
    return true
  }

  /// -1, 0 or 1 as `left` sorts before, with or behind `right`: by bytes as unsigned numbers, a prefix first.
  package static func compare(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Int {
    let shared = min(left.count, right.count)
    var offset = 0
    while shared - offset >= 8 {
      let leftWord = left.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
      let rightWord = right.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
      // With the first byte highest, the order of the words is that of the bytes.
      if leftWord != rightWord { return UInt64(bigEndian: leftWord) < UInt64(bigEndian: rightWord) ? -1 : 1 }
      offset += 8
    }
    while offset < shared {
      if left[offset] != right[offset] { return left[offset] < right[offset] ? -1 : 1 }
      offset += 1
    }
    return (left.count - right.count).signum()
  }
}
