// The lists that options take: aggregates, names, sort keys, and the definition of a derived column.

/// One aggregate as written: `mean(dep_delay) as delay`.
package struct AggregateSyntax: Equatable, Sendable {
  /// The function's name, in lower case.
  package var name: String
  /// What it is applied to; nil for `count`, `count()` and `count(*)`, and for a bare name.
  package var argument: Syntax?
  /// The name after `as`.
  package var alias: String?
  /// The call without spaces outside quotes: the name of the result column where there is no alias.
  package var text: String
  /// Where the call starts, in characters of `source`.
  package var offset: Int
  /// The whole list.
  package var source: String
}

/// One name of a list, and where it stands.
package struct NameSyntax: Equatable, Sendable {
  package var name: String
  /// In characters of the list.
  package var offset: Int
}

/// One sort key as written.
package struct SortKeySyntax: Equatable, Sendable {
  package var name: String
  package var descending: Bool
  /// In characters of the list.
  package var offset: Int
}

extension ExpressionParser {
  /// Reads a list of aggregates: `count, mean(dep_delay) as delay`. Whether the functions exist is for the caller.
  package static func aggregates(_ text: String) throws(QuestionError) -> [AggregateSyntax] {
    var parser = try ExpressionParser(text)
    var calls: [AggregateSyntax] = []
    repeat { calls.append(try parser.aggregate()) } while parser.skip(symbol: ",")
    if parser.current.kind != .end { throw parser.unexpected("a comma or the end") }
    return calls
  }

  private mutating func aggregate() throws(QuestionError) -> AggregateSyntax {
    let function = current
    guard function.kind == .word else { throw unexpected("an aggregate") }
    advance()
    var argument: Syntax?
    var text = function.text
    if skip(symbol: "("), !skip(symbol: ")") {
      if function.isWord("count"), skip(symbol: "*") {
        guard skip(symbol: ")") else { throw unexpected(")") }
      } else {
        argument = Syntax(source: source, root: try expression())
        if current.isSymbol(",") {
          throw error("an aggregate takes one argument", at: current.offset)
        }
        guard skip(symbol: ")") else { throw unexpected("an operator or )") }
        text = Self.text(of: tokens(from: function.offset), in: source)
      }
    }
    var alias: String?
    if skip(word: "as") {
      let name = current
      switch name.kind {
      case .word, .quotedName: alias = name.text
      case .text: alias = String(decoding: name.literal.bytes, as: UTF8.self)
      default: throw unexpected("a name")
      }
      advance()
    }
    return AggregateSyntax(
      name: function.text.lowercased(), argument: argument, alias: alias, text: text, offset: function.offset,
      source: source)
  }

  /// The tokens as written, with a space only where two words would run together.
  private static func text(of tokens: [Token], in source: String) -> String {
    let characters = Array(source)
    var text = ""
    var endsInWord = false
    for token in tokens {
      let isWord = token.kind == .word || token.kind == .number
      if isWord, endsInWord { text.append(" ") }
      text.append(contentsOf: characters[token.range])
      endsInWord = isWord
    }
    return text
  }

  /// A name as the text of a call would be named: spaces outside quotes dropped; nil where it cannot be read.
  static func callText(_ name: String) -> String? {
    guard let tokens = try? Lexer.tokens(of: name) else { return nil }
    return text(of: tokens.dropLast(), in: name)
  }

  /// Reads the definition of a derived column: `speed = distance / air_time`.
  package static func derivation(_ text: String) throws(QuestionError) -> (name: String, expression: Syntax) {
    var parser = try ExpressionParser(text)
    let name = parser.current
    guard name.kind == .word || name.kind == .quotedName else { throw parser.unexpected("the name of a new column") }
    parser.advance()
    guard parser.skip(symbol: "=") else {
      if parser.current.isSymbol("==") {
        throw parser.error("== does not define", remedy: "use =", at: parser.current.offset)
      }
      if parser.current.kind == .end {
        throw parser.error(
          "= and an expression are missing at the end", remedy: "write NAME = EXPR", at: parser.current.offset)
      }
      throw parser.error(
        "= must follow the name of a new column", remedy: "write NAME = EXPR; put other names in backticks",
        at: parser.current.offset)
    }
    let root = try parser.expression()
    try parser.expectEnd()
    return (name.text, Syntax(source: text, root: root))
  }

