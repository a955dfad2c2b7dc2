// Runs with `--checkpoint` whose processes are all killed at random moments: what comes out in the end is what a run that
// nobody touched gives.

import Foundation
import TestTiers
import Testing

extension EndToEndTests {
  @Suite struct CheckpointTests {
    private static let schedules: Int =
      switch TestTier.current {
      case .test: 12
      case .ci: 100
      case .long: 3000
      }

    @Test func everyScheduleAnswersAsTheSerialRunDoes() async throws {
      try await Campaign.withTemporaryFolder { folder in
        let verdicts = await Lanes.run(
          Campaign.schedules(Self.schedules, in: folder).map { schedule in
            { CheckpointSchedule(seed: schedule.seed).verdict(in: schedule.folder) }
          })
        let mistakes = verdicts.compactMap(\.mistake)
        let kept = verdicts.reduce(0) { $0 + $1.kept }
        print(
          """
          End-to-end checkpoints: \(verdicts.count) answers, \(verdicts.reduce(0) { $0 + $1.kills }) kills of all \
          processes, \(kept) of them with a checkpoint, \(mistakes.count) bad.
          """)
        for mistake in mistakes.prefix(5) { Issue.record("\(mistake)") }
        #expect(mistakes.isEmpty, "\(mistakes.count) of \(verdicts.count) answers are wrong; inputs: \(folder.path)")
        #expect(kept > 0)
        return mistakes.isEmpty
      }
    }
  }
}
