// How many columns of a terminal a character takes. The answer of `wcwidth`, without its locale.

/// Widths in terminal columns.
enum TextWidth {
  /// The columns of one character: 2 for the wide ones of East Asia and emoji, 0 for marks that sit on others, else 1.
  static func columns(of scalar: UnicodeScalar) -> Int {
    let value = scalar.value
    if value < 0x300 { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    // Vowels and final consonants of Hangul join the syllable before them.
    if 0x1160...0x11FF ~= value || 0xD7B0...0xD7FF ~= value { return 0 }
    // Two of these make a flag of two columns.
    if 0x1F1E6...0x1F1FF ~= value { return 1 }
    if value >= 0x1100, isWide(value) || scalar.properties.isEmojiPresentation { return 2 }
    return 1
  }

  /// The columns of a text that holds no control characters.
  static func columns(of text: String) -> Int {
    var isASCII = true
    for byte in text.utf8 where byte >= 0x80 {
      isASCII = false
      break
    }
    if isASCII { return text.utf8.count }
    return text.unicodeScalars.reduce(0) { $0 + columns(of: $1) }
  }

  private static func isWide(_ value: UInt32) -> Bool {
    var low = 0
    var high = wide.count
    while low < high {
      let middle = (low + high) / 2
      if wide[middle].upperBound < value { low = middle + 1 } else { high = middle }
    }
    return low < wide.count && wide[low].contains(value)
  }

  /// The blocks of wide and full-width characters (East_Asian_Width W and F in Unicode's EastAsianWidth.txt), sorted;
  /// gaps that are not assigned are closed, and emoji are left to their own property.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3,
    0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6B, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18D08,
    0x1AFF0...0x1B2FB, 0x1F200...0x1F265, 0x20000...0x2FFFD, 0x30000...0x3FFFD,
  ]
}
