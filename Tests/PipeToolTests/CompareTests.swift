// `pipe compare` over real runs: the shape of what it gives, and verdicts where the truth is injected.

import Foundation
import TestTiers
import Testing

/// What tests look at in the JSON form of a comparison.
struct ComparisonFigures: Decodable {
  struct Input: Decodable {
    var name: String
    var bytes: Int
  }

  struct Sample: Decodable {
    var round: Int
    var wallNanoseconds: UInt64
    var userNanoseconds: UInt64
    var systemNanoseconds: UInt64
  }

  struct Insight: Decodable {
    var pipelineNanoseconds: UInt64
  }

  struct Medians: Decodable {
    var peakProportionalBytes: Double?
    var firstReadySeconds: Double?
    var minorFaults: Double
    var linkBytes: Double
    var blockInputBytes: Double
  }

  struct Stage: Decodable {
    var role: String
    var running: Double
    var ready: Double
    var source: Double
    var input: Double
    var output: Double
    var other: Double
  }

  struct Result: Decodable {
    var name: String
    var samples: [Sample]
    var insights: [Insight]
    var medians: Medians
    var stages: [Stage]
    var bytesPerSecond: Double
    var speedUp: Double?
  }

  struct Verdict: Decodable {
    var kind: String
    var regime: String?
    var sentence: String
  }

  var version: Int
  var records: Int?
  var inputs: [Input]
  var configurations: [Result]
  var verdicts: [Verdict]

  func sentences(_ kind: String) -> [String] { verdicts.filter { $0.kind == kind }.map(\.sentence) }
}

struct CompareTests {
  /// Compares in a folder with `input.csv`, and gives what came out of it as JSON.
  private func compare(
    _ folder: ScratchFolder, _ arguments: [String], behind words: [String] = []
  ) throws -> ComparisonFigures {
    let command = ["compare", "--format", "json"] + arguments + ["input.csv"]
    let end =
      words.isEmpty
      ? try Child(command, in: folder).wait(seconds: 300)
      : try Child(Array(words.dropFirst()) + [Child.program] + command, of: words[0], in: folder).wait(seconds: 300)
    #expect(end.exitStatus == 0, "\(end.errors)")
    #expect(end.errors == "")
    return try JSONDecoder().decode(ComparisonFigures.self, from: Data(end.output))
  }

  /// Long rows are few, which is kind to a program built for debugging.
  private func folder(bytes: Int, textLength: Int = 2000) throws -> ScratchFolder {
    let folder = try ScratchFolder()
    try folder.write(rows(bytes: bytes, textLength: textLength), as: "input.csv")
    return folder
  }

  @Test func everyConfigurationIsMeasured() throws {
    let folder = try folder(bytes: 1 << 20)
    let figures = try compare(
      folder,
      [
        "--runs", "2", "--mode", "serial,thread,process", "--workers", "2", "--parser", "simd", "--link", "pipe",
        "--hand-off", "ranges,bytes", "-g", "key", "-a", "count",
      ])
    #expect(figures.version == 1)
    #expect(figures.inputs.map(\.name) == ["input.csv"])
    #expect(figures.records == (rows(bytes: 1 << 20, textLength: 2000).filter { $0 == 10 }.count - 1))
    #expect(figures.configurations.map(\.name) == ["serial", "thread x2", "process x2", "process x2 bytes"])
    for result in figures.configurations {
      #expect(result.samples.map(\.round) == [1, 2], "\(result.name)")
      #expect(result.samples.allSatisfy { $0.wallNanoseconds > 0 && $0.userNanoseconds + $0.systemNanoseconds > 0 })
      #expect(result.insights.count == 1 && result.insights[0].pipelineNanoseconds > 0)
      #expect(result.medians.peakProportionalBytes.map { $0 > 1e6 } == true, "\(result.name)")
      #expect(result.medians.firstReadySeconds.map { $0 > 0 } == true)
      #expect(result.medians.minorFaults > 100)
      #expect(result.bytesPerSecond > 0)
      #expect(result.speedUp != nil)
      let isSerial = result.name == "serial"
      #expect(result.stages.map(\.role) == (isSerial ? ["serial"] : ["reader", "parsers", "aggregator"]))
      for stage in result.stages {
        let sum = stage.running + stage.ready + stage.source + stage.input + stage.output + stage.other
        #expect(abs(sum - 1) < 1e-6, "\(result.name), \(stage.role): \(sum)")
      }
    }
    let links = figures.configurations.map(\.medians.linkBytes)
    #expect(links[0] == 0 && links[1] == 0)
    #expect(links[2] > 0 && links[3] > links[2] + Double(figures.inputs[0].bytes) / 2)
    let kinds = Set(figures.verdicts.map(\.kind))
    #expect(!kinds.isDisjoint(with: ["modesTie", "threadsWin", "processesWin"]))
    #expect(kinds.isSuperset(of: ["priceOfProcesses", "handOff", "choice"]))
    // Nothing is left of the runs.
    #expect(folder.names == ["input.csv"])
  }

