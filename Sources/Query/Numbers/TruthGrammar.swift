// The two texts that are truth values, for type inference and for reading boolean columns.

/// The truth values `true` and `false`, in any case.
package enum TruthGrammar {
  private static let yes = Array("true".utf8)
  private static let no = Array("false".utf8)

  /// What a text says, or nil where it is neither.
  package static func truth(of text: Span<UInt8>) -> Bool? {
    if matches(text, yes) { return true }
    return matches(text, no) ? false : nil
  }

  private static func matches(_ text: Span<UInt8>, _ word: [UInt8]) -> Bool {
    guard text.count == word.count else { return false }
    for index in word.indices where text[index] | 0x20 != word[index] { return false }
    return true
  }
}
