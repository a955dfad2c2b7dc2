// Physical line ends (LF, CRLF, CR): where the next one is and how long. Everything that must go on at "the next line",
// whatever the quotes say, asks here.

/// Finds and measures physical line ends.
enum LineEnd {
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D

  /// Whether a byte is a line end or a part of one.
  static func isPart(_ byte: UInt8) -> Bool { byte == lineFeed || byte == carriageReturn }

  /// Offset of the first line end at or behind `offset`, or nil where there is none.
  static func first(in bytes: Span<UInt8>, from offset: Int) -> Int? {
    var at = offset
    while at < bytes.count {
      // One comparison passes over nearly every byte of a text.
      if bytes[at] <= carriageReturn, isPart(bytes[at]) { return at }
      at += 1
    }
    return nil
  }

  /// Length of the line end at `offset`, or nil where a CR is the last byte and an LF might follow it.
  static func length(at offset: Int, in piece: Span<UInt8>, facts: PieceFacts) -> Int? {
    if piece[offset] == lineFeed { return 1 }
    if offset + 1 < piece.count { return piece[offset + 1] == lineFeed ? 2 : 1 }
    return facts.isLast || facts.endsLine ? 1 : nil
  }
}
