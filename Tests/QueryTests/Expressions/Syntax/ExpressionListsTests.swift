// Lists of aggregates, names and sort keys, and definitions.

import Testing

@testable import Query

struct ExpressionListsTests {
  @Test func readsAggregates() throws {
    let source =
      "count, mean(dep_delay) as delay, Sum( a * `b c` ) as `x y`, min(coalesce(a, 'x y')), count(), count( * ), max(a and b)"
    let calls = try ExpressionParser.aggregates(source)
    #expect(calls.map(\.name) == ["count", "mean", "sum", "min", "count", "count", "max"])
    #expect(calls.map(\.alias) == [nil, "delay", "x y", nil, nil, nil, nil])
    #expect(
      calls.map(\.text) == [
        "count", "mean(dep_delay)", "Sum(a*`b c`)", "min(coalesce(a,'x y'))", "count", "count", "max(a and b)",
      ])
    #expect(calls.map { $0.argument == nil } == [true, false, false, false, true, true, false])
    #expect(calls[1].argument?.columnName == "dep_delay")
    #expect(calls[2].argument?.columnName == nil)
    #expect(calls.map(\.offset) == [0, 7, 33, 60, 85, 94, 106])
    #expect(calls[3].argument?.root.offset == 64)
    #expect(calls[3].argument?.source == source)
  }

  @Test(arguments: [
    ("", 0), ("count,", 6), ("sum(a) b", 7), ("sum(a, b)", 5), ("sum(a as b)", 6), ("mean(a) as", 10),
    ("mean(a) as 3", 11), ("sum(a", 5), ("3", 0), ("count, sum(a + )", 15), ("count(*", 7), ("sum(*)", 4),
  ])
  func pointsAtMistakesInAggregates(source: String, offset: Int) {
    let error = #expect(throws: QuestionError.self) { try ExpressionParser.aggregates(source) }
    #expect(error?.offset == offset)
    #expect(error?.expression == source)
  }

  @Test func readsDerivations() throws {
    let (name, expression) = try ExpressionParser.derivation("speed = distance / air_time")
    #expect(name == "speed")
    #expect(expression.root.offset == 8)
    #expect(try ExpressionParser.derivation("`a b`=1").name == "a b")
  }

  @Test(arguments: [
    ("speed", 5), ("speed == 3", 6), ("= 3", 0), ("a b = 3", 2), ("a = ", 4), ("a = b = c", 6), ("3 = b", 0),
    ("a = b)", 5),
  ])
  func pointsAtMistakesInDerivations(source: String, offset: Int) {
    let error = #expect(throws: QuestionError.self) { try ExpressionParser.derivation(source) }
    #expect(error?.offset == offset)
    #expect(error?.expression == source)
  }

  @Test func readsNames() throws {
    #expect(try ExpressionParser.names("a, `b c`, d") == ["a", "b c", "d"])
    #expect(try ExpressionParser.names("multi-arch,installed size , 2020") == ["multi-arch", "installed size", "2020"])
    #expect(try ExpressionParser.names("`a,b``c`,\"d,\"") == ["a,b`c", "d,"])
    #expect(try ExpressionParser.names("mean(coalesce(a, 0)), it's") == ["mean(coalesce(a, 0))", "it's"])
    #expect(try ExpressionParser.nameList("a,  `b c`").map(\.offset) == [0, 4])
  }

  @Test(arguments: [("", 0), ("a,,b", 2), ("a, ", 3), (",a", 0), ("a, `b", 3), ("`a` b", 3), ("a, `b`c", 6)])
  func pointsAtMistakesInNames(source: String, offset: Int) {
    let error = #expect(throws: QuestionError.self) { try ExpressionParser.names(source) }
    #expect(error?.offset == offset)
    #expect(error?.expression == source)
  }

  @Test func readsSortKeys() throws {
    let keys = try ExpressionParser.sortKeys(
      "delay desc, name, `a desc` ASC, desc, mean(a) DESC, first name asc, `x`desc")
    #expect(keys.map(\.name) == ["delay", "name", "a desc", "desc", "mean(a)", "first name", "x"])
    #expect(keys.map(\.descending) == [true, false, false, false, true, false, true])
    #expect(keys.map(\.offset) == [0, 12, 18, 32, 38, 52, 68])
    #expect(try ExpressionParser.sortKeys("`a desc`").map(\.name) == ["a desc"])
  }

  @Test(arguments: [("", 0), ("a desc,", 7), ("`a` down", 3)])
  func pointsAtMistakesInSortKeys(source: String, offset: Int) {
    let error = #expect(throws: QuestionError.self) { try ExpressionParser.sortKeys(source) }
    #expect(error?.offset == offset)
  }
}
