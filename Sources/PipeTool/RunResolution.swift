// From options as typed, and a pipeline file, to a run that can be started. Everything that is wrong with options is
// found here, before any input is opened.

import Execution
import Glibc
import Query
import Spec
import Transport

/// A run with nothing left to decide but what only the input can tell.
struct ResolvedRun {
  var question: Question
  var inputs: [String]
  var settings: RunSettings
  /// Whether nobody has asked for a chunk size.
  var hasStandardChunks: Bool
  var output: String?
  var rejects: String?
  var report: String?
  /// Folders.
  var checkpoint: String?
  var spool: String?
  /// The pipeline file, for placing mistakes that show later.
  var file: PipelineFile?
}

/// Why options do not make a run.
enum ResolutionError: Error {
  case usage(QuestionError)
  case file(PipelineFileError)
}

extension RunOptions {
  /// Resolves the options. `isTerminal` says whether the result would go to a terminal.
  func resolve(isTerminal: Bool) throws(ResolutionError) -> ResolvedRun {
    var file: PipelineFile?
    if let pipeline {
      do throws(PipelineFileError) { file = try PipelineFile(reading: pipeline) } catch { throw .file(error) }
    }
    do throws(QuestionError) {
      return try resolve(over: file, isTerminal: isTerminal)
    } catch {
      // What is wrong with the file alone is said of the file.
      if let file, let own = Self.mistake(in: file), own == error { throw .file(file.error(for: error)) }
      throw .usage(error)
    }
  }

  /// What is wrong with a pipeline file when no option is given besides.
  static func mistake(in file: PipelineFile) -> QuestionError? {
    do throws(QuestionError) {
      _ = try RunOptions.none.resolve(over: file, isTerminal: false)
      return nil
    } catch {
      return error
    }
  }

  /// Resolves the options over what a pipeline file says.
  func resolve(over file: PipelineFile?, isTerminal: Bool) throws(QuestionError) -> ResolvedRun {
    let base = file?.definition ?? PipelineDefinition()
    var question = base.question
    try applyQuery(to: &question)
    try applyInput(to: &question)
    if let format {
      question.format = try option("--format") { () throws(QuestionError) in try choice(format, as: "format") }
    } else if base.format == nil {
      question.format = output == nil && base.output == nil && isTerminal ? .table : .csv
    }
    if let onError {
      question.errorPolicy = try option("--on-error") { () throws(QuestionError) in try choice(onError, as: "policy") }
    }
    if let maxErrors {
      question.maxErrors = try option("--max-errors") { () throws(QuestionError) in try ErrorBoundText.parse(maxErrors)
      }
    }
    var settings = try settings(over: base)
    settings.keepsState = (checkpoint ?? base.checkpoint) != nil
    let run = ResolvedRun(
      question: question, inputs: inputs.isEmpty ? base.inputs : inputs, settings: settings,
      hasStandardChunks: chunkSize == nil && base.chunkSize == nil,
      output: output ?? base.output, rejects: rejects ?? base.rejects, report: report ?? base.report,
      checkpoint: checkpoint ?? base.checkpoint, spool: spool ?? base.spool, file: file)
    try check(run)
    return run
  }

  private func applyQuery(to question: inout Question) throws(QuestionError) {
    if !groupBy.isEmpty { question.groupBy = try names(groupBy, "--group-by") }
    if !aggregates.isEmpty { question.aggregates = aggregates }
    if let filter { question.filter = filter }
    if !derive.isEmpty { question.derived = derive }
    if !sort.isEmpty { question.sort = sort }
    if !select.isEmpty { question.select = try names(select, "--select") }
    if let limit {
      question.limit = try option("--limit") { () throws(QuestionError) in
        try OptionRange.parse(limit, in: OptionRange.limit)
      }
    }
  }