  /// Reads a list of column names: ``a, `b, c`, multi-arch``.
  package static func names(_ text: String) throws(QuestionError) -> [String] {
    try nameList(text).map(\.name)
  }

  /// Reads a list of column names. A name is in backticks or quotes, or it is what stands between two commas that are
  /// in no quotes and no parentheses, without the spaces around it: `multi-arch`, `mean(coalesce(a, 0))`.
  package static func nameList(_ text: String) throws(QuestionError) -> [NameSyntax] {
    let characters = Array(text)
    var names: [NameSyntax] = []
    for part in try parts(of: characters, text: text) {
      names.append(try name(characters, in: part, text: text))
    }
    return names
  }

  /// Reads a list of sort keys: `delay desc, name`. A key is a name as in `nameList`, then `desc`, `asc` or nothing.
  package static func sortKeys(_ text: String) throws(QuestionError) -> [SortKeySyntax] {
    let characters = Array(text)
    var keys: [SortKeySyntax] = []
    for part in try parts(of: characters, text: text) {
      var range = part
      var descending = false
      // The last word is a direction only behind something else: a column may be called "desc".
      if let space = characters[range].lastIndex(where: { $0.isWhitespace || $0 == "`" || $0 == "\"" || $0 == "'" }) {
        let direction = String(characters[space + 1..<range.upperBound]).lowercased()
        if direction == "desc" || direction == "asc" {
          descending = direction == "desc"
          range = trimmed(range.lowerBound..<space + 1, of: characters)
        }
      }
      let name = try name(characters, in: range, text: text)
      keys.append(SortKeySyntax(name: name.name, descending: descending, offset: name.offset))
    }
    return keys
  }

  /// What stands between the commas of a list, without the spaces around it; never empty.
  private static func parts(of characters: [Character], text: String) throws(QuestionError) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = 0
    var depth = 0
    var quote: (character: Character, offset: Int)?
    for index in 0...characters.count {
      guard index < characters.count, !(characters[index] == "," && depth <= 0 && quote == nil) else {
        if let quote, index == characters.count {
          throw QuestionError(
            "a name in quotes does not end", remedy: "close it with \(quote.character)", expression: text,
            offset: quote.offset)
        }
        let part = trimmed(start..<index, of: characters)
        guard !part.isEmpty else {
          throw QuestionError(
            characters.allSatisfy(\.isWhitespace)
              ? "the list of names is empty" : "a name is missing before this place",
            expression: text, offset: index)
        }
        parts.append(part)
        start = index + 1
        continue
      }
      let character = characters[index]
      if let open = quote {
        if character == open.character { quote = nil }
        continue
      }
      switch character {
      case "`", "\"", "'":
        // An apostrophe within a bare name is a letter of it.
        if depth > 0 || trimmed(start..<index, of: characters).isEmpty { quote = (character, index) }
      case "(": depth += 1
      case ")": depth -= 1
      default: break
      }
    }
    return parts
  }

  private static func trimmed(_ range: Range<Int>, of characters: [Character]) -> Range<Int> {
    var range = range
    while let first = range.first, characters[first].isWhitespace { range.removeFirst() }
    while let last = range.last, characters[last].isWhitespace { range.removeLast() }
    return range
  }

  private static func name(
    _ characters: [Character], in range: Range<Int>, text: String
  ) throws(QuestionError) -> NameSyntax {
    let first = characters[range.lowerBound]
    guard first == "`" || first == "\"" || first == "'" else {
      return NameSyntax(name: String(characters[range]), offset: range.lowerBound)
    }
    var name = ""
    var index = range.lowerBound + 1
    while index < range.upperBound {
      if characters[index] == first {
        guard index + 1 < range.upperBound, characters[index + 1] == first else { break }
        index += 1
      }
      name.append(characters[index])
      index += 1
    }
    guard index == range.upperBound - 1 else {
      throw QuestionError(
        "a comma is missing behind a name in quotes", expression: text, offset: min(index + 1, range.upperBound))
    }
    return NameSyntax(name: name, offset: range.lowerBound)
  }
}