  // MARK: - Injected truth

  @Test func aThrottledSource() throws {
    let figures = try compare(
      folder(bytes: 3 << 20),
      [
        "--runs", "1", "--mode", "thread", "--workers", "2", "--parser", "simd", "--regime", "throttled=6MB/s", "-a",
        "count",
      ])
    #expect(figures.sentences("sourceBound").count == 1, "\(figures.verdicts)")
  }

  @Test func aSlowParser() throws {
    let figures = try compare(
      folder(bytes: 3 << 20, textLength: 200),
      ["--runs", "1", "--mode", "thread", "--workers", "2", "--parser", "simd", "--regime", "cpu=500", "-a", "count"])
    #expect(figures.sentences("parserBound").count == 1, "\(figures.verdicts)")
  }

  @Test(.enabled(if: !TestTier.isShort, "CI does")) func aSlowConsumer() throws {
    let figures = try compare(
      folder(bytes: 3 << 20),
      [
        "--runs", "1", "--mode", "thread", "--workers", "2", "--parser", "simd", "--regime", "consumer=3MB/s",
        "--select",
        "key,text",
      ])
    #expect(figures.sentences("consumerBound").count == 1, "\(figures.verdicts)")
  }

  @Test(.enabled(if: !TestTier.isShort, "CI does")) func oneCore() throws {
    let figures = try compare(
      folder(bytes: 2 << 20, textLength: 200),
      [
        "--runs", "3", "--mode", "thread", "--workers", "1,2", "--parser", "simd", "--regime", "cpu=300", "-a", "count",
      ], behind: ["taskset", "-c", "0"])
    #expect(figures.sentences("oneCore").count == 1, "\(figures.verdicts)")
  }

  @Test(
    .enabled(if: !TestTier.isShort, "CI does"),
    arguments: [
      ("throttled=5MB/s", "sourceBound"), ("latency=300ms", "sourceBound"), ("cpu=2000", "parserBound"),
      ("consumer=5MB/s", "consumerBound"),
    ] as [(String, String)], ["serial", "thread", "process", "hybrid"])
  func truthInEveryMode(_ truth: (String, String), _ mode: String) throws {
    let workers = mode == "serial" ? [] : ["--workers", "2"]
    let links = mode == "process" || mode == "hybrid" ? ["--link", "pipe", "--hand-off", "ranges"] : []
    let figures = try compare(
      folder(bytes: 8 << 20),
      ["--runs", "2", "--mode", mode, "--parser", "simd", "--chunk-size", "1MiB"] + workers + links
        + ["--regime", truth.0, "--select", "key,text"])
    #expect(figures.sentences(truth.1).count == 1, "\(figures.verdicts)")
  }

  @Test(.enabled(if: !TestTier.isShort, "CI does")) func oneCoreBuysNothing() throws {
    let figures = try compare(
      folder(bytes: 4 << 20, textLength: 200),
      ["--runs", "6", "--mode", "thread,process", "--workers", "1,2", "--regime", "cpu=100", "-a", "count"],
      behind: ["taskset", "-c", "0"])
    #expect(figures.sentences("oneCore").first?.contains("more workers buy nothing") == true, "\(figures.verdicts)")
  }

