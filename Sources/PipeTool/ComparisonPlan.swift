// From the options of a comparison to what is to be run, with everything that is wrong with them found before the first run.

import CSV
import Execution
import Glibc
import Lab
import Query
import Spec

/// A comparison with nothing left to decide.
struct ComparisonPlan {
  enum Format: String, CaseIterable {
    case table, json, csv, markdown
  }

  var matrix: ComparisonMatrix
  var ending: Schedule.Ending
  var seed: UInt64
  var format: Format
  var output: String?
  /// Where a page goes.
  var html: String?
  /// As child processes can open them.
  var inputs: [String]
  /// The options of every run, besides those of its configuration.
  var question: [String]
  /// The same, where they apply to some modes only.
  var threadOptions: [String]
  var processOptions: [String]
  var allOptions: [String]
  /// Whether records are set aside, for which every run needs a place.
  var setsRejectsAside: Bool
  /// Whether the pipeline file wants a report of every run.
  var hasReport = false

  /// The options that make `pipe run` run a configuration; outputs and inputs are still missing.
  func options(of configuration: Configuration) -> [String] {
    var options = configuration.arguments + question + allOptions
    if configuration.mode == .thread { options += threadOptions }
    if configuration.mode.hasProcesses { options += processOptions }
    return options
  }
}

extension CompareOptions {
  private static let standardBudget = "60s"

  /// Makes the plan, and sees whether every single run would be accepted.
  func resolve() throws(ResolutionError) -> ComparisonPlan {
    var file: PipelineFile?
    if let pipeline {
      do throws(PipelineFileError) { file = try PipelineFile(reading: pipeline) } catch { throw .file(error) }
    }
    var plan = try plan()
    do throws(QuestionError) {
      let definition = file?.definition
      let policy = question.onError ?? definition?.question.errorPolicy.rawValue
      plan.setsRejectsAside = policy == ErrorPolicy.quarantine.rawValue
      plan.hasReport = definition?.report != nil
      plan.inputs = try paths(inputs.isEmpty ? definition?.inputs ?? [] : inputs)
    } catch {
      throw .usage(error)
    }
    for configuration in plan.matrix.configurations.map(\.configuration) {
      let run = try resolvedRun(plan, configuration)
      guard run.checkpoint == nil else {
        throw .usage(
          QuestionError(
            "a comparison cannot keep a checkpoint, as the pipeline file wants",
            remedy: "every run is measured from its start: take it out of the file"))
      }
    }
    return plan
  }

  private func resolvedRun(
    _ plan: ComparisonPlan, _ configuration: Configuration
  ) throws(ResolutionError) -> ResolvedRun {
    let rejects = plan.setsRejectsAside ? ["--rejects", "rejects"] : []
    let words =
      plan.options(of: configuration) + rejects + ["--output", "result", "--report", "report", "--"] + plan.inputs
    let options: RunOptions
    do { options = try RunOptions.parse(words) } catch {
      throw .usage(QuestionError(RunOptions.message(for: error)))
    }
    return try options.resolve(isTerminal: false)
  }

  /// Paths that another process can open as well.
  private func paths(_ inputs: [String]) throws(QuestionError) -> [String] {
    guard !inputs.isEmpty else {
      throw QuestionError("there is nothing to compare runs over", remedy: "name a file: pipe compare input.csv")
    }
    guard !inputs.contains("-") else {
      throw QuestionError(
        "standard input cannot be compared, because every run reads its input anew", remedy: "put it into a file")
    }
    return inputs.map { path in
      // What these name is another thing in every process.
      guard path.hasPrefix("/dev/") || path.hasPrefix("/proc/"), let real = realpath(path, nil) else { return path }
      defer { free(real) }
      return String(cString: real)
    }
  }

  private func plan() throws(ResolutionError) -> ComparisonPlan {
    do throws(QuestionError) {
      try refused.check()
      if let html, html == "-" || html == output {
        throw QuestionError(
          html == "-" ? "--html: a page goes to a file" : "--html and --output name the same file",
          remedy: "name another file for the page")
      }
      let request = try request()
      let plan = ComparisonPlan(
        matrix: ComparisonMatrix(request), ending: try ending(), seed: seed ?? UInt64(time(nil)),
        format: try format.map { (text) throws(QuestionError) in
          try option("--format") { () throws(QuestionError) in try choice(text, as: "format") }
        } ?? .table, output: output, html: html, inputs: [], question: question.arguments,
        threadOptions: Self.words("--queue-depth", queueDepth), processOptions: Self.words("--sandbox", sandbox),
        allOptions: Self.words("--pipeline", pipeline) + Self.words("--memory-limit", memoryLimit)
          + Self.words("--stall-timeout", stallTimeout) + Self.words("--format", resultFormat), setsRejectsAside: false)
      try checkUse(plan.matrix.configurations.map(\.configuration))
      return plan
    } catch {
      throw .usage(error)
    }
  }

