// The reader's guess where the first record behind a grid edge starts. Only a guess, because a line end may lie within
// quotes; whoever parses the piece before the edge finds out.

/// Guesses record starts from physical line ends.
package enum RecordBoundary {
  package enum Guess: Equatable, Sendable {
    /// A record may start at this offset in the window (which can be the window's end).
    case start(Int)
    /// The window tells nothing.
    case none
  }

  /// Guesses the next record start.
  ///
  /// - Parameters:
  ///   - window: the byte before the grid edge and the bytes behind it.
  ///   - isEnd: whether the input ends where the window ends. If not, a CR as the window's last byte might be half a
  ///     line end, so there is no guess.
  /// - Returns: the offset behind the first line end, at least 1.
  package static func guess(in window: Span<UInt8>, isEnd: Bool) -> Guess {
    let facts = PieceFacts(isLast: isEnd, endsLine: false, maxRecord: .max)
    guard let lineEnd = LineEnd.first(in: window, from: 0),
      let length = LineEnd.length(at: lineEnd, in: window, facts: facts)
    else { return .none }
    return .start(lineEnd + length)
  }
}
