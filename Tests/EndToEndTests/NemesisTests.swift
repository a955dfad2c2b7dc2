// Runs whose stages are ended at random: every schedule answers as the serial run does.

import Foundation
import TestTiers
import Testing

extension EndToEndTests {
  @Suite struct NemesisTests {
    private static let schedules: Int =
      switch TestTier.current {
      case .test: 8
      case .ci: 200
      case .long: 10_000
      }

    @Test func everyScheduleAnswersAsTheSerialRunDoes() async throws {
      try await Campaign.withTemporaryFolder { folder in
        let verdicts = await Lanes.run(
          Campaign.schedules(Self.schedules, in: folder).map { schedule in
            { NemesisSchedule(seed: schedule.seed).verdict(in: schedule.folder) }
          })
        let mistakes = verdicts.compactMap(\.mistake)
        let blows = verdicts.reduce(0) { $0 + $1.blows }
        let faults = verdicts.reduce(0) { $0 + $1.faults }
        print("End-to-end nemesis: \(verdicts.count) runs, \(blows) blows, \(faults) faults, \(mistakes.count) bad.")
        for mistake in mistakes.prefix(5) { Issue.record("\(mistake)") }
        #expect(mistakes.isEmpty, "\(mistakes.count) of \(verdicts.count) runs are wrong; inputs: \(folder.path)")
        #expect(blows > 0)
        return mistakes.isEmpty
      }
    }

    /// The nemesis itself: it strikes children of the run and nobody else, and no more often than it may.
    @Test func strikesChildrenAsOftenAsItMay() throws {
      // A shell whose children end only when they are struck; it notices each end and starts another.
      let script = "while [ $((n += 1)) -le 5 ]; do sleep 50 & wait $!; done; sleep 0.1; echo $n"
      var child = ChildRun(executable: "/bin/sh", arguments: ["-c", script], folder: URL(fileURLWithPath: "/"))
      child.nemesis = Nemesis(seed: 1, mostDeaths: 5, interval: 1000)
      let outcome = child.run()
      #expect(outcome.end == .exited(0))
      #expect(outcome.output == Array("6\n".utf8))
      #expect(outcome.blows.count == 5 && outcome.blows.count { $0.signal == SIGSEGV } <= Nemesis.mostCrashes)
      #expect(outcome.blows.allSatisfy { $0.name == "sleep" || $0.name == "sh" })
    }
  }
}
