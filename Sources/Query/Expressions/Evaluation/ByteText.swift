// What expressions do with texts: compare them, look into them, change their case. Texts are bytes.

/// Operations on texts.
enum ByteText {
  /// Negative, 0 or positive as `left` comes before, equals or comes behind `right`, bytewise.
  static func compare(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Int {
    let common = min(left.count, right.count)
    var index = 0
    while index < common {
      if left[index] != right[index] { return left[index] < right[index] ? -1 : 1 }
      index += 1
    }
    return left.count - right.count
  }

  static func isEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    left.count == right.count && occurs(right, at: 0, of: left)
  }

  /// Whether a comparison of two texts holds.
  @inline(__always)
  static func holds(_ comparison: ComparisonOperator, _ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    switch comparison {
    case .equal: isEqual(left, right)
    case .notEqual: !isEqual(left, right)
    default: comparison.holds(compare(left, right))
    }
  }

  /// Whether `part` is what `test` says of `text`. The empty text is a part of every text.
  static func holds(_ test: TextTest, _ text: Span<UInt8>, _ part: Span<UInt8>) -> Bool {
    guard part.count <= text.count else { return false }
    switch test {
    case .isPrefix: return occurs(part, at: 0, of: text)
    case .isSuffix: return occurs(part, at: text.count - part.count, of: text)
    case .occurs:
      guard !part.isEmpty else { return true }
      let first = part[0]
      var index = 0
      while index <= text.count - part.count {
        if text[index] == first, occurs(part, at: index, of: text) { return true }
        index += 1
      }
      return false
    }
  }

  /// Whether `part` stands at `start`; it must not reach beyond the text.
  @inline(__always)
  private static func occurs(_ part: Span<UInt8>, at start: Int, of text: Span<UInt8>) -> Bool {
    var index = 0
    while index < part.count {
      if text[start + index] != part[index] { return false }
      index += 1
    }
    return true
  }

  /// An ASCII letter in the other case; any other byte as it is.
  @inline(__always)
  static func changed(_ byte: UInt8, isUpper: Bool) -> UInt8 {
    let first = isUpper ? UInt8(ascii: "a") : UInt8(ascii: "A")
    return byte >= first && byte < first + 26 ? byte ^ 0x20 : byte
  }
}
