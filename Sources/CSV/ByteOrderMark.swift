// The UTF-8 byte order mark that some programs write before the first byte of text.

/// Recognises a UTF-8 byte order mark. Those of UTF-16 and UTF-32 are `ForeignContent`.
package enum ByteOrderMark {
  /// Bytes to pass over at the start of an input: 3 or 0.
  package static func length(of prefix: Span<UInt8>) -> Int {
    prefix.count >= 3 && prefix[0] == 0xEF && prefix[1] == 0xBB && prefix[2] == 0xBF ? 3 : 0
  }
}
