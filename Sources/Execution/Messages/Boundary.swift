// A position between two records, in the whole input: what is committed lies before it, what is not lies behind it.

/// A point in the input at which a parser may start.
package struct Boundary: Comparable, Hashable, Sendable {
  /// Index of the input.
  package var input: Int
  /// Byte offset in that input.
  package var offset: Int
  /// Whether the bytes at `offset` are the rest of a rejected line.
  package var isSkipping: Bool

  package init(input: Int, offset: Int, isSkipping: Bool = false) {
    self.input = input
    self.offset = offset
    self.isSkipping = isSkipping
  }

  package static func < (left: Boundary, right: Boundary) -> Bool {
    (left.input, left.offset) < (right.input, right.offset)
  }
}
