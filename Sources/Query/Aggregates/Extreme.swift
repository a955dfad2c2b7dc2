// Which end of an order is wanted: what makes `min` and `max` differ, and all that does.

/// One end of an order. A value and not a type parameter: code behind an existential is not specialised.
package enum Extreme: Sendable {
  /// The end that `min` wants.
  case least
  /// The end that `max` wants.
  case greatest

  /// Whether a value that compares so (-1, 0, 1) with the one held replaces it. Equal values never do.
  @inline(__always)
  package func isReplaced(at order: Int) -> Bool { self == .least ? order < 0 : order > 0 }
}
