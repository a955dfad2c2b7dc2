// How the bytes of regular files come to parsers that are processes of their own.

/// What the reader hands to parser processes.
package enum HandOff: String, CaseIterable, Sendable {
  /// The bytes, through the pipe; the kernel moves a file's pages there without copying them through the reader.
  case bytes
  /// Where the bytes are: parsers have the inputs open and read them by themselves. Streams are handed over as bytes.
  case ranges

  /// What is done unless something else is asked for: the faster one.
  package static let standard = HandOff.ranges
}
