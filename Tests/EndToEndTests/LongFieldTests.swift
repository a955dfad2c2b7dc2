// Files made to mislead whoever cuts them: a quoted field over fifty chunks whose lines look like records, and a bare quote
// that does not open anything. The answers are known from how the files are made.

import Foundation
import TestTiers
import Testing

extension EndToEndTests {
  @Suite struct LongFieldTests {
    /// A file of three columns with a known answer to `count, sum(v), max(length(t))` by k.
    struct Trap: Sendable, CustomTestStringConvertible {
      var testDescription: String
      var bytes: [UInt8]
      var answer: String
      var chunkSize: Int
    }

    /// The text of an ordinary record: long in large files, whose records would be many for a debug build.
    private static func text(_ chunkSize: Int) -> String {
      String(repeating: "plain", count: chunkSize > 4096 ? 40 : 1)
    }
    private static func record(_ chunkSize: Int) -> String { "b,2,\(text(chunkSize))\n" }

    /// A quoted field of `chunks` chunks between ordinary records. The lines in it look like records, also like ones that
    /// open and close quotes.
    private static func quotedField(chunks: Int, of chunkSize: Int) -> Trap {
      let inner = "x\na,1000,\"\"no record\"\"\nb,1000,y\n\r\nc,\"\",\r"
      let record = record(chunkSize)
      let shown = inner.replacing("\"\"", with: "\"")
      let count = chunks * chunkSize / inner.utf8.count + 1
      let before = String(repeating: record, count: chunkSize / record.utf8.count / 2 + 1)
      let after = String(repeating: record, count: chunkSize / record.utf8.count + 3)
      let field = "a,1,\"" + String(repeating: inner, count: count) + "\"\n"
      let others = before.utf8.count / record.utf8.count + after.utf8.count / record.utf8.count
      return Trap(
        testDescription: "quoted field over \(chunks) chunks of \(chunkSize)",
        bytes: Array(("k,v,t\n" + before + field + after).utf8),
        answer:
          "k,count,sum(v),length\na,1,1,\(count * shown.utf8.count)\nb,\(others),\(2 * others),\(text(chunkSize).utf8.count)\n",
        chunkSize: chunkSize)
    }

    /// A bare quote in an unquoted field, then as many records as fill `chunks` chunks; they would be one field if the
    /// quote opened anything.
    private static func bareQuote(chunks: Int, of chunkSize: Int) -> Trap {
      let record = record(chunkSize)
      let count = chunks * chunkSize / record.utf8.count + 1
      let content = "k,v,t\n" + "a,1,5\" tall\n" + String(repeating: record, count: count) + "a,1,6\"\n"
      return Trap(
        testDescription: "bare quote before \(chunks) chunks of \(chunkSize)", bytes: Array(content.utf8),
        answer: "k,count,sum(v),length\na,2,2,7\nb,\(count),\(2 * count),\(text(chunkSize).utf8.count)\n",
        chunkSize: chunkSize)
    }

    /// Large files are longer than what pipes hold, 1 MiB; every byte more takes a debug build its time.
    private static let large = TestTier.isShort ? 24_576 : 65_536

    static let traps = [64, large].flatMap { [quotedField(chunks: 50, of: $0), bareQuote(chunks: 50, of: $0)] }

    @Test(arguments: TestTier.thin(traps, by: 3)) func everyModeAnswersTheSame(trap: Trap) async throws {
      try await Campaign.withTemporaryFolder { folder in
        try Data(trap.bytes).write(to: folder.appendingPathComponent("input.csv"))
        let runs = configurations(trap).map { child($0, trap, folder) }
        let outcomes = await Lanes.run(runs.map { run in { run.run() } })
        var isRight = true
        for (run, outcome) in zip(runs, outcomes) {
          #expect(outcome.end == .exited(0), "\(run.commandLine)\n\(outcome.errorText)")
          if outcome.output != Array(trap.answer.utf8) {
            isRight = false
            let difference = FirstDifference(got: outcome.output, want: Array(trap.answer.utf8))
            Issue.record("\(trap.testDescription): \(run.commandLine)\n  \(difference.description)")
          }
        }
        return isRight
      }
    }

    private func configurations(_ trap: Trap) -> [Configuration] {
      var all: [Configuration] = [.reference]
      for mode in Configuration.Mode.allCases {
        let isSmall = trap.bytes.count < 1 << 16
        // In the test command each mode sees two parsers (of large files not the slowest) and both sources, but not all
        // pairs of them.
        for parser in TestTier.choose(Configuration.Parser.allCases, isSmall ? 0 : 1, 2) {
          let other: Configuration.Source = (mode == .thread) == (parser == .libcsv) ? .file : .stream
          for source in TestTier.isShort ? [other] : Configuration.Source.allCases {
            let workers = mode == .serial ? 1 : source == .file ? 3 : 2
            // Both ways to hand a file over to processes.
            let handOffs =
              // One of them for hybrid mode, which is process mode but for its threads.
              mode == .hybrid
              ? [Configuration.HandOff.allCases[all.count / 2 % 2]]
              : source == .file ? ConfigurationSpace(isSmall: isSmall, isStreamable: true).handOffs(mode) : [nil]
            for handOff in handOffs {
              all.append(
                Configuration(
                  mode: mode, workers: workers, parser: parser, chunkSize: trap.chunkSize, source: source,
                  handOff: handOff, link: mode == .hybrid ? [.socket, .shm][all.count % 2] : nil))
            }
          }
        }
      }
      return all
    }

    private func child(_ configuration: Configuration, _ trap: Trap, _ folder: URL) -> ChildRun {
      let question = ["-g", "k", "-a", "count, sum(v), max(length(t)) as length"]
      var child = ChildRun(arguments: ["run"] + question + configuration.arguments, folder: folder)
      child.nemesis = configuration.nemesis
      if configuration.source == .stream { child.input = trap.bytes }
      child.arguments.append(configuration.source == .stream ? "-" : "input.csv")
      return child
    }
  }
}
