// Tokens and the offsets of what is no token.

import Testing

@testable import Query

struct LexerTests {
  private func spellings(_ source: String) throws -> [String] {
    let characters = Array(source)
    return try Lexer.tokens(of: source).dropLast().map { String(characters[$0.range]) }
  }

  @Test func splits() throws {
    #expect(
      try spellings("a1.b_c<=-2.50e+3&&!(x==\"q, r\")") == [
        "a1.b_c", "<=", "-", "2.50e+3", "&&", "!", "(", "x", "==", "\"q, r\"", ")",
      ])
    #expect(try spellings("größe > 日本 `a b``c`") == ["größe", ">", "日本", "`a b``c`"])
    #expect(try spellings(" \t\n").isEmpty)
  }

  @Test func decodesTexts() throws {
    func text(_ source: String) throws -> String {
      String(decoding: try Lexer.tokens(of: source)[0].literal.bytes, as: UTF8.self)
    }
    #expect(try text(#""a\"b\\c\n\t""#) == "a\"b\\c\n\t")
    #expect(try text(#"'it\'s "so"'"#) == "it's \"so\"")
    // A backslash before another character stands for itself, for the sake of patterns.
    #expect(try text(#""\d+\.\\d""#) == #"\d+\.\d"#)
    #expect(try text("\"\"") == "")
  }

  @Test func countsOffsetsInCharacters() throws {
    let tokens = try Lexer.tokens(of: "é + \"日\" + ö")
    #expect(tokens.map(\.offset) == [0, 2, 4, 8, 10, 11])
  }

  @Test func knowsQuotedNames() throws {
    let tokens = try Lexer.tokens(of: "`a``b` `and`")
    #expect(tokens[0].text == "a`b")
    #expect(tokens[0].kind == .quotedName)
    #expect(tokens[1].kind == .quotedName)
  }

  @Test(arguments: [
    ("a + \"bc", 4, "a text does not end"),
    ("a + 'b\\'", 4, "a text does not end"),
    ("  `ab", 2, "a name in backticks does not end"),
    ("a == ``", 5, "a name in backticks is empty"),
    ("a + 5.", 5, "digits must follow the point of a number"),
    ("5.x", 1, "digits must follow the point of a number"),
    ("1 + 2e", 5, "a number ends in the middle of its exponent"),
    ("2e+", 1, "a number ends in the middle of its exponent"),
    ("1 + 0x10", 4, "a number goes on with \"x\""),
    ("1.2.3", 0, "a number goes on with \".\""),
    ("a & b", 2, "unexpected character \"&\""),
    ("a | b", 2, "unexpected character \"|\""),
    ("a % b", 2, "unexpected character \"%\""),
    ("a + .5", 4, "unexpected character \".\""),
    ("a <> b", 2, "<> is no operator"),
    ("é == \u{201C}x", 5, "unexpected character \"\u{201C}\""),
    ("a; b", 1, "unexpected character \";\""),
  ])
  func pointsAtWhatIsNoToken(source: String, offset: Int, message: String) {
    let error = #expect(throws: QuestionError.self) { try Lexer.tokens(of: source) }
    #expect(error?.offset == offset)
    #expect(error?.message == message)
    #expect(error?.expression == source)
  }
}
