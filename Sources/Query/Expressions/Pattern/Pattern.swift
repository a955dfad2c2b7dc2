// A regular expression that looks for itself in texts in linear time: what `matches` runs.

/// A compiled pattern.
///
/// Characters are code points; a byte that is not UTF-8 is a character that `.` and inverted sets take. Known are
/// literals, `.` (not line feed), `[...]`, `[^...]`, `\d \D \w \W \s \S` (ASCII), `\b \B`, `^`, `$` (start and end of the
/// text), `( )`, `(?: )`, `|`, `* + ? {n} {m,} {m,n}` (also lazy, which is the same here), `\n \r \t \f \v \xHH`, escaped
/// punctuation, and at the very start `(?i)` (ASCII letters in any case) and `(?s)` (`.` takes line feeds).
///
/// A class, so that running it touches one reference count and not one for each of its tables.
final class Pattern: Sendable {
  private let program: PatternProgram
  private let bits: PatternBits

  init(_ scalars: [Unicode.Scalar]) throws(PatternError) {
    program = try PatternProgram(try PatternParser.parse(scalars))
    bits = PatternBits(program)
  }

  /// Whether the pattern occurs anywhere in a text. Time is bounded by text x pattern. Patterns of at most 64
  /// characters to take allocate nothing.
  func occurs(in text: Span<UInt8>) -> Bool {
    bits.isUsable ? bits.occurs(in: text) : program.occurs(in: text)
  }
}
