// Cuts the payload of a message, which is several byte strings, into frames of limited length.

/// Walks over byte strings of known lengths. Made for one message.
package struct FrameCutter: Sendable {
  /// Part of one of the byte strings; never empty.
  package struct Slice: Equatable, Sendable {
    package var piece: Int
    package var range: Range<Int>

    package init(piece: Int, range: Range<Int>) {
      self.piece = piece
      self.range = range
    }
  }

  /// What goes into one frame.
  package struct Frame: Equatable, Sendable {
    package var slices: [Slice] = []
    package var length = 0

    package init() {}
  }

  private let lengths: [Int]
  private let frameLength: Int
  private var piece = 0
  private var offset = 0

  /// - Parameters:
  ///   - lengths: of the byte strings.
  ///   - frameLength: bytes of a frame at most, at least 1.
  package init(lengths: [Int], frameLength: Int) {
    self.lengths = lengths
    self.frameLength = frameLength
    skipEmpty()
  }

  /// Whether everything was cut. A message without bytes is at its end at once, but still makes one (empty) frame.
  package var isAtEnd: Bool { piece == lengths.count }

  /// The next frame, as full as it can be.
  package mutating func next() -> Frame {
    var frame = Frame()
    while !isAtEnd, frame.length < frameLength {
      let count = min(lengths[piece] - offset, frameLength - frame.length)
      frame.slices.append(Slice(piece: piece, range: offset..<offset + count))
      frame.length += count
      offset += count
      skipEmpty()
    }
    return frame
  }

  private mutating func skipEmpty() {
    while piece < lengths.count, offset == lengths[piece] {
      piece += 1
      offset = 0
    }
  }
}
