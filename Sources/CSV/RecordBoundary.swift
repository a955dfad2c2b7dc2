// The reader's guess where the first record behind a grid edge starts. Only a guess, because nobody knows whether the edge
// lies within quotes; whoever parses the piece before it finds out.
//
// A wrong guess costs a piece that is parsed twice. Where fields hold line ends, every other line end may lie within quotes:
// so the window is read both ways, as if it began outside quotes and as if it began within, nearly by the rules of the scanner
// (which passes over the rest of a line behind a reject).
// Whichever way is wrong soon meets quotes where quotes make no sense (Ge, Li, Eilebrecht, Chandramouli and Kossmann,
// "Speculative Distributed CSV Data Parsing for Big Data Analytics", SIGMOD 2019, compare such rules).

/// Guesses record starts from line ends and quotes.
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
  /// - Returns: the offset behind the first line end outside quotes, at least 1.
  package static func guess(in window: Span<UInt8>, isEnd: Bool, dialect: Dialect) -> Guess {
    let facts = PieceFacts(isLast: isEnd, endsLine: false, maxRecord: .max)
    guard let quote = dialect.quote, contains(quote, window) else {
      guard let lineEnd = LineEnd.first(in: window, from: 0),
        let length = LineEnd.length(at: lineEnd, in: window, facts: facts)
      else { return .none }
      return .start(lineEnd + length)
    }
    let outside = Reading(window, from: false, delimiter: dialect.delimiter, quote: quote, facts: facts)
    // Without anything odd no other reading can be better.
    if outside.oddities == 0 { return outside.guess }
    let within = Reading(window, from: true, delimiter: dialect.delimiter, quote: quote, facts: facts)
    return within.oddities < outside.oddities ? within.guess : outside.guess
  }

  private static func contains(_ byte: UInt8, _ window: Span<UInt8>) -> Bool {
    for index in window.indices where window[index] == byte { return true }
    return false
  }

  /// A window read as if it began outside quotes, or within.
  private struct Reading {
    /// Behind the first line end outside quotes.
    var end: Int?
    /// Quotes that would be text in an unquoted field, and text behind closing quotes.
    var oddities = 0

    var guess: Guess { end.map(Guess.start) ?? .none }

    init(_ window: Span<UInt8>, from startsQuoted: Bool, delimiter: UInt8, quote: UInt8, facts: PieceFacts) {
      var isQuoted = startsQuoted
      // Whether a field begins with the first byte cannot be seen.
      var isFieldStart = true
      var at = 0
      while at < window.count {
        let byte = window[at]
        at += 1
        if isQuoted {
          guard byte == quote, at < window.count else { continue }
          if window[at] == quote {
            at += 1
            continue
          }
          isQuoted = false
          if window[at] != delimiter, !LineEnd.isPart(window[at]) { oddities += 1 }
          isFieldStart = false
        } else if byte == delimiter {
          isFieldStart = true
        } else if byte == quote {
          if isFieldStart { isQuoted = true } else { oddities += 1 }
          isFieldStart = false
        } else if LineEnd.isPart(byte) {
          guard let length = LineEnd.length(at: at - 1, in: window, facts: facts) else { return }
          at += length - 1
          if end == nil { end = at }
          isFieldStart = true
        } else {
          isFieldStart = false
        }
      }
    }
  }
}
