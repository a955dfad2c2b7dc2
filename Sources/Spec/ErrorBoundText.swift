// How many rejects a run bears, as users write it: `100` or `0.5%`.

import Query

/// Reads and writes the value of `--max-errors`.
package enum ErrorBoundText {
  /// - Throws: `QuestionError` when the text is neither a count nor a share of 0 to 100 percent with at most two
  ///   decimals.
  package static func parse(_ text: String) throws(QuestionError) -> ErrorBound {
    if let count = number(text[...]) { return .count(count) }
    if text.last == "%" {
      let parts = text.dropLast().split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
      let decimals = parts.count == 2 ? parts[1] : "0"
      if let whole = number(parts[0]), whole <= 100, decimals.utf8.count <= 2, let fraction = number(decimals) {
        let hundredths = whole * 100 + (decimals.utf8.count == 1 ? fraction * 10 : fraction)
        if hundredths <= 10_000 { return .percent(hundredths: hundredths) }
      }
    }
    throw QuestionError(
      "\(ShownValue.quoted(text)) is neither a count nor a share",
      remedy: "give a count such as 100, or 0% to 100% such as 0.5%")
  }

  package static func text(_ bound: ErrorBound) -> String {
    switch bound {
    case .count(let count): return "\(count)"
    case .percent(let hundredths):
      let fraction = hundredths % 100
      if fraction == 0 { return "\(hundredths / 100)%" }
      if fraction % 10 == 0 { return "\(hundredths / 100).\(fraction / 10)%" }
      return "\(hundredths / 100).\(fraction / 10)\(fraction % 10)%"
    }
  }

  private static func number(_ digits: Substring) -> Int? {
    guard !digits.isEmpty, digits.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return nil }
    return Int(digits)
  }
}
