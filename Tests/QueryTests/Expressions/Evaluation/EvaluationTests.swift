// Answers of expressions: truth tables in full, arithmetic, texts, nulls.

import Testing

@testable import Query

struct EvaluationTests {
  private static let truths: [Bool?] = [true, false, nil]

  private static func text(_ truth: Bool?) -> String { truth.map { "\($0)" } ?? "null" }

  private static func and(_ left: Bool?, _ right: Bool?) -> Bool? {
    if left == false || right == false { return false }
    return left == nil || right == nil ? nil : true
  }

  @Test func keepsTruthTables() throws {
    var bench = ExpressionBench([("a", .boolean), ("b", .boolean), ("c", .boolean)])
    for a in Self.truths {
      for b in Self.truths {
        for c in Self.truths {
          let row = [a, b, c].map { truth in truth.map { "\($0)" } }
          func not(_ truth: Bool?) -> Bool? { truth.map { !$0 } }
          func or(_ left: Bool?, _ right: Bool?) -> Bool? { not(Self.and(not(left), not(right))) }
          func equal(_ left: Bool?, _ right: Bool?) -> Bool? { left == nil || right == nil ? nil : left == right }
          func less(_ left: Bool?, _ right: Bool?) -> Bool? {
            left == nil || right == nil ? nil : left == false && right == true
          }
          let expectations: [(String, Bool?)] = [
            ("!a", not(a)), ("a && b", Self.and(a, b)), ("a || b", or(a, b)),
            ("a && b && c", Self.and(a, Self.and(b, c))),
            ("a || b || c", or(a, or(b, c))), ("a || b && c", or(a, Self.and(b, c))),
            ("a && b || c", or(Self.and(a, b), c)),
            ("!(a && b)", not(Self.and(a, b))), ("!a || !b", or(not(a), not(b))), ("a == b", equal(a, b)),
            ("a != b", not(equal(a, b))), ("a < b", less(a, b)), ("a >= b", not(less(a, b))), ("a > b", less(b, a)),
            ("a <= b", not(less(b, a))), ("a is null", a == nil), ("a is not null", a != nil),
            ("(a && b) is null", Self.and(a, b) == nil), ("coalesce(a, b, c)", a ?? b ?? c),
            ("a in (b, c)", or(equal(a, b), equal(a, c))),
            ("a not in (b, c)", not(or(equal(a, b), equal(a, c)))), ("a == true", a), ("a != true", not(a)),
            ("false == a", not(a)),
            ("a && true", a), ("a && false", false), ("a || true", true), ("a && null", Self.and(a, nil)),
            ("null || a", or(nil, a)),
            ("a in (true, b)", or(equal(a, true), equal(a, b))),
          ]
          for (source, expected) in expectations {
            #expect(try bench.answer(source, row) == Self.text(expected), "\(source) of \(row)")
          }
        }
      }
    }
  }

