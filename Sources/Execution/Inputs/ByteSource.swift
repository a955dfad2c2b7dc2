// Reading an input by offset, whatever it is: the reader does not know whether it has a file or a stream before it.

/// Bytes of one input, addressed by offset.
package protocol ByteSource: Sendable {
  /// The bytes [offset, offset + count); fewer only where the input ends.
  mutating func read(from offset: Int, count: Int) throws(RunFailure) -> [UInt8]

  /// Says that no byte before `offset` will be asked for again.
  mutating func release(before offset: Int)

  /// The size in bytes; nil while it is not known.
  var size: Int? { get }

  /// Whether parsers can read ranges of it by themselves.
  var hasRanges: Bool { get }

  /// Fails if the input is not what it was when it was opened.
  func checkUnchanged() throws(RunFailure)
}

extension ByteSource {
  /// The content of a piece: its bytes only where nobody else can read them.
  mutating func content(from offset: Int, count: Int) throws(RunFailure) -> Piece.Content {
    hasRanges ? .range : .bytes(try read(from: offset, count: count))
  }
}
