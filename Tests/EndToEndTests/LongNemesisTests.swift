// One long run whose stages are ended again and again: 100 times in continuous integration, 1,000 times in the long tier.

import Foundation
import TestTiers
import Testing

extension EndToEndTests {
  @Suite(.enabled(if: !TestTier.isShort)) struct LongNemesisTests {
    /// Rows of the file, blows, microseconds between them, the size of pieces. A piece takes less than the time between
    /// two blows, also of a program that was built for debugging.
    private static let size: (rows: Int, blows: Int, interval: Int, chunk: String) =
      TestTier.current == .ci ? (2_000_000, 100, 40_000, "256KiB") : (80_000_000, 1000, 30_000, "1MiB")
    private static let question = ["-g", "station", "-a", "count,min(temperature),mean(temperature),max(temperature)"]

    @Test func answersTheSame() async throws {
      try await Campaign.withTemporaryFolder { folder in
        let made = ChildRun(
          arguments: ["generate", "measurements", "--rows", "\(Self.size.rows)", "--seed", "1", "--output", "m.csv"],
          folder: folder, timeout: 900
        ).run()
        try #require(made.end == .exited(0), "\(made.errorText)")
        // The same file as often as makes a run about twice as long as all blows take, also without them.
        let once = run(.process, times: 1, folder)
        let wanted = 2 * Double(Self.size.blows * Self.size.interval) / 1e6
        let times = min(200, max(1, Int((wanted / once.seconds).rounded(.up))))
        let calm = run(.process, times: times, folder)
        let serial = run(.serial, times: times, folder)
        let struck = run(.process, times: times, folder, struck: true)
        for run in [once, calm, serial, struck] { #expect(run.outcome.end == .exited(0), "\(run.outcome.errorText)") }
        let isRight = calm.outcome.output == serial.outcome.output && struck.outcome.output == serial.outcome.output
        #expect(isRight, "\(FirstDifference(got: struck.outcome.output, want: serial.outcome.output).description)")
        // The machine may have had other work while the first run was measured.
        #expect(struck.outcome.blows.count >= Self.size.blows / 2, "the run was over too soon")
        let latencies = try latencies(folder.appendingPathComponent("report.json"))
        func milliseconds(_ share: Double) -> String {
          latencies.isEmpty ? "?" : "\(latencies[Int(Double(latencies.count - 1) * share)] / 1_000_000)"
        }
        let slowdown = Int((100 * struck.seconds / calm.seconds).rounded())
        print(
          """
          End-to-end nemesis: one run over \(times) x \(Self.size.rows) rows survived \(struck.outcome.blows.count) blows, \
          \(latencies.count) replacements, in \(Int(struck.seconds * 1000)) ms (\(slowdown) % of the time without blows); \
          replacement ms p50 \(milliseconds(0.5)), p95 \(milliseconds(0.95)), max \(milliseconds(1))
          """)
        return isRight
      }
    }

    private func run(
      _ mode: Configuration.Mode, times: Int, _ folder: URL, struck: Bool = false
    ) -> (outcome: ChildRun.Outcome, seconds: Double) {
      var arguments = ["run", "--quiet", "--mode", mode.rawValue, "-j", "2", "--chunk-size", Self.size.chunk]
      arguments += Self.question
      if struck { arguments += ["--report", "report.json"] }
      var child = ChildRun(
        arguments: arguments + Array(repeating: "m.csv", count: times), folder: folder, timeout: 3600)
      if struck {
        child.nemesis = Nemesis(
          seed: Campaign.seed, mostDeaths: Self.size.blows, interval: Self.size.interval, crashes: Self.size.blows)
        child.nemesis?.stages = 4
      }
      let start = ContinuousClock.now
      let outcome = child.run()
      return (outcome, (ContinuousClock.now - start) / .seconds(1))
    }

    /// From when the end of a worker was noticed until the one in its place said its first word: nanoseconds, sorted.
    private func latencies(_ report: URL) throws -> [Int] {
      struct Report: Decodable {
        struct Replacement: Decodable { var nanoseconds: Int }
        var replacements: [Replacement]
      }
      let made = try JSONDecoder().decode(Report.self, from: Data(contentsOf: report))
      return made.replacements.map(\.nanoseconds).sorted()
    }
  }
}
