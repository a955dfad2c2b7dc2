// From options as typed, and a pipeline file, to a run that can be started. Everything that is wrong with options is
// found here, before any input is opened.

import Execution
import Query
import Spec

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
  var trace: String?
  /// Folders.
  var checkpoint: String?
  var spool: String?
  /// What was chosen where `--mode auto` was asked for.
  var choice: ModeChoice?
  /// The pipeline file, for placing mistakes that show later.
  var file: PipelineFile?
}

/// Why options do not make a run.
enum ResolutionError: Error {
  case usage(QuestionError)
  case file(PipelineFileError)
}

extension RunOptions {
  /// Resolves the options. `isTerminal` says whether the result would go to a terminal; `choosesMode` whether `--mode auto` is
  /// decided by a probe of the inputs, rather than by what the other options leave.
  func resolve(isTerminal: Bool, choosesMode: Bool = true) throws(ResolutionError) -> ResolvedRun {
    var file: PipelineFile?
    if let pipeline {
      do throws(PipelineFileError) { file = try PipelineFile(reading: pipeline) } catch { throw .file(error) }
    }
    do throws(QuestionError) {
      if choosesMode, wantsChoice(over: file) { return try chosen(over: file, isTerminal: isTerminal) }
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
    if wantsChoice(over: file) { return try permitted(over: file, isTerminal: isTerminal).runs[0] }
    let base = file?.definition ?? PipelineDefinition()
    var question = base.question
    try self.question.apply(to: &question)
    if let parser {
      question.scanner = try option("--parser") { () throws(QuestionError) in try choice(parser, as: "parser") }
    }
    if let chunkSize {
      question.chunkSize = try option("--chunk-size") { () throws(QuestionError) in
        try ByteSize.parse(chunkSize, in: OptionRange.chunkSize)
      }
    }
    if let format {
      question.format = try option("--format") { () throws(QuestionError) in try choice(format, as: "format") }
    } else if base.format == nil {
      question.format = output == nil && base.output == nil && isTerminal ? .table : .csv
    }
    var settings = try settings(over: base)
    settings.keepsState = (checkpoint ?? base.checkpoint) != nil
    settings.traces = (trace ?? base.trace) != nil
    let run = ResolvedRun(
      question: question, inputs: inputs.isEmpty ? base.inputs : inputs, settings: settings,
      hasStandardChunks: chunkSize == nil && base.chunkSize == nil,
      output: output ?? base.output, rejects: rejects ?? base.rejects, report: report ?? base.report,
      trace: trace ?? base.trace,
      checkpoint: checkpoint ?? base.checkpoint, spool: spool ?? base.spool, file: file)
    try check(run)
    return run
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
    let paths = [run.output, run.rejects, run.rejects.map { $0 + ".reasons.csv" }, run.report, run.trace]
    for path in paths.compactMap({ $0 }) {
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
}