  @Test func coldIsVerified() throws {
    let figures = try compare(
      folder(bytes: 4 << 20),
      ["--runs", "1", "--mode", "serial", "--parser", "simd", "--regime", "warm,cold", "-a", "count"])
    #expect(figures.configurations.count == 2)
    let size = Double(figures.inputs[0].bytes)
    #expect(figures.configurations[0].medians.blockInputBytes < size / 10)
    // Either it came from the device, or it is said that it did not.
    let isCold = figures.configurations[1].medians.blockInputBytes >= 0.9 * size
    #expect(isCold == figures.sentences("notCold").isEmpty, "\(figures.verdicts)")
  }

  // MARK: - Outputs

  @Test func formats() throws {
    let folder = try folder(bytes: 1 << 16)
    let base = ["compare", "--runs", "1", "--mode", "thread", "--workers", "1", "--parser", "simd", "-a", "count"]
    let table = try Child(base + ["input.csv"], in: folder).wait()
    #expect(table.text.contains("\nVerdict\n* "), "\(table.text)")
    #expect(table.text.contains("thread x1"))
    #expect(table.errors == "")
    let csv = try Child(base + ["--format", "csv", "-o", "out.csv", "input.csv"], in: folder).wait()
    #expect(csv.exitStatus == 0 && csv.text == "")
    #expect(folder.read("out.csv")?.hasPrefix("regime,mode,parser,workers,") == true)
    let markdown = try Child(base + ["--format", "markdown", "input.csv"], in: folder).wait()
    #expect(markdown.text.contains("| configuration |"))
    let unwritable = try Child(base + ["-o", "no/such/folder/out", "input.csv"], in: folder).wait()
    #expect(unwritable.exitStatus == 73)
  }

