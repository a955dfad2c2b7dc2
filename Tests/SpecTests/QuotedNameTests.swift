// Names with and without backticks.

import Query
import Testing

@testable import Spec

@Suite struct QuotedNameTests {
  @Test(arguments: [
    ("a", "a"), ("a, b", "a, b"), ("`a, b`", "a, b"), ("`a``b`", "a`b"), ("a`b", "a`b"), ("`", "`"), ("``", "``"),
    ("`a", "`a"),
  ])
  func losesItsBackticks(item: String, name: String) {
    #expect(QuotedName.name(item) == name)
  }

  @Test(arguments: ["a", "`a`", "``a``", "`", "``", "```", "a`b", "`a``b`", ""])
  func readsBack(name: String) {
    #expect(QuotedName.name(QuotedName.item(name)) == name)
  }

  @Test(arguments: [
    ("a_1", "a_1"), ("1a", "`1a`"), ("a b", "`a b`"), ("a`b", "`a``b`"), ("é", "`é`"), ("Null", "`Null`"),
    ("nulls", "nulls"),
  ])
  func standsInExpressions(name: String, text: String) throws {
    #expect(QuotedName.inExpression(name) == text)
    #expect(try ExpressionParser.derivation("\(text) = 1").name == name)
  }
}
