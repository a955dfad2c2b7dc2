// Column types as users write them: `flight=text, distance=decimal`.

import Query

/// Reads the value of `--types`.
package enum TypeText {
  /// The types that a user can give; `null` is none of them, it is what a column without values has.
  package static let names = ColumnType.allCases.filter { $0 != .null }.map(\.rawValue)

  /// One type by its name.
  package static func type(_ name: String) throws(QuestionError) -> ColumnType {
    guard let type = ColumnType(rawValue: name), type != .null else {
      throw QuestionError(
        "\(ShownValue.quoted(name)) is not a type", remedy: ChoiceText.remedy(for: name, among: names))
    }
    return type
  }

  /// The types by column name. A name that holds a comma stands in backticks.
  ///
  /// - Throws: `QuestionError` when an item is not `NAME=TYPE`, or a column is named twice.
  package static func parse(_ text: String) throws(QuestionError) -> [String: ColumnType] {
    var types: [String: ColumnType] = [:]
    for item in items(text) {
      let sign = item.lastIndex(of: "=") ?? item.startIndex
      let name = QuotedName.name(trimmed(item[..<sign]))
      guard !name.isEmpty else {
        throw QuestionError(
          "\(ShownValue.quoted(trimmed(item[...]))) is not of the form NAME=TYPE",
          remedy: "write for example 'flight=text'")
      }
      let type = try type(trimmed(item[item.index(after: sign)...]))
      guard types.updateValue(type, forKey: name) == nil else {
        throw QuestionError("column \(ShownValue.quoted(name)) is given two types")
      }
    }
    return types
  }

  /// What stands between the commas that are not in backticks.
  private static func items(_ text: String) -> [Substring] {
    var isQuoted = false
    return text.split(omittingEmptySubsequences: false) { character in
      if character == "`" { isQuoted.toggle() }
      return character == "," && !isQuoted
    }
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
