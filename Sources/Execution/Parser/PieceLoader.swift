// How the bytes of a piece come into the buffer of the parser that works on it: copied from the message, or read from
// the input.

import CSV

/// Fills parsers' buffers.
package struct PieceLoader: Sendable {
  private let files: [FileSource]

  /// - Parameter inputs: all inputs of the run, in order; only regular files are read here.
  package init(inputs: [InputFile]) { files = inputs.map(FileSource.init) }

  /// Puts the bytes of a piece into the buffer. Fails if its input has not got them any more.
  package func load(_ piece: Piece, into buffer: PieceBuffer) throws(RunFailure) {
    switch piece.content {
    case .bytes(let bytes):
      buffer.load(bytes.span)
    case .range:
      guard files.indices.contains(Int(piece.work.input)) else {
        throw RunFailure(.books, "a range of an input that is not open (\(piece.work))")
      }
      let file = files[Int(piece.work.input)]
      try buffer.fill(piece.length) { (memory) throws(RunFailure) in
        try file.read(from: Int(piece.work.first), into: memory)
        return memory.count
      }
    }
  }
}
