// `--memory-limit`: a run that has enough says what it would say anyway and stays below it; one that needs more ends with an
// explanation, and leaves nothing behind.

import Foundation
import TestTiers
import Testing

struct MemoryLimitTests {
  private static let question = ["-g", "key", "-a", "count,sum(value)"]
  private static let words: [[String]] = [
    ["run", "--mode", "serial"], ["run", "--mode", "thread", "-j", "2"], ["run", "--mode", "process", "-j", "2"],
    ["run", "--mode", "hybrid", "-j", "1", "--threads", "2"], ["run", "--mode", "process", "-j", "2", "--link", "shm"],
  ]
  private static let many = distinctRows(TestTier.amount(600_000, short: 350_000))

  /// The least limit that is taken, in MiB, as the program says it.
  private func least(_ words: [String], in folder: ScratchFolder) throws -> Int {
    let end = try Child(words + Self.question + ["--memory-limit", "1MiB", "in.csv"], in: folder).wait()
    #expect(end.status == .exited(64))
    let match = try #require(end.errors.firstMatch(of: /give at least (\d+)MiB/), "\(end.errors)")
    return try #require(Int(match.1))
  }

  @Test(arguments: TestTier.choose(words, 2)) func aRunThatNeedsMoreSaysSo(_ words: [String]) throws {
    let folder = try ScratchFolder()
    try folder.write(Self.many, as: "in.csv")
    let limit = try least(words, in: folder) + 8
    let child = try Child(
      words + Self.question + ["--memory-limit", "\(limit)MiB", "-o", "out.csv", "in.csv"], in: folder)
    let (end, peak) = try child.waitSampling()
    #expect(end.status == .exited(71), "\(end.errors)")
    #expect(end.errors.hasPrefix("pipe: "), "\(end.errors)")
    #expect(end.errors.contains("of --memory-limit"), "\(end.errors)")
    #expect(end.errors.contains("\n  raise --memory-limit, "), "\(end.errors)")
    // Neither the runtime's own words nor a trace.
    #expect(end.errors.split(separator: "\n").count == 2, "\(end.errors)")
    #expect(peak <= limit << 20 + (limit << 20) / 20, "\(peak >> 20) of \(limit) MiB")
    #expect(folder.names == ["in.csv"])
    #expect(child.leavesNobody())
  }

  @Test(.enabled(if: !TestTier.isShort, "CI does"), arguments: words)
  func aRunThatHasEnoughStaysBelow(_ words: [String]) throws {
    let folder = try ScratchFolder()
    try folder.write(Self.many, as: "in.csv")
    let free = try Child(["run", "--mode", "serial"] + Self.question + ["in.csv"], in: folder).wait()
    #expect(free.status == .exited(0))
    let limit = 480
    let child = try Child(
      words + Self.question + ["--memory-limit", "\(limit)MiB", "--report", "report.json", "in.csv"], in: folder)
    let (end, peak) = try child.waitSampling()
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(end.output == free.output && end.errors.isEmpty)
    #expect(peak > 0 && peak <= limit << 20 + (limit << 20) / 20, "\(peak >> 20) of \(limit) MiB")
    #expect(folder.read("report.json")?.contains("\"limitBytes\" : \(limit << 20)") == true)
  }

  /// Whatever allocation meets the wall, and on however many threads at once: the runtime has no memory for its own words then.
  @Test(arguments: TestTier.choose(words, 0)) func rowsThatAreSortedNeedMemoryToo(_ words: [String]) throws {
    let folder = try ScratchFolder()
    try folder.write(Self.many, as: "in.csv")
    let least = try least(words, in: folder)
    for limit in TestTier.choose([least, least + 2, least + 6], 1) {
      let end = try Child(
        words + ["--sort", "key", "--memory-limit", "\(limit)MiB", "-o", "out.csv", "in.csv"], in: folder
      ).wait(seconds: 120)
      #expect(end.status == .exited(71), "\(end.errors)")
      #expect(end.errors.contains("of --memory-limit"), "\(end.errors)")
      #expect(folder.names == ["in.csv"])
    }
  }

  @Test func tooLittleIsRefused() throws {
    let folder = try ScratchFolder()
    try folder.write("a,b\n1,2\n", as: "in.csv")
    let serial = try least(["run", "--mode", "serial"], in: folder)
    let two = try least(["run", "--mode", "process", "-j", "2"], in: folder)
    let eight = try least(["run", "--mode", "process", "-j", "8"], in: folder)
    #expect(serial < two && two < eight)
    let end = try folder.pipe("run", "--mode", "process", "-j", "8", "--memory-limit", "64MiB", "-a", "count", "in.csv")
    #expect(end.errors.hasPrefix("pipe: --memory-limit 64MiB is too little for --mode process with 8 parsers\n"))
    for (words, least) in [(["run", "--mode", "serial"], serial), (["run", "--mode", "process", "-j", "2"], two)] {
      let end = try Child(words + ["--memory-limit", "\(least)MiB", "-a", "count", "in.csv"], in: folder).wait()
      #expect(end.status == .exited(0) && end.text == "count\n1\n", "\(end.errors)")
    }
    #expect(try folder.pipe("run", "--memory-limit", "much", "in.csv").status == .exited(64))
  }

