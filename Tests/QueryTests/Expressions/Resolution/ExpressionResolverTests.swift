// Kinds, and the errors of resolution with their offsets.

import Testing

@testable import Query

struct ExpressionResolverTests {
  private static let columns: [(name: String, type: ColumnType)] = [
    ("i", .integer), ("d", .decimal), ("s", .text), ("day", .date), ("f", .boolean), ("empty", .null),
    ("dep_delay", .float),
    ("twin", .text), ("twin", .text), ("größe", .integer),
  ]

  @Test(
    arguments: [
      ("i", .number), ("s", .text), ("day", .text), ("f", .boolean), ("empty", .text), ("null", nil), ("1", .number),
      ("'a'", .text),
      ("true", .boolean), ("i + d", .number), ("length(s)", .number), ("lower(i)", .text), ("i is null", .boolean),
      ("coalesce(i, d)", .number), ("coalesce(i, s)", .text), ("coalesce(s, 0)", .number), ("coalesce(i, 'x')", .text),
      ("coalesce(f, null)", .boolean), ("coalesce(null, null)", nil), ("coalesce(f, i)", .text),
      ("coalesce(empty, i)", .number),
    ] as [(String, ValueKind?)])
  func knowsKinds(source: String, kind: ValueKind?) throws {
    var bench = ExpressionBench(Self.columns)
    #expect(try bench.resolve(source).kind == kind)
  }

  @Test(
    arguments: [
      ("i < d", [0: .number, 1: .number]), ("i < s", [0: .text, 2: .text]), ("day == day", [3: .text]),
      ("f == f", [4: .boolean]),
      ("f == i", [0: .text, 4: .text]), ("s == 1", [2: .number]), ("i == '1'", [0: .text]), ("s + 1", [2: .number]),
      ("i is null", [0: .text]),
      ("(i + 1) is null", [0: .number]), ("coalesce(i, s) is null", [0: .text, 2: .text]),
      ("i in (1, 2)", [0: .number]),
      ("i in (1, 'a')", [0: .text]), ("s in (1, 2)", [2: .number]), ("s in (d)", [1: .text, 2: .text]),
      ("i in (d)", [0: .number, 1: .number]),
      ("s == true", [2: .boolean]), ("s in (true, false)", [2: .boolean]), ("empty == i", [0: .number, 5: .number]),
      ("empty", [5: .text]),
      ("empty && true", [5: .boolean]), ("length(i) == s", [0: .text, 2: .number]),
      ("coalesce(s, d) + 1", [1: .number, 2: .number]),
      ("lower(s) == i", [0: .text, 2: .text]), ("i == length(s)", [0: .number, 2: .text]),
      ("starts_with(i, d)", [0: .text, 1: .text]),
    ] as [(String, [Int: ValueKind])])
  func readsColumnsAsNeeded(source: String, expected: [Int: ValueKind]) throws {
    var bench = ExpressionBench(Self.columns)
    _ = try bench.resolve(source)
    #expect(Dictionary(uniqueKeysWithValues: bench.uses.map { ($0.column, $0.kind) }) == expected)
  }

  @Test func readsPlainColumnsAsWanted() throws {
    for kind in [ValueKind.number, .text] {
      var bench = ExpressionBench(Self.columns)
      #expect(try bench.resolve("s", as: kind).kind == kind)
      #expect(bench.uses == [ColumnUse(column: 2, kind: kind)])
      #expect(try bench.resolve("coalesce(i, s)", as: kind).kind == kind)
    }
  }

