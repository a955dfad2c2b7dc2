// How the bytes of a piece come into the buffer of the parser that works on it, where they do not come through a pipe:
// copied from the message, or read from the input.

import CSV
import Transport

/// Fills parsers' buffers.
package struct PieceLoader: Sendable {
  /// By input; nil where there is no range to read.
  private let files: [FileSource?]
  private let tap: SourceTap?

  /// - Parameters:
  ///   - inputs: all inputs of the run, in order; only regular files are read here.
  ///   - tap: of the thread that reads.
  package init(inputs: [InputFile], tap: SourceTap? = nil) {
    self.tap = tap
    files = inputs.map { $0.facts.isRegular ? FileSource(input: $0, tap: tap) : nil }
  }

  /// - Parameters:
  ///   - facts: about all inputs of the run, in order.
  ///   - descriptors: of those that are regular files, or none if there will be no ranges.
  ///   - tap: of the thread that reads.
  package init(facts: [InputFacts], descriptors: [Descriptor], tap: SourceTap? = nil) {
    self.tap = tap
    var rest = descriptors[...]
    files = facts.map { facts in
      guard facts.isRegular, let descriptor = rest.popFirst() else { return nil }
      return FileSource(input: InputFile(facts: facts, descriptor: descriptor), tap: tap)
    }
  }

  /// Puts the bytes of a piece into the buffer. Fails if its input has not got them any more.
  package func load(_ piece: Piece, into buffer: PieceBuffer) throws(RunFailure) {
    begin(piece)
    try load(piece, 0..<piece.length, into: buffer)
  }

  /// Waits until the source answers, where the bytes of the piece are read here. To be called once, before parts of it are.
  package func begin(_ piece: Piece) {
    if piece.content == .range { tap?.awaitAnswer() }
  }

  /// Puts a part of a piece into the buffer; offsets count from the start of the piece.
  package func load(_ piece: Piece, _ part: Range<Int>, into buffer: PieceBuffer) throws(RunFailure) {
    switch piece.content {
    case .bytes(let bytes):
      buffer.load(bytes.span.extracting(part))
    case .range:
      guard let file = file(of: piece) else {
        throw RunFailure(.books, "a range of an input that is not open (\(piece.work))")
      }
      try buffer.fill(part.count) { (memory) throws(RunFailure) in
        try file.read(from: Int(piece.work.first) + part.lowerBound, into: memory)
        return memory.count
      }
    case .enclosed:
      throw RunFailure(.books, "a piece whose bytes were left in the pipe (\(piece.work))")
    }
  }

  private func file(of piece: Piece) -> FileSource? {
    files.indices.contains(Int(piece.work.input)) ? files[Int(piece.work.input)] : nil
  }
}