  @Test func aPipelineFileSaysIt() throws {
    let folder = try ScratchFolder()
    try folder.write("a,b\n1,2\n", as: "in.csv")
    try folder.write("inputs: in.csv\naggregates: count\nmemory_limit: 1MiB\n", as: "little.yaml")
    let end = try folder.pipe("run", "--pipeline", "little.yaml")
    #expect(end.errors.contains("1MiB is too little"), "\(end.errors)")
    let over = try folder.pipe("run", "--pipeline", "little.yaml", "--memory-limit", "1GiB", "-j", "2")
    #expect(over.status == .exited(0) && over.text == "count\n1\n", "\(over.errors)")
  }

  @Test(arguments: TestTier.choose(["oom@parser:100000", "oom@parser:random:3"], 1)) func aParserWithoutMemoryIsNoCrash(
    _ fault: String
  ) throws {
    let folder = try ScratchFolder()
    try folder.write(distinctRows(40_000), as: "in.csv")
    let serial = try Child(["run", "--mode", "serial"] + Self.question + ["in.csv"], in: folder).wait()
    let end = try Child(
      ["run", "--mode", "process", "-j", "2", "--chunk-size", "64KiB", "--memory-limit", "256MiB", "--inject", fault]
        + Self.question + ["--report", "report.json", "in.csv"], in: folder, environment: ["PIPE_ALLOW_INJECT": "1"]
    ).wait(seconds: 120)
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(end.output == serial.output)
    #expect(end.errors.contains("out of memory") && !end.errors.contains("SIG"), "\(end.errors)")
    #expect(!end.errors.contains("failed to allocate"), "\(end.errors)")
    #expect(folder.read("report.json")?.contains("\"cause\" : \"out of memory\"") == true)
  }

  /// Also a crash within a wall is a crash, and says what it has to say.
  @Test func aCrashIsNoWantOfMemory() throws {
    let folder = try ScratchFolder()
    try folder.write(distinctRows(20_000), as: "in.csv")
    for (fault, name) in [("crash@parser", "SIGSEGV"), ("abort@aggregator", "SIGABRT")] {
      let end = try Child(
        ["run", "--mode", "process", "-j", "2", "--memory-limit", "256MiB", "--inject", fault] + Self.question
          + ["in.csv"], in: folder, environment: ["PIPE_ALLOW_INJECT": "1"]
      ).wait()
      #expect(end.status == .exited(0) && end.errors.contains(": \(name)); nothing is lost"), "\(end.errors)")
    }
  }

  @Test(arguments: ["oom@aggregator", "oom@reader"]) func othersEndTheRun(_ fault: String) throws {
    let folder = try ScratchFolder()
    try folder.write(distinctRows(20_000), as: "in.csv")
    let child = try Child(
      ["run", "--mode", "process", "-j", "2", "--memory-limit", "200MiB", "--inject", fault, "-o", "out.csv"]
        + Self.question + ["in.csv"], in: folder, environment: ["PIPE_ALLOW_INJECT": "1"])
    let end = try child.wait()
    #expect(end.status == .exited(71), "\(end.errors)")
    #expect(end.errors.contains("of the 200 MiB of --memory-limit; another would need as much\n"), "\(end.errors)")
    #expect(folder.names == ["in.csv"])
    #expect(child.leavesNobody())
  }

  /// A record for which there is no memory is left out like one that crashes parsers.
  @Test func aRecordWithoutMemoryIsPoison() throws {
    let folder = try ScratchFolder()
    var text = "key,value\n"
    for row in 0..<20_000 { text += row == 12_345 ? "POISON,7\n" : "k\(row % 10),\(row)\n" }
    try folder.write(text, as: "in.csv")
    let words =
      ["run", "--mode", "process", "-j", "2", "--chunk-size", "64KiB", "--memory-limit", "200MiB", "--inject"]
      + ["oom@parser:text:POISON"] + Self.question
    let skipped = try Child(
      words + ["--on-error", "skip", "in.csv"], in: folder, environment: ["PIPE_ALLOW_INJECT": "1"]
    ).wait(seconds: 120)
    #expect(skipped.status == .exited(3), "\(skipped.errors)")
    let serial = try folder.pipe(
      "run", "--mode", "serial", "-g", "key", "-a", "count,sum(value)", "--where", "key != \"POISON\"", "in.csv")
    #expect(skipped.output == serial.output)
    let failed = try Child(words + ["in.csv"], in: folder, environment: ["PIPE_ALLOW_INJECT": "1"]).wait(seconds: 120)
    #expect(failed.status == .exited(65))
    #expect(failed.errors.contains("three parser processes ran out of memory on the record"), "\(failed.errors)")
  }

  @Test func withoutAWallNobodyFillsTheMachine() throws {
    let folder = try ScratchFolder()
    try folder.write("a,b\n1,2\n", as: "in.csv")
    let end = try Child(
      ["run", "--mode", "process", "--inject", "oom@parser", "in.csv"], in: folder,
      environment: ["PIPE_ALLOW_INJECT": "1"]
    ).wait()
    #expect(end.status == .exited(64) && end.errors.contains("give a --memory-limit for it to meet"), "\(end.errors)")
  }
}