  @Test func progressAndQuiet() throws {
    let folder = try folder(bytes: 1 << 16)
    let base = ["compare", "--runs", "2", "--mode", "serial", "--parser", "simd", "-a", "count"]
    let told = try Child(base + ["--progress", "always", "input.csv"], in: folder).wait()
    #expect(
      told.errors.split(separator: "\n").map { $0.prefix { $0 != "," } } == [
        "pipe: warm-up", "pipe: round 1 of 2", "pipe: round 2 of 2",
      ])
    #expect(try Child(base + ["--progress", "always", "-q", "input.csv"], in: folder).wait().errors == "")
  }

  @Test func rejectsMakeStatus3() throws {
    let folder = try ScratchFolder()
    try folder.write("a,b\n1,2\n3\n5,6\n", as: "input.csv")
    try folder.write(
      "on_error: quarantine\nrejects: bad.csv\noutput: result.csv\nreport: report.json\naggregates: [sum(a)]\n",
      as: "pipeline.yaml")
    let base = ["compare", "--runs", "1", "--mode", "serial,thread", "--workers", "1", "--parser", "simd"]
    for policy in [["--on-error", "skip", "-a", "sum(a)"], ["--pipeline", "pipeline.yaml"]] {
      let end = try Child(base + ["--delimiter", ","] + policy + ["input.csv"], in: folder).wait()
      #expect(end.exitStatus == 3, "\(end.errors)")
      // What the runs of a comparison write is nobody's result.
      #expect(folder.names == ["input.csv", "pipeline.yaml"])
    }
  }

  // MARK: - Failures

  @Test(
    arguments: TestTier.thin(
      [
        ([], "there is nothing to compare runs over\n  name a file"), (["-"], "standard input cannot be compared"),
        (["fifo"], "fifo: is no regular file"), (["--checkpoint", "d", "input.csv"], "--checkpoint does not apply"),
        (["--report", "r", "input.csv"], "--report does not apply"),
        (["--workers", "0", "input.csv"], "--workers: 0 is out of range"),
        (["--workers", "1,x", "input.csv"], "--workers: \"x\" is not a whole number"),
        (["--mode", "threads", "input.csv"], "--mode: \"threads\" is not a mode"),
        (["--link", "queue", "input.csv"], "--link: threads are linked by queues"),
        (["--regime", "fast", "input.csv"], "--regime: \"fast\" is not a regime"),
        (["--regime", "throttled=5", "input.csv"], "--regime: \"5\" is not a rate"),
        (["--budget", "60", "input.csv"], "--budget: \"60\" is not a time"),
        (["--budget", "60s", "--runs", "3", "input.csv"], "--runs and --budget are two ways"),
        (
          ["--mode", "serial", "--hand-off", "bytes", "input.csv"],
          "--hand-off does not apply to --mode serial\n  use --mode serial,process"
        ),
        (["--regime", "cpu=0", "input.csv"], "--regime: cpu: 0 is out of range\n  give rounds of hashing"),
        (["--pipeline", "kept.yaml", "input.csv"], "a comparison cannot keep a checkpoint"),
        (["--memory-limit", "1MiB", "input.csv"], "--memory-limit 1MiB is too little"),
      ] as [([String], String)], by: 4))
  func refused(_ arguments: [String], _ message: String) throws {
    let folder = try ScratchFolder()
    try folder.write("a,b\n1,2\n", as: "input.csv")
    try folder.write("checkpoint: kept\naggregates: [sum(a)]\n", as: "kept.yaml")
    mkfifo(folder["fifo"], 0o600)
    let end = try Child(["compare"] + arguments, in: folder).wait()
    #expect(end.exitStatus == 64)
    #expect(end.errors.hasPrefix("pipe: \(message)"), "\(end.errors)")
    #expect(end.errors.contains("\n  "), "no remedy: \(end.errors)")
    #expect(end.text == "")
  }

  @Test func aRunThatFailsEndsIt() throws {
    let folder = try ScratchFolder()
    try folder.write("a,b\n1,2\n3,x\n", as: "input.csv")
    try FileManager.default.createDirectory(atPath: folder["tmp"], withIntermediateDirectories: false)
    let end = try Child(
      ["compare", "--mode", "serial", "--parser", "simd", "-a", "sum(b)", "-o", "out", "input.csv"], in: folder,
      environment: ["TMPDIR": folder["tmp"]]
    ).wait()
    #expect(end.exitStatus == 65)
    #expect(end.errors.hasPrefix("pipe: input.csv: line 3 (record 2, byte 8): column b: \"x\" is not a number\n"))
    #expect(end.errors.hasSuffix("pipe: the comparison ended with serial (warm): exit status 65\n"))
    #expect(folder.names == ["input.csv", "tmp"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder["tmp"]) == [])
  }

  @Test func missingInputsAndPipelines() throws {
    let folder = try ScratchFolder()
    #expect(try folder.pipe("compare", "missing.csv").exitStatus == 66)
    try folder.write("modus: thread\n", as: "wrong.yaml")
    try folder.write("a\n1\n", as: "input.csv")
    #expect(try folder.pipe("compare", "--pipeline", "wrong.yaml", "input.csv").exitStatus == 78)
  }

  @Test(arguments: TestTier.choose([SIGINT, SIGTERM], 0)) func aSignalLeavesNothing(_ signal: Int32) throws {
    let folder = try folder(bytes: 4 << 20)
    try FileManager.default.createDirectory(atPath: folder["tmp"], withIntermediateDirectories: false)
    let child = try Child(
      [
        "compare", "--mode", "process", "--workers", "2", "--regime", "throttled=1MB/s", "--progress", "always", "-a",
        "count", "-o", "out", "input.csv",
      ], in: folder, environment: ["TMPDIR": folder["tmp"]])
    #expect(eventually { child.errorsSoFar.contains("warm-up") && child.workers.count > 3 })
    if signal == SIGINT { child.sendToGroup(signal) } else { child.send(signal) }
    let end = try child.wait()
    #expect(end.status == .signalled(signal), "\(end)")
    #expect(child.leavesNobody())
    #expect(folder.names == ["input.csv", "tmp"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder["tmp"]) == [])
  }

  @Test func anInputThatChanges() throws {
    let folder = try folder(bytes: 1 << 16)
    let child = try Child(
      [
        "compare", "--runs", "1000", "--mode", "serial", "--parser", "simd", "--progress", "always", "-a", "count",
        "input.csv",
      ],
      in: folder)
    #expect(eventually { child.errorsSoFar.contains("round 2 ") })
    try folder.write("key,value,text\na,1,x\n", as: "input.csv")
    let end = try child.wait()
    // Between two runs, or in the middle of one, which then says so by itself.
    #expect(end.exitStatus == 74, "\(end)")
    #expect(end.errors.contains("changed during") || end.errors.contains("became shorter"), "\(end)")
  }
}