  private func applyInput(to question: inout Question) throws(QuestionError) {
    if let delimiter {
      question.dialect.delimiter = try option("--delimiter") { () throws(QuestionError) in
        try DialectByte.parse(delimiter)
      }
    }
    if let quote {
      question.dialect.quote = .some(
        try option("--quote") { () throws(QuestionError) in try DialectByte.parseQuote(quote) })
    }
    if noHeader { question.dialect.hasHeader = false }
    if !columns.isEmpty { question.dialect.columns = try names(columns, "--columns") }
    if !nullTexts.isEmpty { question.dialect.nullTexts = nullTexts }
    for text in types {
      let parsed = try option("--types") { () throws(QuestionError) in try TypeText.parse(text) }
      question.types.merge(parsed) { $1 }
    }
    if let parser {
      question.scanner = try option("--parser") { () throws(QuestionError) in try choice(parser, as: "parser") }
    }
    if let maxRecord {
      question.maxRecord = try option("--max-record") { () throws(QuestionError) in
        try ByteSize.parse(maxRecord, in: OptionRange.maxRecord)
      }
    }
    if let chunkSize {
      question.chunkSize = try option("--chunk-size") { () throws(QuestionError) in
        try ByteSize.parse(chunkSize, in: OptionRange.chunkSize)
      }
    }
  }

  private func settings(over base: PipelineDefinition) throws(QuestionError) -> RunSettings {
    let mode: ExecutionMode =
      try option("--mode") { () throws(QuestionError) in try choice(self.mode ?? base.mode ?? "thread", as: "mode") }
    // What the file says about another mode than the one chosen here does not apply; what is typed here must.
    let isFileMode = self.mode == nil || self.mode == base.mode
    var threads = isFileMode ? base.threads : nil
    if let text = self.threads {
      threads = try option("--threads") { () throws(QuestionError) in
        try OptionRange.parse(text, in: OptionRange.workers)
      }
    }
    if threads != nil {
      guard mode == .hybrid else {
        throw QuestionError(
          "--threads does not apply to --mode \(mode.rawValue)",
          remedy: mode == .thread ? "-j is the number of parser threads" : "only --mode hybrid has threads in processes"
        )
      }
    }
    var workers = base.workers ?? AvailableCores.count
    // Two threads a process and one for each core, unless something else is asked for.
    if mode == .hybrid, self.workers == nil, base.workers == nil { workers = max(1, workers / (threads ?? 2)) }
    if let text = self.workers {
      workers = try option("--workers") { () throws(QuestionError) in
        try OptionRange.parse(text, in: OptionRange.workers)
      }
    }
    if mode == .hybrid, workers * (threads ?? 2) > OptionRange.workers.upperBound {
      throw QuestionError(
        "--workers \(workers) with \(threads ?? 2) threads each are more than \(OptionRange.workers.upperBound) parsers",
        remedy: "use fewer of either")
    }
    var depth = isFileMode ? base.queueDepth : nil
    if let queueDepth {
      depth = try option("--queue-depth") { () throws(QuestionError) in
        try OptionRange.parse(queueDepth, in: OptionRange.queueDepth)
      }
    }
    if depth != nil, mode != .thread {
      throw QuestionError(
        "--queue-depth does not apply to --mode \(mode.rawValue)", remedy: "only threads are linked by queues")
    }
    var carrier: Carrier?
    if let text = link ?? (isFileMode ? base.link : nil) {
      let kind: LinkKind = try option("--link") { () throws(QuestionError) in try choice(text, as: "link") }
      let isFitting = mode == .thread && kind == .queue || mode.hasProcesses && kind.carrier != nil
      guard isFitting else {
        let remedy =
          switch mode {
          case .serial: "a serial run has no links"
          case .thread: "use --link queue, which is the default"
          case .process, .hybrid: "use --link pipe, which is the default, socket or shm"
          }
        throw QuestionError(
          "--link \(kind.rawValue) does not apply to --mode \(mode.rawValue)", remedy: remedy)
      }
      carrier = kind.carrier
    }
    var handOff: HandOff?
    if let text = self.handOff ?? (isFileMode ? base.handOff : nil) {
      handOff = try option("--hand-off") { () throws(QuestionError) in try choice(text, as: "hand-off") }
      guard mode.hasProcesses else {
        throw QuestionError(
          "--hand-off does not apply to --mode \(mode.rawValue)",
          remedy: "only parsers that are processes can be handed either; use --mode process")
      }
    }
    var policy = SandboxPolicy.standard
    // A sandbox that the file wants is not lost with a change from one kind of processes to another.
    let isFileKind = isFileMode || mode.hasProcesses
    if let text = self.sandbox ?? (isFileKind ? base.sandbox : nil) {
      policy = try option("--sandbox") { () throws(QuestionError) in try choice(text, as: "sandbox") }
      guard mode.hasProcesses else {
        throw QuestionError(
          "--sandbox does not apply to --mode \(mode.rawValue)",
          remedy: "only processes can be sandboxed; use --mode process")
      }
    }
    var timeout = RunSettings.standardStallTimeout
    var seconds = base.stallTimeout
    if let stallTimeout {
      seconds = try option("--stall-timeout") { () throws(QuestionError) in
        try OptionRange.parse(stallTimeout, in: OptionRange.stallTimeout)
      }
    }
    if let seconds {
      timeout = UInt64(seconds) * 1_000_000_000
    }
    var settings = RunSettings(
      mode: mode, workers: mode == .serial ? 1 : workers, threads: threads ?? 2, queueDepth: depth, handOff: handOff,
      sandbox: policy,
      stallTimeout: timeout)
    if let carrier { settings.carrier = carrier }
    if noCombine {
      guard mode != .serial else {
        throw QuestionError("--no-combine does not apply to --mode serial", remedy: "a serial run sends nothing")
      }
      settings.combines = false
    }
    settings.safeguards = try safeguards(mode)
    try applyMemory(to: &settings, over: base, isFileMode: isFileMode)
    settings.injections = try injections(mode, hasLimit: settings.budget != nil)
    return settings
  }

