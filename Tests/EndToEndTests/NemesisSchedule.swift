// A random table, a random question and a random way to run it, under a nemesis and with faults that the stages commit
// themselves: what the serial run answers is the truth.

import Foundation

/// One run of the campaign, drawn from a seed.
struct NemesisSchedule: Sendable {
  let seed: UInt64
  /// The contents of the inputs.
  let tables: [String]
  let question: [String]
  /// `--on-error` and its kin, without the path of rejects.
  let errors: [String]
  let configuration: Configuration
  /// `--inject` and what belongs to it.
  let faults: [String]
  let nemesis: Nemesis

  private static let questions: [[String]] = [
    [], ["-g", "a", "-a", "count,sum(c)"], ["-g", "a,b", "-a", "max(c)"], ["-g", "b", "-a", "count,mean(c),stddev(c)"],
    ["-g", "a", "-a", "min(b),max(b),var(c)"], ["-a", "count,sum(c)", "--where", "c > 3"],
    ["--select", "a,c", "--where", "c > 3"], ["--select", "a,b,c", "--format", "ndjson"],
    ["--select", "a,b", "--limit", "700"], ["--sort", "c desc,a", "--select", "a,b,c"],
    ["--sort", "c", "--limit", "20", "--select", "b,c"],
  ]

  init(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    func pick<Value>(_ values: [Value]) -> Value { values[Int.random(in: values.indices, using: &generator)] }
    self.seed = seed
    question = pick(Self.questions) + ["--types", "c=decimal"]
    let policy = pick(["skip", "skip", "quarantine", "fail"])
    let bound = pick([[], [], ["--max-errors", "5"], ["--max-errors", "1%"]])
    errors = ["--on-error", policy] + (policy == "fail" ? [] : bound)
    // Where the first reject ends the run, half of the tables have none.
    let rejects = policy == "fail" ? pick([0, 3]) : pick([3, 20])
    tables = (0..<pick([1, 1, 2, 3])).map { _ in
      Self.table(rows: pick([50, 500, 4000]), rejects: rejects, using: &generator)
    }
    configuration = Configuration(
      mode: pick([.process, .process, .hybrid]), workers: pick([1, 2, 3]), parser: pick([.simd, .simd, .scalar]),
      chunkSize: pick([97, 1 << 10, 8 << 10]), handOff: pick([.ranges, .bytes]),
      link: pick([.pipe, .pipe, .socket, .shm]))
    nemesis = Nemesis(drawn: generator.next())
    faults = Self.faults(
      bytes: tables.map(\.utf8.count).max() ?? 0, isCoarse: configuration.chunkSize == 8 << 10, using: &generator)
  }

  /// Half of the runs have none. A fault at one of eight attempts is one of a reader or an aggregator that is over at once:
  /// records would come to be suspected of those of parsers, and others take a second each.
  private static func faults(
    bytes: Int, isCoarse: Bool, using generator: inout SeededGenerator
  ) -> [String] {
    var faults: [String] = []
    for stage in ["reader", "parser", "aggregator"] where Int.random(in: 0..<4, using: &generator) == 0 {
      let isSlow = Int.random(in: 0..<12, using: &generator) == 0
      let kinds = isSlow ? ["hang", "spin", "lying-length"] : ["crash", "abort", "corrupt", "short-write"]
      let kind = kinds.randomElement(using: &generator) ?? "crash"
      let mayRepeat = isCoarse && stage != "parser" && !isSlow && kind != "corrupt"
      let seed = UInt64.random(in: 0..<1000, using: &generator)
      let moment =
        mayRepeat && Bool.random(using: &generator)
        ? "random:\(seed)" : "\(Int.random(in: 0..<max(1, bytes), using: &generator))"
      faults += ["--inject", "\(kind)@\(stage):\(moment)"]
    }
    return faults.isEmpty ? [] : faults + ["--stall-timeout", "1"]
  }

