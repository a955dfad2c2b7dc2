// The smallest parts of an expression, and how it is cut into them. Offsets count characters, as the command line does
// when it prints a caret under a mistake.

/// A text literal: what it says, and where each of its code points stands in the expression.
package struct TextLiteral: Equatable, Sendable {
  package var scalars: [Unicode.Scalar] = []
  /// Offset in the expression of each code point, in characters.
  package var offsets: [Int] = []

  package init() {}

  /// The text in UTF-8.
  package var bytes: [UInt8] {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return Array(String(view).utf8)
  }
}

/// One part of an expression.
struct Token: Equatable {
  enum Kind {
    /// Digits by the number grammar, without a sign.
    case number
    case text
    /// A bare name, or a word of the language.
    case word
    /// A name in backticks.
    case quotedName
    /// An operator, a parenthesis or a comma.
    case symbol
    /// Behind the last character.
    case end
  }

  var kind: Kind
  /// The name, the symbol or the digits; empty for texts.
  var text = ""
  var literal = TextLiteral()
  /// Characters of the expression that the token covers.
  var range: Range<Int>

  var offset: Int { range.lowerBound }

  func isSymbol(_ symbol: String) -> Bool { kind == .symbol && text == symbol }

  /// Whether the token is this word of the language, in any case.
  func isWord(_ word: String) -> Bool { kind == .word && text.lowercased() == word }
}

/// Cuts an expression into tokens.
struct Lexer {
  private let source: String
  private let characters: [Character]
  private var position = 0

  /// The longest expression, in characters.
  static let maxLength = 1 << 20

  private init(_ source: String) {
    self.source = source
    characters = Array(source)
  }

  /// All tokens of the source; the last one is `end`.
  static func tokens(of source: String) throws(QuestionError) -> [Token] {
    var lexer = Lexer(source)
    guard lexer.characters.count <= maxLength else {
      throw QuestionError(
        "an expression of \(lexer.characters.count) characters is too long", remedy: "at most \(maxLength)")
    }
    var tokens: [Token] = []
    repeat { tokens.append(try lexer.next()) } while tokens.last?.kind != .end
    return tokens
  }

  private func error(_ message: String, remedy: String? = nil, at offset: Int) -> QuestionError {
    QuestionError(message, remedy: remedy, expression: source, offset: offset)
  }

  private func peek(_ ahead: Int = 0) -> Character? {
    position + ahead < characters.count ? characters[position + ahead] : nil
  }

  private mutating func next() throws(QuestionError) -> Token {
    while let character = peek(), character.isWhitespace { position += 1 }
    guard let character = peek() else { return Token(kind: .end, range: position..<position) }
    switch character {
    case "\"", "'": return try text(quote: character)
    case "`": return try quotedName()
    case "0"..."9": return try number()
    case _ where Self.startsName(character): return word()
    default: return try symbol(character)
    }
  }

  private static func startsName(_ character: Character) -> Bool {
    if character.isASCII { return character.isLetter || character == "_" }
    return character.isLetter
  }

  private static func continuesName(_ character: Character) -> Bool {
    startsName(character) || character == "." || character.isNumber
  }

  private mutating func word() -> Token {
    let start = position
    while let character = peek(), Self.continuesName(character) { position += 1 }
    return Token(kind: .word, text: String(characters[start..<position]), range: start..<position)
  }

  /// A name in backticks; a doubled backtick inside is one backtick.
  private mutating func quotedName() throws(QuestionError) -> Token {
    let start = position
    var name = ""
    position += 1
    while let character = peek() {
      position += 1
      if character == "`" {
        guard peek() == "`" else {
          guard !name.isEmpty else { throw error("a name in backticks is empty", at: start) }
          return Token(kind: .quotedName, text: name, range: start..<position)
        }
        position += 1
      }
      name.append(character)
    }
    throw error("a name in backticks does not end", remedy: "close it with `", at: start)
  }

  /// A text in quotes. A backslash before a quote, a backslash, `n` or `t` makes that quote, backslash, line feed or tab;
  /// before anything else it stands for itself, so that a pattern can be written "\d+".
  private mutating func text(quote: Character) throws(QuestionError) -> Token {
    let start = position
    var literal = TextLiteral()
    position += 1
    while let character = peek() {
      let offset = position
      position += 1
      if character == quote { return Token(kind: .text, literal: literal, range: start..<position) }
      var meant = character
      if character == "\\", let escaped = peek() {
        switch escaped {
        case "\"", "'", "\\": meant = escaped
        case "n": meant = "\n"
        case "t": meant = "\t"
        default: break
        }
        if meant != "\\" || escaped == "\\" { position += 1 }
      }
      for scalar in meant.unicodeScalars {
        literal.scalars.append(scalar)
        literal.offsets.append(offset)
      }
    }
    throw error("a text does not end", remedy: "close it with \(quote)", at: start)
  }

  private mutating func number() throws(QuestionError) -> Token {
    let start = position
    digits()
    if peek() == "." {
      guard let digit = peek(1), Self.isDigit(digit) else {
        throw error("digits must follow the point of a number", at: position)
      }
      position += 1
      digits()
    }
    if let letter = peek(), letter == "e" || letter == "E" {
      let sign = peek(1) == "+" || peek(1) == "-" ? 1 : 0
      guard let digit = peek(1 + sign), Self.isDigit(digit) else {
        throw error("a number ends in the middle of its exponent", at: position)
      }
      position += 1 + sign
      digits()
    }
    if let character = peek(), Self.continuesName(character) {
      throw error(
        "a number goes on with \"\(character)\"", remedy: "put names that start with a digit in backticks", at: start)
    }
    return Token(kind: .number, text: String(characters[start..<position]), range: start..<position)
  }

  private mutating func digits() {
    while let character = peek(), Self.isDigit(character) { position += 1 }
  }

  private static func isDigit(_ character: Character) -> Bool {
    character >= "0" && character <= "9" && character.isASCII
  }

  private mutating func symbol(_ character: Character) throws(QuestionError) -> Token {
    let start = position
    if let second = peek(1), ["||", "&&", "==", "!=", "<=", ">="].contains("\(character)\(second)") {
      position += 2
      return Token(kind: .symbol, text: "\(character)\(second)", range: start..<position)
    }
    if character == "<", peek(1) == ">" { throw error("<> is no operator", remedy: "use !=", at: start) }
    if "!<>()+-*/,=".contains(character) {
      position += 1
      return Token(kind: .symbol, text: String(character), range: start..<position)
    }
    throw error("unexpected character \"\(character)\"", remedy: Self.remedy(for: character), at: start)
  }

  private static func remedy(for character: Character) -> String? {
    switch character {
    case "&": "use &&"
    case "|": "use ||"
    case ".": "write 0.5 rather than .5"
    case "\u{201C}", "\u{201D}", "\u{201E}", "\u{2018}", "\u{2019}": "use plain quotes: \" or '"
    default: nil
    }
  }
}
