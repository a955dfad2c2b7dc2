// Steps through a text by code points. Texts need not be UTF-8: a byte that is no part of a valid sequence is a
// character of its own.

/// Decodes UTF-8 as the Unicode standard defines it (version 15, table 3-7).
enum CodePoint {
  /// What stands for the invalid byte b is this + b, behind all code points.
  static let invalidBase: UInt32 = 0x110000
  /// The greatest number that `next` gives.
  static let last: UInt32 = invalidBase + 0xFF

  /// The code point at `index`, which moves behind it. `index` must be within the text.
  @inline(__always)
  static func next(in text: Span<UInt8>, at index: inout Int) -> UInt32 {
    let first = text[index]
    if first < 0x80 {
      index += 1
      return UInt32(first)
    }
    return nextWide(in: text, at: &index, first: first)
  }

  private static func nextWide(in text: Span<UInt8>, at index: inout Int, first: UInt8) -> UInt32 {
    let start = index
    index += 1
    // The second byte is held to narrower bounds behind some first bytes: no overlong forms, no surrogates, nothing
    // above 10FFFF.
    let (count, low, high): (Int, UInt8, UInt8)
    switch first {
    case 0xC2...0xDF: (count, low, high) = (2, 0x80, 0xBF)
    case 0xE0: (count, low, high) = (3, 0xA0, 0xBF)
    case 0xED: (count, low, high) = (3, 0x80, 0x9F)
    case 0xE1...0xEF: (count, low, high) = (3, 0x80, 0xBF)
    case 0xF0: (count, low, high) = (4, 0x90, 0xBF)
    case 0xF1...0xF3: (count, low, high) = (4, 0x80, 0xBF)
    case 0xF4: (count, low, high) = (4, 0x80, 0x8F)
    default: return invalidBase + UInt32(first)
    }
    guard start + count <= text.count, text[start + 1] >= low, text[start + 1] <= high else {
      return invalidBase + UInt32(first)
    }
    var value = UInt32(first) & (0x7F >> UInt32(count))
    for offset in 1..<count {
      let byte = text[start + offset]
      guard byte & 0xC0 == 0x80 else { return invalidBase + UInt32(first) }
      value = value << 6 | UInt32(byte & 0x3F)
    }
    index = start + count
    return value
  }

  /// Code points of a text.
  static func count(in text: Span<UInt8>) -> Int {
    var index = 0
    var count = 0
    while index < text.count {
      _ = next(in: text, at: &index)
      count += 1
    }
    return count
  }
}