  /// - Parameter rejects: of a thousand rows, about.
  private static func table(rows: Int, rejects: Int, using generator: inout SeededGenerator) -> String {
    var text = "a,b,c\n"
    for row in 0..<rows {
      let number = Int.random(in: 0..<1000, using: &generator)
      switch Int.random(in: 0..<1000, using: &generator) {
      case ..<rejects:
        text += ["bad,row\n", "y,zz,not a number\n", "z,\"quoted\"text,1\n"].randomElement(using: &generator) ?? ""
      case 900..<930: text += "x\(row % 7),\"several\nlines, \"\"quoted\"\" \(row)\",\(row)\n"
      case 930..<940: text += "y,\"k1,t,1\r\nk2,t,2\n\",0.5\r\n"
      case 940..<945: text += "\n"
      case 945..<950: text += "k1,,\n"
      default: text += "k\(number % 50),t\(row),\(number / 100).\(number % 100)\n"
      }
    }
    return text
  }

  /// What came of a run.
  struct Verdict: Sendable {
    var blows: Int
    /// Faults that were asked for.
    var faults = 0
    /// What is wrong, with the line to repeat it, or nil.
    var mistake: String?
  }

  /// Runs it, and says in what it differs from the serial run.
  func verdict(in scratch: URL) -> Verdict {
    let folder = scratch.appendingPathComponent("schedule-\(seed)")
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for (index, table) in tables.enumerated() {
        try Data(table.utf8).write(to: folder.appendingPathComponent("input\(index).csv"))
      }
    } catch {
      return Verdict(blows: 0, mistake: "the inputs cannot be written: \(error)")
    }
    var serial = Configuration.reference
    serial.chunkSize = configuration.chunkSize
    let truth = child(serial, rejects: "serial.rejects", folder).run()
    var struck = child(configuration, faults, rejects: "struck.rejects", folder)
    struck.nemesis = nemesis
    let outcome = struck.run()
    var mistakes = mistakes(in: outcome, truth)
    for suffix in ["", ".reasons.csv"] {
      let contents = ["serial", "struck"].map { name in
        FileManager.default.contents(atPath: folder.appendingPathComponent("\(name).rejects\(suffix)").path)
      }
      if contents[0] != contents[1] { mistakes.append("rejects\(suffix) differ") }
    }
    guard !mistakes.isEmpty else {
      try? FileManager.default.removeItem(at: folder)
      return Verdict(blows: outcome.blows.count, faults: faults.count { $0 == "--inject" })
    }
    let blows = outcome.blows.map(\.description).joined(separator: ", ")
    return Verdict(
      blows: outcome.blows.count,
      mistake: """
        schedule \(seed): \(mistakes.joined(separator: "\n  "))
          it said: \(outcome.errorText.prefix(2000))
          struck: \(blows)
          repeat: \(struck.commandLine)
        """)
  }

  private func child(
    _ configuration: Configuration, _ faults: [String] = [], rejects: String, _ folder: URL
  ) -> ChildRun {
    var arguments = ["PIPE_ALLOW_INJECT=1", Campaign.binary, "run", "--quiet"] + question + errors
    arguments += configuration.arguments + faults
    if errors.contains("quarantine") { arguments += ["--rejects", rejects] }
    // A program that becomes the one to be tested, under the same process id.
    return ChildRun(
      executable: "/usr/bin/env", arguments: arguments + tables.indices.map { "input\($0).csv" }, folder: folder)
  }

  private func mistakes(in outcome: ChildRun.Outcome, _ truth: ChildRun.Outcome) -> [String] {
    guard outcome.end == truth.end, let status = truth.status else {
      return ["it ended by \(outcome.end), the serial run by \(truth.end)"]
    }
    var mistakes: [String] = []
    // A run that fails may have printed less; what it printed was right.
    let isRight =
      [0, 3].contains(status) ? outcome.output == truth.output : truth.output.starts(with: outcome.output)
    if !isRight {
      mistakes.append("output differs: \(FirstDifference(got: outcome.output, want: truth.output).description)")
    }
    if outcome.errors != truth.errors { mistakes.append("messages differ; the serial run said: \(truth.errorText)") }
    return mistakes
  }
}
