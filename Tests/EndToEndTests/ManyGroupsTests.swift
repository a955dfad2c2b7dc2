// Results of more groups than there are in any case: partial states that cross in parts, tables merged side by side, large
// answers written in blocks.

import Foundation
import Testing

extension EndToEndTests {
  @Suite struct ManyGroupsTests {
    /// Rows of keys that come back after a third of the file, in an order that looks like none.
    private static let rows = 15_000
    private static let keys = 6_007

    private static var content: String {
      var text = "k,h,v\n"
      for row in 0..<rows {
        let key = row * 7919 % keys
        text += "\(key % 3 == 0 ? "a rather long key " : "")\(key),\(key % 11),\(row % 100).5\n"
      }
      return text
    }

    @Test(arguments: [["-g", "k"], ["-g", "k,h"], ["-g", "k", "--sort", "sum(v) desc", "--limit", "4500"]])
    func everyModeAnswersTheSame(question: [String]) async throws {
      try await Campaign.withTemporaryFolder { folder in
        try Self.content.write(to: folder.appendingPathComponent("input.csv"), atomically: true, encoding: .utf8)
        let configurations =
          [Configuration.reference, Configuration(mode: .thread, workers: 3, parser: .simd, chunkSize: 1 << 16)]
          + Configuration.HandOff.allCases.map {
            Configuration(mode: .process, workers: 3, parser: .simd, chunkSize: 1 << 17, handOff: $0)
          }
        let runs = configurations.map { configuration in
          var child = ChildRun(
            arguments: ["run"] + question + ["-a", "count, sum(v), mean(v), max(v)"] + configuration.arguments
              + ["input.csv"], folder: folder)
          child.nemesis = configuration.nemesis
          return child
        }
        let outcomes = await Lanes.run(runs.map { run in { run.run() } })
        var isRight = true
        let truth = outcomes[0].output
        #expect(truth.count { $0 == UInt8(ascii: "\n") } == (question.contains("4500") ? 4500 : Self.keys) + 1)
        for (run, outcome) in zip(runs, outcomes) {
          #expect(outcome.end == .exited(0), "\(run.commandLine)\n\(outcome.errorText)")
          if outcome.output != truth {
            isRight = false
            Issue.record("\(run.commandLine)\n  \(FirstDifference(got: outcome.output, want: truth).description)")
          }
        }
        return isRight
      }
    }
  }
}
