// Regimes in every mode: the same bytes, later, and figures that say what the time went into.

import Foundation
import TestTiers
import Testing

@Suite struct RegimeTests {
  private static let all = ["serial", "thread", "process", "hybrid"]
  private static let question = ["-g", "key", "-a", "sum(value)", "--report", "report.json"]

  private struct Figures {
    var answer: String
    var report: [String: Any]
    var stages: [[String: Any]] { report["stages"] as? [[String: Any]] ?? [] }

    func sum(_ key: String) -> Int { stages.reduce(0) { $0 + ($1[key] as? Int ?? 0) } }
    var recordHash: String? { (report["books"] as? [String: Any])?["recordHash"] as? String }
    var wall: Int { report["wallNanoseconds"] as? Int ?? 0 }
  }

  private func run(
    _ mode: String, _ regime: String, _ input: [UInt8], _ options: [String] = [], isStream: Bool = false
  ) throws -> Figures {
    let folder = try ScratchFolder()
    try folder.write(input, as: "input.csv")
    let words = ["run", "--mode", mode, "--regime", regime] + (mode == "serial" ? [] : ["-j", "2"])
    var command = "exec \"$PIPE\" " + (words + Self.question + options).map { "'\($0)'" }.joined(separator: " ")
    // A pipe, and not a file that stands where standard input does.
    command = isStream ? "cat input.csv | { \(command); }" : "\(command) input.csv"
    let end = try folder.shell(command)
    try #require(end.exitStatus == 0, "\(mode) \(regime): \(end.errors)")
    let data = try #require(FileManager.default.contents(atPath: folder["report.json"]))
    let report = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(report["regime"] as? String == regime)
    return Figures(answer: end.text, report: report)
  }

  /// A serial run of the plain scanner as things are.
  private func plain(_ input: [UInt8]) throws -> String {
    let folder = try ScratchFolder()
    try folder.write(input, as: "input.csv")
    return try folder.pipe(
      "run", "--mode", "serial", "--parser", "scalar", "-g", "key", "-a", "sum(value)", "input.csv"
    )
    .text
  }

  @Test func everyModeHashesTheSameRecords() throws {
    let input = rows(bytes: 300_000, textLength: 20)
    let answer = try plain(input)
    var hashes: Set<String?> = []
    for mode in TestTier.choose(Self.all, 0, 1, 3) {
      let figures = try run(mode, "cpu=3", input, ["--chunk-size", "64KiB"])
      #expect(figures.answer == answer)
      hashes.insert(figures.recordHash)
    }
    let plain = try run("serial", "cpu=3", input, ["--parser", "scalar"])
    hashes.insert(plain.recordHash)
    hashes.insert(try run("process", "cpu=3", input, ["--chunk-size", "64KiB"], isStream: true).recordHash)
    #expect(hashes.count == 1)
    #expect(plain.recordHash?.count == 16)
    // Another number of rounds is other work.
    #expect(try run("serial", "cpu=4", input).recordHash != plain.recordHash)
  }

  /// Nobody gets the bytes of the run sooner than the source delivers them, however many read.
  @Test(arguments: TestTier.choose(all.flatMap { mode in [(mode, false), (mode, true)] }, 0, 4))
  func aThrottledSourceIsAsSlowForEverybody(_ mode: String, _ isStream: Bool) throws {
    let input = rows(bytes: 2_000_000)
    let figures = try run(
      mode, "throttled=20MB/s", input, ["--chunk-size", "128KiB"], isStream: isStream)
    #expect(figures.answer == (try plain(input)))
    // At least once the whole input, all before the last byte.
    let least = input.count * 50
    #expect(figures.wall >= least)
    #expect(figures.report["inputBytes"] as? Int ?? 0 >= input.count)
    // What types are inferred from is waited for, too; threads do so before the stages begin.
    let source = figures.sum("sourceNanoseconds")
    #expect(source >= (mode == "thread" ? 1 : (1 << 20) * 50))
    #expect(source <= figures.sum("busyNanoseconds"))
  }

  private static let handOffs = [
    ("serial", []), ("thread", []), ("process", []), ("process", ["--hand-off", "bytes"]),
  ]

  @Test(arguments: TestTier.choose(handOffs, 1, 3))
  func aSourceFarAwayAnswersOncePerPiece(_ mode: String, _ options: [String]) throws {
    let input = rows(bytes: 600_000)
    let figures = try run(mode, "latency=20ms", input, ["--chunk-size", "64KiB"] + options)
    #expect(figures.answer == (try plain(input)))
    // Pieces that are given out twice wait twice.
    let pieces = input.count / 65_536
    #expect(figures.sum("sourceNanoseconds") >= pieces * 20_000_000)
    let reader = figures.stages.first { $0["name"] as? String == "pipe:reader" }?["sourceNanoseconds"] as? Int ?? 0
    if mode != "serial" { #expect((reader >= pieces * 20_000_000) == !options.isEmpty) }
  }

  /// Who waits for a slow source does not hang.
  @Test(.enabled(if: !TestTier.isShort), arguments: all)
  func whoWaitsForTheSourceDoesNotStall(mode: String) throws {
    let input = Array("key,value\na,1\n".utf8)
    let figures = try run(mode, "latency=2500ms", input, ["--stall-timeout", "1"])
    #expect(figures.answer == "key,sum(value)\na,1\n")
    #expect((figures.report["replacements"] as? [Any])?.isEmpty == true)
  }

  @Test func whatIsNoRegimeIsRefused() throws {
    let folder = try ScratchFolder()
    let end = try folder.pipe("run", "--regime", "throttled=fast", "input.csv")
    #expect(end.exitStatus == 64)
    #expect(
      end.errors == """
        pipe: --regime: "fast" is not a rate
          give bytes a second, such as 100MB/s, 500kB/s or 1.5GiB/s

        """)
  }
}
