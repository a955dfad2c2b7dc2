// Names in lists of YAML. A comma needs no quoting there, but people copy names from expressions, backticks and all.

/// A column name with or without backticks around it; a doubled backtick inside is one, as in expressions.
package enum QuotedName {
  /// The name that an item of a list stands for.
  package static func name(_ item: String) -> String {
    guard isInBackticks(item) else { return item }
    return String(item.dropFirst().dropLast()).replacing("``", with: "`")
  }

  /// A text that `name` reads as this name: the name itself, unless it stands in backticks.
  package static func item(_ name: String) -> String { isInBackticks(name) ? quoted(name) : name }

  /// The name as expressions take it: bare where it is an identifier, else in backticks.
  package static func inExpression(_ name: String) -> String {
    let isBare = name.unicodeScalars.allSatisfy {
      "a"..."z" ~= $0 || "A"..."Z" ~= $0 || "0"..."9" ~= $0 || $0 == "_"
    }
    let startsWithDigit = name.unicodeScalars.first.map { "0"..."9" ~= $0 } ?? true
    return isBare && !startsWithDigit && !words.contains(name.lowercased()) ? name : quoted(name)
  }

  private static let words = ["and", "or", "not", "in", "is", "null", "true", "false"]

  private static func quoted(_ name: String) -> String { "`" + name.replacing("`", with: "``") + "`" }

  private static func isInBackticks(_ text: String) -> Bool {
    text.count > 2 && text.first == "`" && text.last == "`"
  }
}
