// Every hand-written case in drawn configurations; in the longer tiers in more of them, and in serial/scalar.

import Foundation
import TestTiers
import Testing

extension EndToEndTests {
  @Suite struct CaseTests {
    static let folder = Campaign.package.appendingPathComponent("Tests/Cases")

    static let cases: [Case] = {
      do { return try Case.all(in: folder) } catch { preconditionFailure("the cases cannot be read: \(error)") }
    }()

    /// Configurations for each case, the first of processes. Over all cases six of each bring all pairs of values together
    /// several times; those of the test command bring together what they can.
    private static func draws(_ index: Int) -> Int { TestTier.amount(6, short: 1 + index % 2) }

    /// Configurations by the name of the case.
    static let drawn: [String: [Configuration]] = {
      var draw = ConfigurationDraw(seed: Campaign.seed)
      var drawn: [String: [Configuration]] = [:]
      for (index, item) in cases.enumerated() { drawn[item.name] = draw.draw(draws(index), from: item.space) }
      return drawn
    }()

    /// Small cases of the rules that parallel reading can break; in continuous integration they run in every configuration.
    static let chosen: Set<String> = [
      "blank-lines-count-as-lines", "byte-order-mark-then-position", "fail-reports-the-first",
      "inputs-reject-positions",
      "limit-and-rejects-behind", "line-ends-mixed", "max-errors-exceeded", "open-quote-ends-with-its-input", "profile",
      "quarantine", "quoted-line-ends-and-position", "rows-pass-through", "sort-rows-and-limit",
      "text-after-closing-quote-skipped", "unterminated-at-limit",
    ]

    @Test func theChosenCasesAreSmall() {
      let found = Self.cases.filter { Self.chosen.contains($0.name) && $0.space.isSmall }
      #expect(Self.chosen.count == 15)
      #expect(Set(found.map(\.name)) == Self.chosen)
    }

    @Test(arguments: cases) func answersTheSame(item: Case) async throws {
      if Campaign.isRewriting { try ExpectationRewriter(item).rewrite() }
      let expectation = try Expectation(item)
      try await Campaign.withTemporaryFolder { scratch in
        let runs = configurations(for: item).map { configuration in
          CaseRun(subject: item, expectation: expectation, configuration: configuration, scratch: scratch)
        }
        let failures = await Lanes.run(runs.map { run in { run.failure() } }).compactMap { $0 }
        // A mistake shows in many configurations: a few will do.
        for failure in failures.prefix(3) { Issue.record("\(failure)") }
        if failures.count > 3 {
          Issue.record("\(item.name): and \(failures.count - 3) more of \(runs.count) runs failed")
        }
        return true
      }
    }

    private func configurations(for item: Case) -> [Configuration] {
      // What is expected stands in the case: the test command need not ask serial/scalar every time.
      if TestTier.isShort { return Self.drawn[item.name] ?? [] }
      let isFull = TestTier.isLong || (TestTier.current == .ci && Self.chosen.contains(item.name))
      return [.reference] + (isFull ? item.space.matrix : Self.drawn[item.name] ?? [])
    }
  }
}