  /// Refuses what only tests may do, unless this is one.
  private func allowForTests(_ option: String) throws(QuestionError) {
    guard getenv("PIPE_ALLOW_INJECT").map({ String(cString: $0) }) == "1" else {
      throw QuestionError("\(option) is for tests", remedy: "set PIPE_ALLOW_INJECT=1 if this is one")
    }
  }

  private func safeguards(_ mode: ExecutionMode) throws(QuestionError) -> Safeguards {
    var safeguards = Safeguards.all
    if without.isEmpty { return safeguards }
    try allowForTests("--without")
    guard mode.hasProcesses else {
      throw QuestionError("--without does not apply to --mode \(mode.rawValue)", remedy: "use --mode process")
    }
    for name in without.flatMap({ $0.split(separator: ",") }) {
      guard let known = Safeguards.names.first(where: { $0.name == name }) else {
        throw QuestionError("--without: \(name) is no safeguard", remedy: "give checksums, journal or watch")
      }
      safeguards.remove(known.safeguard)
    }
    return safeguards
  }

  private func applyMemory(
    to settings: inout RunSettings, over base: PipelineDefinition, isFileMode: Bool
  ) throws(QuestionError) {
    let mode = settings.mode
    settings.maxPiecesPerWorker = isFileMode ? base.maxChunksPerWorker : nil
    if let maxChunksPerWorker {
      settings.maxPiecesPerWorker = try option("--max-chunks-per-worker") { () throws(QuestionError) in
        try OptionRange.parse(maxChunksPerWorker, in: OptionRange.maxChunksPerWorker)
      }
    }
    if settings.maxPiecesPerWorker != nil, !mode.hasProcesses {
      throw QuestionError(
        "--max-chunks-per-worker does not apply to --mode \(mode.rawValue)",
        remedy: "only processes can be replaced; use --mode process")
    }
    var limit = base.memoryLimit
    if let memoryLimit {
      limit = try option("--memory-limit") { () throws(QuestionError) in
        try ByteSize.parse(memoryLimit, in: OptionRange.memoryLimit)
      }
    }
    guard let limit else { return }
    let (workers, threads, carrier) = (settings.workers, settings.threads, settings.carrier)
    let program = MemoryBudget.measuredProgram()
    settings.budget = MemoryBudget(
      limit: limit, mode: mode, workers: workers, threads: threads, carrier: carrier, program: program)
    if settings.budget != nil { return }
    let least = MemoryBudget.minimum(mode, workers: workers, threads: threads, carrier: carrier, program: program)
    let parsers = settings.parsers == 1 ? "1 parser" : "\(settings.parsers) parsers"
    let others = mode == .serial ? "" : ", use fewer workers (-j), or --mode serial"
    throw QuestionError(
      "--memory-limit \(ByteSize.text(limit)) is too little for --mode \(mode.rawValue) with \(parsers)",
      remedy: "give at least \((least + (1 << 20) - 1) >> 20)MiB\(others)")
  }

