// How names are looked up.

import Testing

@testable import Query

struct ScopeTests {
  @Test func findsNames() throws {
    var bench = ExpressionBench([("a", .integer), ("b c", .text), ("mean(a)", .decimal)])
    try bench.derive("a = a + 1")
    try bench.derive("x = a + 1")
    try bench.derive("x = x + 1")
    #expect(try bench.scope.column(named: "a") == .derived(0))
    #expect(try bench.scope.column(named: "b c") == .input(1))
    #expect(try bench.scope.column(named: "x") == .derived(2))
    #expect(try bench.scope.column(named: "mean( a )") == .input(2))
  }

  @Test func saysWhereAndWhatIsNear() {
    let bench = ExpressionBench([("carrier", .text), ("origin", .text)])
    let error = questionError { _ = try bench.scope.column(named: "carier", in: "origin, carier", at: 8) }
    #expect(
      error
        == QuestionError(
          "there is no column \"carier\"", remedy: "did you mean \"carrier\"?", expression: "origin, carier", offset: 8)
    )
    let far = questionError { _ = try bench.scope.column(named: "temperature") }
    #expect(far?.remedy == "the columns are carrier, origin")
  }

  @Test func leavesCanonicalEquivalentsApart() throws {
    let scope = Scope(columns: [Array("e\u{301}".utf8), Array("\u{E9}".utf8)], types: [.text, .text])
    #expect(try scope.column(named: "\u{E9}") == .input(1))
    #expect(try scope.column(named: "e\u{301}") == .input(0))
  }
}
