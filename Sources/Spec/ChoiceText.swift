// Values that are one of a few names (`mode: thread`), and the hint at the name that was meant.

import Query

/// Reads a name out of a fixed set.
package enum ChoiceText {
  /// - Throws: `QuestionError` that names what there is, and the nearest of it.
  package static func parse(_ text: String, as what: String, among names: [String]) throws(QuestionError) -> String {
    guard names.contains(text) else {
      throw QuestionError("\(ShownValue.quoted(text)) is not a \(what)", remedy: remedy(for: text, among: names))
    }
    return text
  }

  /// `did you mean "thread"?` where one name is near, else the names that there are.
  package static func remedy(for text: String, among names: [String]) -> String {
    if let nearest = NearestName.of(text, among: names) { return "did you mean \"\(nearest)\"?" }
    return "there is " + names.joined(separator: ", ")
  }
}
