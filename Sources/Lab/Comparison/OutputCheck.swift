// The promise that every comparison tests on the way: the same bytes, whatever the mode, the parser and the rest.

import Glibc
import Transport

/// Holds what runs wrote against what the first run wrote.
package struct OutputCheck: Sendable {
  /// Two runs that did not write the same.
  package struct Difference: Equatable, Sendable, CustomStringConvertible {
    package var what: String
    package var first: String
    package var second: String
    /// Of the first byte that differs.
    package var offset: Int

    package var description: String {
      "\(first) and \(second) give different bytes: the \(what) differs at byte \(offset)"
    }
  }

  private var references: [String: (path: String, owner: String)] = [:]

  package init() {}

  /// Takes a file that a run has written: keeps the first of a kind, compares and removes every other.
  ///
  /// - Parameters:
  ///   - what: the kind: `result`.
  ///   - owner: the name of the configuration that ran.
  /// - Returns: the difference, if there is one; the file stays then.
  package mutating func take(
    _ path: String, as what: String, of owner: String
  ) throws(TransportError) -> Difference? {
    guard let reference = references[what] else {
      let kept = path + ".first"
      guard rename(path, kept) == 0 else { throw TransportError(call: "rename \(path)", errno: errno) }
      references[what] = (kept, owner)
      return nil
    }
    if let offset = try FileDifference.first(reference.path, path) {
      return Difference(what: what, first: reference.owner, second: owner, offset: offset)
    }
    unlink(path)
    return nil
  }
}