  private func request() throws(QuestionError) -> ComparisonRequest {
    var request = ComparisonRequest(cores: AvailableCores.count)
    request.modes = try choices("--mode", modes, as: "mode")
    request.parsers = try choices("--parser", parsers, as: "parser")
    request.links = try choices("--link", links, as: "link")
    request.handOffs = try choices("--hand-off", handOffs, as: "hand-off")
    if request.links?.contains(.queue) == true {
      throw QuestionError(
        "--link: threads are linked by queues and by nothing else", remedy: "name links of processes: pipe, socket, shm"
      )
    }
    request.workers = try list("--workers", workers) { (text) throws(QuestionError) in
      try OptionRange.parse(text, in: OptionRange.workers)
    }?.sorted()
    request.chunkSizes = try list("--chunk-size", chunkSizes) { (text) throws(QuestionError) in
      try ByteSize.parse(text, in: OptionRange.chunkSize)
    }
    request.combines = try list("--combine", combine) { (text) throws(QuestionError) in
      try ChoiceText.parse(text, as: "choice", among: ["on", "off"]) == "on"
    }
    if let threads {
      request.threads = try option("--threads") { () throws(QuestionError) in
        try OptionRange.parse(threads, in: OptionRange.workers)
      }
    }
    if let regimes = try list("--regime", regime, { (text) throws(QuestionError) in try Self.regime(text) }) {
      request.regimes = regimes
    }
    return request
  }

  /// One regime.
  static func regime(_ text: String) throws(QuestionError) -> ComparisonRegime {
    if text == "warm" { return .warm }
    if text == "cold" { return .cold }
    let words = text.split(separator: "=", maxSplits: 1)
    if words.count == 2, words[0] == "consumer" {
      let rate = try RegimeText.parse("throttled=\(words[1])").bytesPerSecond ?? 0
      return ComparisonRegime(.consumer, amount: Double(rate), text: text)
    }
    let known = ["warm", "cold"] + RegimeText.forms + ["consumer=10MB/s"]
    guard words.count == 2, let kind = ComparisonRegime.Kind(rawValue: String(words[0])) else {
      throw QuestionError("\"\(text)\" is not a regime", remedy: "there is " + known.joined(separator: ", "))
    }
    let regime = try RegimeText.parse(text)
    let amount: Double? =
      switch kind {
      case .throttled: regime.bytesPerSecond.map(Double.init)
      case .latency: Double(regime.latency)
      case .cpu: Double(regime.hashRounds)
      case .warm, .cold, .consumer: nil
      }
    return ComparisonRegime(kind, amount: amount, text: text)
  }

  private func ending() throws(QuestionError) -> Schedule.Ending {
    if let runs {
      guard budget == nil else {
        throw QuestionError("--runs and --budget are two ways to say when to end", remedy: "give one of them")
      }
      return .rounds(
        try option("--runs") { () throws(QuestionError) in try OptionRange.parse(runs, in: 1...100_000) })
    }
    let text = budget ?? Self.standardBudget
    let seconds = try option("--budget") { () throws(QuestionError) in try DurationText.parse(text) }
    return .budget(seconds)
  }

  /// The modes that were asked for, and one more.
  private func adding(_ mode: ExecutionMode) -> String { "use --mode \(modes.map { "\($0)," } ?? "")\(mode.rawValue)" }

  /// An option that nothing that is compared would use is a mistake.
  private func checkUse(_ configurations: [Configuration]) throws(QuestionError) {
    let hasProcesses = configurations.contains { $0.mode.hasProcesses }
    let uses: [(name: String, isThere: Bool, isUsed: Bool, remedy: String)] = [
      ("--workers", workers != nil, configurations.contains { $0.mode != .serial }, "add another mode than serial"),
      ("--link", links != nil, hasProcesses, adding(.process)),
      ("--hand-off", handOffs != nil, hasProcesses, adding(.process)),
      ("--sandbox", sandbox != nil, hasProcesses, adding(.process)),
      ("--threads", threads != nil, configurations.contains { $0.mode == .hybrid }, adding(.hybrid)),
      ("--queue-depth", queueDepth != nil, configurations.contains { $0.mode == .thread }, adding(.thread)),
      ("--combine", combine != nil, configurations.contains { $0.mode != .serial }, "add another mode than serial"),
    ]
    for use in uses where use.isThere && !use.isUsed {
      throw QuestionError("\(use.name) does not apply to --mode \(modes ?? "")", remedy: use.remedy)
    }
  }

  private static func words(_ name: String, _ value: String?) -> [String] { value.map { ["\(name)=\($0)"] } ?? [] }

  /// The values of a list, each once; nil where there is no list.
  private func list<Value: Equatable>(
    _ name: String, _ text: String?, _ parse: (String) throws(QuestionError) -> Value
  ) throws(QuestionError) -> [Value]? {
    guard let text else { return nil }
    var values: [Value] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let value = try option(name) { () throws(QuestionError) in try parse(String(part)) }
      if !values.contains(value) { values.append(value) }
    }
    return values
  }

  private func choices<Choice: RawRepresentable & CaseIterable & Equatable>(
    _ name: String, _ text: String?, as what: String
  ) throws(QuestionError) -> [Choice]? where Choice.RawValue == String {
    try list(name, text) { (word) throws(QuestionError) in try choice(word, as: what) }
  }
}