  private func injections(_ mode: ExecutionMode, hasLimit: Bool) throws(QuestionError) -> [FaultInjection] {
    if inject.isEmpty { return [] }
    try allowForTests("--inject")
    var injections: [FaultInjection] = []
    for text in inject {
      guard let injection = FaultInjection(text) else {
        throw QuestionError(
          "--inject: \(text) is no fault",
          remedy: "give \(FaultInjection.Kind.names)@STAGE, then :BYTE, :random:SEED or, for parsers, :text:WORD")
      }
      guard mode.hasProcesses || !injection.kind.isOfFrames else {
        throw QuestionError(
          "--inject \(text) does not apply to --mode \(mode.rawValue)",
          remedy: "only processes send frames; use --mode process")
      }
      if injection.kind == .oom, !hasLimit {
        throw QuestionError(
          "--inject: \(text) would take all memory of the machine", remedy: "give a --memory-limit for it to meet")
      }
      if injections.contains(where: { $0.role == injection.role }) {
        throw QuestionError("--inject: two faults for one stage", remedy: "name each stage once")
      }
      injections.append(injection)
    }
    return injections
  }

  private func check(_ run: ResolvedRun) throws(QuestionError) {
    let question = run.question
    try question.checkSyntax()
    if question.errorPolicy == .quarantine, run.rejects == nil {
      throw QuestionError(
        "--on-error quarantine needs --rejects", remedy: "say where rejected records go: --rejects rejects.csv")
    }
    if question.errorPolicy != .quarantine, run.rejects != nil {
      throw QuestionError("--rejects needs --on-error quarantine", remedy: "add --on-error quarantine")
    }
    if question.errorPolicy == .fail, question.maxErrors != nil {
      throw QuestionError(
        "--max-errors needs --on-error skip or quarantine", remedy: "a run with --on-error fail bears no reject")
    }
    let quote: UInt8? = question.dialect.quote ?? UInt8(ascii: "\"")
    if let delimiter = question.dialect.delimiter, delimiter == quote {
      throw QuestionError("--delimiter and --quote are the same", remedy: "choose another byte for one of them")
    }
    try checkCheckpoint(run)
    var targets: [String: String] = [:]
    for path in [run.output, run.rejects, run.rejects.map { $0 + ".reasons.csv" }, run.report].compactMap({ $0 }) {
      guard let target = OutputFile.identity(of: path) else { continue }
      if let other = targets.updateValue(path, forKey: target) {
        throw QuestionError("\(other) and \(path) are the same output", remedy: "choose another path for one of them")
      }
    }
    if run.inputs.filter({ $0 == "-" }).count > 1 {
      throw QuestionError("standard input can be read only once", remedy: "name - once")
    }
  }

  private func checkCheckpoint(_ run: ResolvedRun) throws(QuestionError) {
    for (option, path) in [("--checkpoint", run.checkpoint), ("--spool", run.spool)] where path == "" {
      throw QuestionError("\(option) names no folder", remedy: "use . for the one that this is")
    }
    guard run.checkpoint != nil, run.question.streamsRows else { return }
    if run.output == nil || run.output == "-" {
      throw QuestionError(
        "--checkpoint needs --output here, because rows are written as they come",
        remedy: "what was printed cannot be gone on with: name a file with --output")
    }
    if run.question.format.isLaidOut {
      throw QuestionError(
        "--checkpoint does not go with --format \(run.question.format.rawValue) here, because rows are written as they come",
        remedy: "use --format csv, tsv, json or ndjson")
    }
  }

  private func names(_ texts: [String], _ option: String) throws(QuestionError) -> [String] {
    var names: [String] = []
    for text in texts {
      names += try self.option(option) { () throws(QuestionError) in try ExpressionParser.names(text) }
    }
    return names
  }

  private func choice<Choice: RawRepresentable & CaseIterable>(
    _ text: String, as what: String
  ) throws(QuestionError) -> Choice where Choice.RawValue == String {
    let name = try ChoiceText.parse(text, as: what, among: Choice.allCases.map(\.rawValue))
    guard let choice = Choice(rawValue: name) else { throw QuestionError("\(name) is no \(what)") }
    return choice
  }

  /// Names the option in front of what is wrong with its value.
  private func option<Value>(
    _ name: String, _ body: () throws(QuestionError) -> Value
  ) throws(QuestionError) -> Value {
    do throws(QuestionError) {
      return try body()
    } catch {
      var named = error
      named.message = "\(name): \(error.message)"
      throw named
    }
  }
}
