// Every file in pipelines/ is run in every mode, on the data in data/ or on generated data, so that none can rot.

import Foundation
import TestTiers
import Testing

extension EndToEndTests {
  @Suite struct PipelineFileTests {
    private static let rows = ["measurements": 3000, "groups": 2000, "orders": 1000]
    private static let names: [String] = {
      let folder = Campaign.package.appendingPathComponent("pipelines").path
      return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".yaml") }
        .sorted()
    }()

    /// The reference first; then others at sizes that cut the inputs into many pieces. In the test command one of them, for
    /// a debug build takes its time for the large ones.
    private static func configurations(_ file: Int) -> [Configuration] {
      [.reference] + (TestTier.isShort ? [others[file % 2]] : others)
    }

    private static let others = [
      Configuration(mode: .thread, workers: 3, parser: .scalar, chunkSize: 16_384, depth: .one),
      Configuration(mode: .process, workers: 2, parser: .libcsv, chunkSize: 65_536, handOff: .bytes),
      Configuration(mode: .serial, parser: .libcsv, chunkSize: 65_536),
      Configuration(mode: .thread, workers: 2, parser: .libcsv, chunkSize: 1 << 20),
      Configuration(mode: .process, workers: 3, parser: .scalar, chunkSize: 16_384),
      Configuration(mode: .process, workers: 8, parser: .scalar),
      Configuration(mode: .hybrid, workers: 2, parser: .simd, chunkSize: 32_768, handOff: .bytes, link: .shm),
      Configuration(mode: .hybrid, workers: 1, parser: .libcsv, chunkSize: 65_536, link: .socket),
    ]

    @Test func thereAreAtLeastFour() { #expect(Self.names.count >= 4) }

    @Test func everyModeAnswersTheSame() async throws {
      try await Campaign.withTemporaryFolder { folder in
        try prepare(folder)
        let runs = Self.names.enumerated().flatMap { index, name in
          Self.configurations(index).map { child(name, $0, folder) }
        }
        let outcomes = await Lanes.run(runs.map { run in { run.run() } })
        let each = Self.configurations(0).count
        var isRight = true
        for (index, outcome) in outcomes.enumerated() {
          let place = "\(Self.names[index / each])\n  repeat: \(runs[index].commandLine)"
          isRight = isRight && outcome.end == .exited(0)
          #expect(outcome.end == .exited(0), "\(place)\n  it said: \(outcome.errorText)")
          let reference = outcomes[index - index % each]
          if outcome.output != reference.output {
            isRight = false
            let difference = FirstDifference(got: outcome.output, want: reference.output)
            Issue.record("another answer than serial/scalar: \(place)\n  \(difference.description)")
          }
          let lines = outcome.output.count { $0 == UInt8(ascii: "\n") }
          #expect(lines > 1, "an answer of one line shows nothing: \(place)")
        }
        return isRight
      }
    }

    @Test(arguments: names) func checkFindsNothing(name: String) {
      let child = ChildRun(arguments: ["check", "pipelines/\(name)"], folder: Campaign.package)
      let outcome = child.run()
      #expect(outcome.end == .exited(0), "\(child.commandLine)\n\(outcome.errorText)")
    }

    private func child(_ name: String, _ configuration: Configuration, _ folder: URL) -> ChildRun {
      var child = ChildRun(
        arguments: ["run", "--pipeline", "pipelines/\(name)"] + configuration.arguments, folder: folder)
      child.nemesis = configuration.nemesis
      return child
    }

    /// The folder that pipeline files expect: data/ is there, and what is to be generated has been.
    private func prepare(_ folder: URL) throws {
      for name in ["data", "pipelines"] {
        try FileManager.default.createSymbolicLink(
          at: folder.appendingPathComponent(name), withDestinationURL: Campaign.package.appendingPathComponent(name))
      }
      for (table, rows) in Self.rows {
        let arguments = ["generate", table, "--rows", "\(rows)", "--seed", "1", "--output", "\(table).csv"]
        let outcome = ChildRun(arguments: arguments, folder: folder).run()
        try #require(outcome.end == .exited(0), "\(outcome.errorText)")
      }
    }
  }
}