  @Test func comparesNullsAsUnknown() throws {
    var bench = ExpressionBench([("n", .integer), ("m", .decimal), ("s", .text), ("t", .text)])
    let nulls: [String?] = [nil, nil, nil, nil]
    for source in [
      "n == 1", "n != 1", "n < m", "n in (1, 2)", "n not in (1, 2)", "n + 1 > 0", "s == 'x'", "s != 'x'", "s < t",
      "s in ('x')",
      "s not in ('x', t)", "starts_with(s, 'x')", "contains('x', s)", "matches(s, 'x')", "length(s) > 0", "-n", "n + 1",
      "1 / n",
      "abs(n)", "lower(s)", "coalesce(n, m)", "coalesce(s, null, t)", "s", "n", "null", "null + 1", "upper(null)",
      "!(s == 'x')",
    ] { #expect(try bench.answer(source, nulls) == "null", "\(source)") }
    #expect(try bench.answer("s is null && n is null && (n + 1) is null && lower(s) is null", nulls) == "true")
    #expect(try bench.answer("null is null", nulls) == "true")
    #expect(try bench.answer("null", nulls, as: .boolean) == "null")
    #expect(try bench.answer("s == 'x' || true", nulls) == "true")
  }

  @Test(arguments: [
    ("x + 1", "2.50", "3.50"), ("x * x", "0.1", "0.01"), ("x - 0.3", "0.1", "-0.2"),
    ("1 / x", "3", "0.3333333333333333"),
    ("1 / x", "0", "null"), ("1 / x", "0.00", "null"), ("-x", "-0.5", "0.5"), ("- -x", "7", "7"),
    ("abs(x)", "-1.50", "1.50"),
    ("abs(x)", "1e-7", "1e-7"), ("0.1 + 0.2 == 0.3", "1", "true"), ("x == 1.50", "1.5", "true"),
    ("x == 1e0", "1.0", "true"),
    ("x < 1e300", "999999999999999999", "true"), ("x * 1e300 * 1e300", "1", "out of range"),
    ("x * 1e300 * 1e300", "0", "0"),
    ("x * 1e300 * 1e300 > 0", "5", "out of range"), ("(x * 1e300 * 1e300) is null", "5", "out of range"),
    ("coalesce(x * 1e300 * 1e300, 1)", "5", "out of range"), ("x > 1 && x * 1e300 * 1e300 > 0", "1", "false"),
    ("x == 1 || x * 1e300 * 1e300 > 0", "1", "true"), ("x != 1 || x * 1e300 * 1e300 > 0", "1", "out of range"),
    ("x * 1e300 * 1e300 in (1)", "5", "out of range"), ("x + 2 * 3", "1", "7"), ("x - 1 - 1", "5", "3"),
    ("(x - 1) * -2", "5", "-8"),
    ("x in (3, 1.0, 2)", "1", "true"), ("x in (3, 1.0, 2)", "2.5", "false"), ("x not in (1, 2)", "3", "true"),
    ("x in (-1, +4)", "-1.0", "true"),
    ("x in (x + 0, 9)", "5", "true"), ("x in (x + 1, 9)", "5", "false"), ("x in (1, x + 1, 5)", "5", "true"),
  ])
  func calculates(source: String, field: String, expected: String) throws {
    var bench = ExpressionBench([("x", .decimal)])
    #expect(try bench.answer(source, [field]) == expected)
  }

  @Test(arguments: [
    ("s == 'JFK'", "JFK", "true"), ("'JFK' == s", "JFK ", "false"), ("s < 'b'", "a", "true"), ("'b' < s", "c", "true"),
    ("'b' <= s", "a", "false"), ("s > 'ab'", "abc", "true"), ("s >= 'é'", "z", "false"), ("s != ''", "x", "true"),
    ("length(s)", "aé日😀", "4"), ("lower(s)", "ÀBC é", "Àbc é"), ("upper(s)", "àbc z{", "àBC Z{"),
    ("length(upper(s)) == 3", "abc", "true"),
    ("starts_with(s, 'ab')", "abc", "true"), ("starts_with(s, 'abcd')", "abc", "false"),
    ("starts_with(s, '')", "abc", "true"),
    ("ends_with(s, 'bc')", "abc", "true"), ("ends_with(s, 'ab')", "abc", "false"), ("contains(s, 'b')", "abc", "true"),
    ("contains(s, 'aab')", "aaab", "true"), ("contains(s, 'abc')", "ab", "false"), ("contains(s, '')", "ab", "true"),
    ("contains('xabcx', s)", "abc", "true"), ("starts_with('abc', lower(s))", "AB", "true"),
    ("ends_with(s, s)", "q", "true"),
    ("matches(s, \"^b+$\")", "bbb", "true"), ("matches(s, '(?i)B')", "abc", "true"),
    ("matches(lower(s), '\\d')", "X7", "true"),
    ("coalesce(s, 'x')", "y", "y"), ("coalesce(lower(s), 'x')", "Y", "y"), ("coalesce(null, 'x', s)", "y", "x"),
    ("'lit'", "y", "lit"),
    ("s in ('b', 'a', 'abc')", "abc", "true"), ("s in ('b', 'a', 'abc')", "ab", "false"),
    ("s in ('x', 1)", "1", "true"),
    ("s in ('x', 1)", "1.0", "false"), ("s in ('x', -1.50)", "-1.50", "true"), ("s in (1, 2)", "1.0", "true"),
    ("s in ('a', lower(s))", "q", "true"),
    ("s == 7", "7.0", "true"), ("s == '7'", "7.0", "false"), ("s + 1", "7.5", "8.5"),
    ("lower(s) < upper(s)", "a", "false"),
  ])
  func readsTexts(source: String, field: String, expected: String) throws {
    var bench = ExpressionBench([("s", .text)])
    #expect(try bench.answer(source, [field]) == expected)
  }

  @Test func countsInvalidBytesOneByOne() throws {
    var bench = ExpressionBench([("s", .text)])
    let length = try bench.resolve("length(s)")
    for (bytes, count) in [
      ([0xFF, 0xFE], 2), ([0xE2, 0x82], 2), ([0xE2, 0x82, 0xAC], 1), ([0xC0, 0x80], 2), ([0xED, 0xA0, 0x80], 3),
      ([0xF4, 0x90, 0x80, 0x80], 4),
      ([0xF0, 0x9F, 0x98, 0x80], 1), ([0xF0, 0x9F, 0x98], 3), ([0x61, 0x80, 0xC3, 0xA9], 3), ([0xE0, 0x9F, 0xBF], 3),
      ([0xF0, 0x8F, 0xBF, 0xBF], 4),
    ] as [([UInt8], Int)] {
      #expect(bench.answer(length, bytes: [bytes]) == "\(count)", "\(bytes)")
    }
  }

  @Test func leavesCanonicalEquivalentsApart() throws {
    var bench = ExpressionBench([("s", .text)])
    #expect(try bench.answer("s == 'e\u{301}'", ["\u{E9}"]) == "false")
  }

  @Test func readsOneColumnAsSeveralKinds() throws {
    var bench = ExpressionBench([("n", .integer), ("f", .boolean)])
    #expect(try bench.answer("n == 1 && n == '1.0' && n is not null", ["1.0", "true"]) == "true")
    #expect(bench.uses == [ColumnUse(column: 0, kind: .number), ColumnUse(column: 0, kind: .text)])
    #expect(try bench.answer("f && f == 'TRUE'", ["1", "true"]) == "false")
    #expect(bench.uses.count == 4)
    #expect(try bench.answer("n + n * n", ["3", "true"]) == "12")
    #expect(bench.uses.count == 4)
  }

  @Test func usesDerivedColumns() throws {
    var bench = ExpressionBench([("distance", .integer), ("time", .integer), ("name", .text)])
    try bench.derive("speed = distance / time")
    try bench.derive("fast = speed > 2")
    try bench.derive("label = lower(name)")
    try bench.derive("distance = distance * 1000")
    let row = ["9", "3", "ABC"]
    #expect(try bench.answer("speed + speed", row) == "6")
    #expect(try bench.answer("fast && label == 'abc' && !(speed is null)", row) == "true")
    #expect(try bench.answer("distance", row) == "9000")
    #expect(try bench.answer("coalesce(label, 'x')", row) == "abc")
    #expect(try bench.answer("speed is null || fast", ["9", "0", "x"]) == "true")
  }

  @Test func leavesNothingBehindInItself() throws {
    var bench = ExpressionBench([("s", .text)])
    let expression = try bench.resolve("upper(lower(s)) == 'AB' && contains(coalesce(s, 'zz'), 'z')")
    #expect(bench.answer(expression, ["ab"]) == "false")
    #expect(bench.answer(expression, [nil]) == "null")
    #expect(bench.answer(expression, ["ab"]) == "false")
  }
}
