// The name of a piece of work, under which it is given out, reported, merged once, and given out again.

/// A byte range of one input, and which attempt at it this is.
package struct WorkName: Hashable, Sendable, CustomStringConvertible {
  /// The input, counted from 0.
  package var input: UInt32
  /// The first byte and the byte behind the last one, as offsets in the input.
  package var first: UInt64
  package var end: UInt64
  /// Counted from 0.
  package var attempt: UInt32

  package init(input: UInt32, first: UInt64, end: UInt64, attempt: UInt32) {
    self.input = input
    self.first = first
    self.end = end
    self.attempt = attempt
  }

  /// For frames that belong to no piece of work.
  package static let none = WorkName(input: 0, first: 0, end: 0, attempt: 0)

  package var description: String { "input \(input), bytes \(first)..<\(end), attempt \(attempt)" }
}
