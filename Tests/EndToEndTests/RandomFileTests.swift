// Random files full of traps, with random questions, judged by the referee in Python.

import Foundation
import TestTiers
import Testing

extension EndToEndTests {
  @Suite struct RandomFileTests {
    private static let referee = Campaign.package.appendingPathComponent("Tests/Referee")

    /// Files, and configurations for each besides serial/scalar.
    private static let amount: (files: Int, draws: Int) =
      switch TestTier.current {
      case .test: (20, 2)
      case .ci: (100, 4)
      case .long: (2000, 12)
      }

    @Test func answerAsTheRefereeSays() async throws {
      try await Campaign.withTemporaryFolder { folder in
        let files = folder.appendingPathComponent("files")
        let made = ChildRun(
          executable: "/usr/bin/env",
          arguments: ["python3", "nasty.py", "\(Campaign.seed)", "\(Self.amount.files)", files.path],
          folder: Self.referee, timeout: 600
        ).run()
        try #require(made.end == .exited(0), "\(made.errorText)")
        let cases = try Case.all(in: files)
        #expect(cases.count == Self.amount.files)
        var draw = ConfigurationDraw(seed: Campaign.seed)
        var runs: [CaseRun] = []
        for item in cases {
          let expectation = try Expectation(item)
          runs += ([.reference] + draw.draw(Self.amount.draws, from: item.space)).map { configuration in
            CaseRun(subject: item, expectation: expectation, configuration: configuration, scratch: folder)
          }
        }
        let failures = await Lanes.run(runs.map { run in { run.failure() } }).compactMap { $0 }
        for failure in failures.prefix(10) { Issue.record("random file \(failure)") }
        #expect(
          failures.isEmpty,
          "of \(runs.count) runs, \(failures.count) failed; the files are kept in \(files.path), nasty.py makes them of seed \(Campaign.seed)"
        )
        return failures.isEmpty
      }
    }
  }
}