  @Test(
    arguments: [
      ("dep_dellay > 3", 0, "there is no column \"dep_dellay\"", "did you mean \"dep_delay\"?"),
      ("1 + DEP_DELAY", 4, "there is no column \"DEP_DELAY\"", "did you mean \"dep_delay\"?"),
      ("größe > 1 && grösse > 1", 13, "there is no column \"grösse\"", "did you mean \"größe\"?"),
      (
        "`größe` > 1 && x_y_z", 15, "there is no column \"x_y_z\"",
        "the columns are i, d, s, day, f, empty, dep_delay, twin, and 2 more"
      ),
      ("i > 0 && twin == 'a'", 9, "column \"twin\" occurs 2 times in the header", "name the columns with --columns"),
      ("i + lenght(s)", 4, "there is no function \"lenght\"", "did you mean \"length\"?"),
      ("i > 1 && length()", 9, "length got 0 arguments", "write length(TEXT)"),
      ("contains(s)", 0, "contains got 1 argument", "write contains(TEXT, TEXT)"),
      ("abs(i, d) > 1", 0, "abs got 2 arguments", "write abs(NUMBER)"),
      ("i + 'a'", 4, "this is a text, where a number is needed", nil),
      ("'a' + i", 0, "this is a text, where a number is needed", nil),
      ("-(s == s)", 2, "this is a condition, where a number is needed", nil),
      ("i * lower(s)", 4, "lower gives a text, where a number is needed", nil),
      ("lower(i + 1)", 6, "this is a number, where a text is needed", nil),
      ("length(3)", 7, "this is a number, where a text is needed", nil),
      ("'a' < 3", 6, "a text cannot be compared with a number", "write numbers without quotes, and texts in quotes"),
      (
        "i + 1 == 'a'", 9, "a number cannot be compared with a text",
        "write numbers without quotes, and texts in quotes"
      ),
      ("true == 1", 8, "a condition cannot be compared with a number", nil),
      ("i == null", 5, "a comparison with null is never true", "use is null or is not null"),
      ("null != i", 0, "a comparison with null is never true", "use is null or is not null"),
      ("i in (1, null)", 9, "a value is never equal to the null in a list", "leave it out, and add || ... is null"),
      ("i + 1 in (1, 'a')", 13, "this is a text, where a number is needed", nil),
      ("lower(s) in ('a', 1)", 18, "this is a number, where a text is needed", nil),
      ("i in (1, true)", 9, "this is a condition, where a number is needed", nil),
      (
        "f && s", 5, "column \"s\" is of type text, where a condition is needed",
        "compare it with something, or use --types 's=boolean'"
      ),
      (
        "!i", 1, "column \"i\" is of type integer, where a condition is needed",
        "compare it with something, or use --types 'i=boolean'"
      ),
      ("f || 1", 5, "this is a number, where a condition is needed", nil),
      ("coalesce(1, 'a')", 12, "this is a text, where a number is needed", nil),
      ("i == 1e999", 5, "the number 1e999 is outside the range of doubles", nil),
      ("matches(s, lower(s))", 11, "the pattern of matches must be a text literal", "write matches(TEXT, \"PATTERN\")"),
      ("matches(s, 'a**')", 14, "* repeats a repetition", "put the first one in parentheses, as in (?:a*)+"),
      ("matches(s, \"\\\\d\\n(é\")", 17, "( without its )", "write \\( for the character"),
      ("matches(s, '\\')", 11, "a text does not end", "close it with '"),
      ("matches(s, '\\\\')", 12, "a backslash ends the pattern", "write \\\\ for the character"),
    ] as [(String, Int, String, String?)])
  func pointsAtMistakes(source: String, offset: Int, message: String, remedy: String?) {
    var bench = ExpressionBench(Self.columns)
    let error = questionError { _ = try bench.resolve(source) }
    #expect(error?.offset == offset)
    #expect(error?.message == message)
    #expect(error?.remedy == remedy)
    #expect(error?.expression == source)
    #expect(bench.uses.isEmpty)
  }

  @Test(arguments: [
    ("i", ValueKind.boolean, "column \"i\" is of type integer, where a condition is needed"),
    ("i + 1", .boolean, "this is a number, where a condition is needed"),
    ("'a'", .number, "this is a text, where a number is needed"),
    ("i > 1", .number, "this is a condition, where a number is needed"),
    ("1 + i", .text, "this is a number, where a text is needed"),
  ])
  func refusesOtherKindsThanWanted(source: String, kind: ValueKind, message: String) {
    var bench = ExpressionBench(Self.columns)
    let error = questionError { _ = try bench.resolve(source, as: kind) }
    #expect(error?.message == message)
    #expect(error?.offset == 0)
  }

  @Test func checksKindsOfDerivedColumns() throws {
    var bench = ExpressionBench(Self.columns)
    try bench.derive("label = lower(s)")
    let error = questionError { _ = try bench.resolve("1 + label") }
    #expect(error?.message == "the derived column \"label\" is a text, where a number is needed")
    #expect(error?.offset == 4)
    let comparison = questionError { _ = try bench.resolve("label == 1") }
    #expect(comparison?.message == "a text cannot be compared with a number")
  }

  @Test func pointsIntoTheWholeList() throws {
    let calls = try ExpressionParser.aggregates("count, mean(dep_dely)")
    let bench = ExpressionBench(Self.columns)
    var uses: [ColumnUse] = []
    let argument = try #require(calls[1].argument)
    let error = questionError {
      _ = try ResolvedExpression.resolve(argument, in: bench.scope, uses: &uses, as: .number)
    }
    #expect(error?.offset == 12)
    #expect(error?.expression == "count, mean(dep_dely)")
  }

  @Test func boundsWhatDerivedColumnsMultiply() throws {
    var bench = ExpressionBench([("a", .integer)])
    let error = questionError { for _ in 0..<64 { try bench.derive("a = a + a") } }
    #expect(error?.message == "the expression is too large together with the derived columns that it uses")
    var chain = ExpressionBench([("a", .integer)])
    #expect(questionError { for _ in 0..<1000 { try chain.derive("a = -a") } } != nil)
  }
}
