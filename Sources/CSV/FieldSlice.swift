// Where the text of one field lies, in the eight bytes that the column loops read and write millions of times a second.

/// The text of one field: `count` bytes from `start` on, relative to the base of a `PieceBuffer`.
package struct FieldSlice: Equatable, Sendable {
  package var start: UInt32
  package var count: UInt32

  @inline(__always)
  package init(start: UInt32, count: UInt32) {
    self.start = start
    self.count = count
  }
}
