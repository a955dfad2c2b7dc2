// The null test of a dialect in the form that column loops ask millions of times a second: most values are told from all
// null texts by their length alone, the others by one word.
//
// Why the pointers hold: a text that is tested lies in a `PieceBuffer` or another block with readable margins, so that 8
// bytes can be loaded from its start on; what lies behind its end is masked away.

import CSV

/// Which texts are null: the empty one, and the null texts of a dialect.
package struct NullTexts: Sendable {
  private struct Entry {
    var count: Int
    /// The first bytes, up to 8, and what to keep of the first 8 bytes of a text to compare with them.
    var word: UInt64
    var mask: UInt64
    var bytes: [UInt8]
  }

  private var entries: [Entry] = []
  /// Bit n: there is a null text of n bytes; bit 63: of 63 or more.
  private var lengths: UInt64 = 1

  /// Whether one of the texts reads as a number.
  package private(set) var includesNumbers = false

  package init(_ dialect: Dialect) {
    for bytes in dialect.nullTexts where !bytes.isEmpty {
      var word: UInt64 = 0
      for (place, byte) in bytes.prefix(8).enumerated() { word |= UInt64(byte) << UInt64(8 * place) }
      let mask = bytes.count < 8 ? 1 << UInt64(8 * bytes.count) - 1 : UInt64.max
      entries.append(Entry(count: bytes.count, word: word, mask: mask, bytes: bytes))
      if NumberParser.isNumber(bytes.span) { includesNumbers = true }
      lengths |= 1 << UInt64(min(bytes.count, 63))
    }
  }

  /// Whether nothing but the empty text is null.
  package var isOnlyEmpty: Bool { entries.isEmpty }

  /// Whether a text is null; what `Dialect.isNull` says.
  @inline(__always)
  package func holds(_ text: UnsafePointer<UInt8>, count: Int) -> Bool {
    if lengths &>> UInt64(truncatingIfNeeded: min(count, 63)) & 1 == 0 { return false }
    return count == 0 || isListed(text, count: count)
  }

  @inline(never)
  private func isListed(_ text: UnsafePointer<UInt8>, count: Int) -> Bool {
    let start = UInt64(littleEndian: UnsafeRawPointer(text).loadUnaligned(as: UInt64.self))
    next: for index in entries.indices where entries[index].count == count {
      if start & entries[index].mask != entries[index].word { continue }
      if count > 8 {
        for place in 8..<count where text[place] != entries[index].bytes[place] { continue next }
      }
      return true
    }
    return false
  }
}
