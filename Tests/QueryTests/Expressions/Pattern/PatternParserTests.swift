// What patterns are refused, and where the error points.

import Testing

@testable import Query

struct PatternParserTests {
  @Test(arguments: [
    ("*a", 0, "* repeats nothing"),
    ("a|+b", 2, "+ repeats nothing"),
    ("(?", 0, "(? opens a group of a kind that is not known here"),
    ("a(?=b)", 1, "(? opens a group of a kind that is not known here"),
    ("a(?i)b", 1, "(? opens a group of a kind that is not known here"),
    ("(?x)a", 0, "(? opens a group of a kind that is not known here"),
    ("(?P<n>a)", 0, "(? opens a group of a kind that is not known here"),
    ("ab(cd", 2, "( without its )"),
    ("ab)", 2, ") without its ("),
    ("x[ab", 1, "[ without its ]"),
    ("x[]", 1, "[ without its ]"),
    ("[z-a]", 1, "a range runs backwards"),
    ("[a-\\d]", 1, "a range needs a character on both sides"),
    ("[[:alpha:]]", 1, "[: opens a named set, which is not known here"),
    ("a**", 2, "* repeats a repetition"),
    ("a{2}{3}", 4, "{ repeats a repetition"),
    ("a*+", 2, "+ repeats a repetition"),
    ("^*", 1, "* repeats nothing: it stands behind ^, $, \\b or \\B"),
    ("a\\b+", 3, "+ repeats nothing: it stands behind ^, $, \\b or \\B"),
    ("a{", 1, "{ must be followed by counts, as in {2,5}"),
    ("a{,3}", 1, "{ must be followed by counts, as in {2,5}"),
    ("a{x}", 1, "{ must be followed by counts, as in {2,5}"),
    ("a{3,2}", 1, "{3,2} counts downwards"),
    ("a{1001}", 2, "a repetition counts at most to 1000"),
    ("a{99999999999999999999999}", 2, "a repetition counts at most to 1000"),
    ("(a{1000}){1000}", 9, "the pattern is too large: its repetitions make more than 10000 steps"),
    ("a\\1", 1, "\\1 would refer back to a group, which linear time does not allow"),
    ("\\p{L}", 0, "the escape \\p is not known"),
    ("[\\b]", 1, "the escape \\b is not known"),
    ("ab\\", 2, "a backslash ends the pattern"),
    ("\\xg0", 0, "\\x must be followed by two hexadecimal digits"),
    ("\\xff", 0, "\\x stands for ASCII characters only"),
  ])
  func refuses(source: String, index: Int, message: String) {
    let error = #expect(throws: PatternError.self) { try Pattern(Array(source.unicodeScalars)) }
    #expect(error?.index == index)
    #expect(error?.message == message)
  }

  @Test func limitsNesting() {
    let deep = String(repeating: "(", count: 50_000)
    #expect(throws: PatternError.self) { try Pattern(Array(deep.unicodeScalars)) }
    // Repetitions of nothing must not be counted out.
    let empty = "(((((){1000}){1000}){1000}){1000}){1000}"
    #expect(throws: PatternError.self) { try Pattern(Array(empty.unicodeScalars)) }
  }

  @Test func mergesAndInvertsSets() {
    let set = ScalarSet([5...9, 1...2, 3...4, 20...30, 25...26])
    #expect(set.ranges == [1...9, 20...30])
    #expect(set.inverted.ranges == [0...0, 10...19, 31...CodePoint.last])
    #expect(set.inverted.inverted == set)
    #expect(ScalarSet([]).inverted == .everything)
    for scalar in UInt32(0)...40 {
      #expect(set.contains(scalar) == ((1...9).contains(scalar) || (20...30).contains(scalar)))
    }
    let wide = ScalarSet([0x3B1...0x3C9, 0x4E00...0x9FFF])
    #expect(wide.contains(0x3B1) && wide.contains(0x3C9) && wide.contains(0x9FFF))
    #expect(!wide.contains(0x3B0) && !wide.contains(0x3CA) && !wide.contains(0xA000) && !wide.contains(0x41))
  }
}
