// Finds the name that was probably meant, for the errors about unknown names.

/// Suggests names by edit distance.
package enum NearestName {
  /// The candidate nearest to `name`, the first of several; nil where none is near.
  package static func of(_ name: String, among candidates: [String]) -> String? {
    let wanted = folded(name)
    var best: (name: String, distance: Int)?
    // A third of the letters may be wrong, and one always.
    let bound = max(1, min(wanted.count / 3, 4))
    for candidate in candidates {
      let letters = folded(candidate)
      guard abs(letters.count - wanted.count) <= bound else { continue }
      let distance = distance(wanted, letters)
      if distance <= bound, distance < max(letters.count, 1), distance < best?.distance ?? .max {
        best = (candidate, distance)
      }
    }
    return best?.name
  }

  private static func folded(_ name: String) -> [Unicode.Scalar] { Array(name.lowercased().unicodeScalars.prefix(200)) }

  /// The fewest insertions, deletions, replacements and exchanges of neighbours that turn one text into the other:
  /// the optimal string alignment distance (https://en.wikipedia.org/wiki/Damerau-Levenshtein_distance).
  static func distance<Element: Equatable>(_ left: [Element], _ right: [Element]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in left.indices {
      var current = [row + 1]
      for column in right.indices {
        let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
        var least = min(replaced, last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          least = min(least, beforeLast[column - 1] + 1)
        }
        current.append(least)
      }
      beforeLast = last
      last = current
    }
    return last[right.count]
  }
}
