// The null test of a dialect in the form that column loops ask millions of times a second: most values are told from
// all null texts by their length alone, the others by one word. The pointer is for `LiteralText`, which says why it
// holds.

import CSV

/// Which texts are null: the empty one, and the null texts of a dialect.
package struct NullTexts: Sendable {
  private var texts: [LiteralText] = []
  /// Bit n: there is a null text of n bytes; bit 63: of 63 or more.
  private var lengths: UInt64 = 1
  /// Whether one of the texts reads as a number.
  package private(set) var includesNumbers = false

  package init(_ dialect: Dialect) {
    for bytes in dialect.nullTexts where !bytes.isEmpty {
      texts.append(LiteralText(bytes))
      if NumberParser.isNumber(bytes.span) { includesNumbers = true }
      lengths |= 1 << UInt64(min(bytes.count, 63))
    }
  }

  /// Whether nothing but the empty text is null.
  package var isOnlyEmpty: Bool { texts.isEmpty }

  /// Whether a text is null; what `Dialect.isNull` says. 8 bytes from its start on must be readable (`LiteralText`).
  @inline(__always)
  package func holds(_ text: UnsafePointer<UInt8>, count: Int) -> Bool {
    if lengths &>> UInt64(truncatingIfNeeded: min(count, 63)) & 1 == 0 { return false }
    return count == 0 || isListed(text, count: count)
  }

  @inline(never)
  private func isListed(_ text: UnsafePointer<UInt8>, count: Int) -> Bool {
    for index in texts.indices where texts[index].isEqual(text, count: count) { return true }
    return false
  }
}
