// A text that many fields are compared with: its first bytes as a word, so that most comparisons are one of words.
//
// Why the pointers hold: a field lies in a block with readable margins (`PieceBuffer`, `TextArena`), so that 8 bytes can
// be loaded from its start on; what lies behind its end is masked away or, as its length shows, does not count.

/// A text to compare with.
struct LiteralText: Sendable {
  let bytes: [UInt8]
  /// The first bytes, up to 8, and what to keep of the first 8 bytes of a field to compare with them.
  private let word: UInt64
  private let mask: UInt64
  /// The first bytes as an integer of which the first byte counts most, zeros behind a shorter text.
  private let rank: UInt64

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var word: UInt64 = 0
    for (place, byte) in bytes.prefix(8).enumerated() { word |= UInt64(byte) << UInt64(8 * place) }
    self.word = word
    rank = word.byteSwapped
    mask = bytes.count < 8 ? 1 << UInt64(8 * bytes.count) - 1 : UInt64.max
  }

  var count: Int { bytes.count }

  @inline(__always)
  func isEqual(_ text: UnsafePointer<UInt8>, count: Int) -> Bool { count == bytes.count && isStart(of: text) }

  @inline(__always)
  func isPrefix(of text: UnsafePointer<UInt8>, count: Int) -> Bool { count >= bytes.count && isStart(of: text) }

  /// Negative, 0 or positive as a field comes before the text, equals it or comes behind it, bytewise.
  @inline(__always)
  func order(of text: UnsafePointer<UInt8>, count: Int) -> Int {
    let first = Self.rank(text, count: count)
    // The first byte that differs decides, and where a text has ended, zero comes before whatever the other has there; if
    // that is a zero too, the ranks are equal.
    if first != rank { return first < rank ? -1 : 1 }
    return ByteText.compare(Span(_unsafeStart: text, count: count), bytes.span)
  }

  /// The first bytes of a text as `rank` has them.
  @inline(__always)
  static func rank(_ text: UnsafePointer<UInt8>, count: Int) -> UInt64 {
    let start = UInt64(bigEndian: UnsafeRawPointer(text).loadUnaligned(as: UInt64.self))
    let half = UInt64(truncatingIfNeeded: count >= 8 ? 0 : 32 &- 4 &* count)
    return start & ((UInt64.max &<< half) &<< half)
  }

  /// Whether a field that is long enough starts with the text.
  @inline(__always)
  private func isStart(of text: UnsafePointer<UInt8>) -> Bool {
    let start = UInt64(littleEndian: UnsafeRawPointer(text).loadUnaligned(as: UInt64.self))
    if start & mask != word { return false }
    return bytes.count <= 8 || goesOn(text)
  }

  private func goesOn(_ text: UnsafePointer<UInt8>) -> Bool {
    for place in 8..<bytes.count where text[place] != bytes[place] { return false }
    return true
  }
}
