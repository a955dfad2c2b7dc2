// `pipe compare`: the same question in every mode, measured, and what it means.

import ArgumentParser
import CSV
import Execution
import Foundation
import Lab
import Spec
import Transport

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Measures threads against processes on your files, and says what holds them up.",
    discussion: """
      Runs the question in every mode, with one worker and with more, in random order and again and again, until the \
      medians are certain or the budget is spent. All outputs must be the same bytes. Ends with a verdict.

      The exit status is that of pipe run; 70 also if two configurations give different bytes.
      """)

  @OptionGroup var options: CompareOptions

  @Option(help: ArgumentHelp("When progress is shown.", valueName: "when"))
  var progress: ProgressChoice = .auto

  @Flag(name: .shortAndLong, help: "Say nothing but errors and the comparison.")
  var quiet = false

  func run() throws {
    if let problem = ScanKernel.problem {
      Diagnostics.report(RunFailure(.usage, problem.message, remedy: problem.remedy))
      throw ExitStatus.usage.code
    }
    let hasRejects: Bool
    do throws(ComparisonFailure) {
      hasRejects = try execute()
    } catch {
      throw Self.exit(for: error)
    }
    if hasRejects { throw ExitStatus.rejects.code }
  }

  /// - Returns: whether runs ended with rejected records.
  private func execute() throws(ComparisonFailure) -> Bool {
    let plan = try ComparisonFailure.of { () throws(ResolutionError) in try options.resolve() }
    let facts = try ComparisonFailure.own { () throws(RunFailure) in try Self.facts(of: plan.inputs) }
    // What cannot be written is known before anything is run.
    let file = try ComparisonFailure.own { () throws(RunFailure) in
      guard let path = plan.output, path != "-" else { return OutputFile.standard }
      return try OutputFile(creating: path)
    }
    let page = try ComparisonFailure.own { () throws(RunFailure) in
      try plan.html.map { (path) throws(RunFailure) in try OutputFile(creating: path) }
    }
    let runner = try ComparisonFailure.own { () throws(RunFailure) in try ComparisonRunner(plan, facts: facts) }
    let watch = try? SignalWatch.start { signal in
      runner.end()
      Self.discard(file, page)
      ProcessSelf.die(by: signal)
    }
    defer {
      runner.end()
      withExtendedLifetime(watch) {}
    }
    let report: ComparisonReport
    var traced: [TracedRun] = []
    do throws(ComparisonFailure) {
      report = try ComparisonCourse(plan, runner, facts, display(plan)).run()
      if page != nil {
        for configuration in ComparisonPage.traced(of: report) { traced.append(try runner.trace(configuration)) }
      }
    } catch {
      Self.discard(file, page)
      throw error
    }
    try ComparisonFailure.own { () throws(RunFailure) in
      if let page { try Self.write(ComparisonPage(report, traced: traced).page.text, to: page) }
      try Self.write(text(of: report, plan), to: file)
    }
    return runner.hasRejects
  }

  /// Opens every input once, to see that it is a file.
  private static func facts(of paths: [String]) throws(RunFailure) -> [InputFacts] {
    var facts: [InputFacts] = []
    for path in paths {
      var status = stat()
      // Looked at first: to open a FIFO is to wait for its writer.
      let isOther = stat(path, &status) == 0 && ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
      guard !isOther else {
        throw RunFailure(
          .usage, "\(path): is no regular file, and every run reads its input anew",
          remedy: "put what it gives into a file")
      }
      facts.append(try InputFile.open(path).facts)
    }
    return facts
  }

  private func display(_ plan: ComparisonPlan) -> ComparisonDisplay? {
    let isTerminal = Terminal.isTerminal(MemoryWall.messageDescriptor)
    guard !quiet, progress == .always || progress == .auto && isTerminal else { return nil }
    return ComparisonDisplay(isTerminal: isTerminal, ending: plan.ending)
  }

  private func text(of report: ComparisonReport, _ plan: ComparisonPlan) throws(RunFailure) -> String {
    switch plan.format {
    case .table:
      let width = plan.output == nil ? Terminal.width(1) : nil
      return ComparisonText(report, style: .terminal(width: width ?? 120)).text
    case .markdown: return ComparisonText(report, style: .markdown).text
    case .csv: return ComparisonCSV.text(of: report)
    case .json: return try Self.json(report)
    }
  }

  private static func write(_ text: String, to file: OutputFile) throws(RunFailure) {
    var file = file
    do throws(OutputError) {
      try file.write(Array(text.utf8))
    } catch {
      file.discard()
      // A reader that has seen enough is no mistake.
      if case .failure(let failure) = error { throw failure }
      return
    }
    try file.publish()
  }

  /// Takes away what is there of files that will not be written.
  private static func discard(_ files: OutputFile?...) {
    for var file in files.compactMap({ $0 }) { file.discard() }
  }

  private static func json(_ report: ComparisonReport) throws(RunFailure) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(report), as: UTF8.self) + "\n"
    } catch {
      throw RunFailure(.books, "the comparison cannot be written as JSON: \(error)")
    }
  }

  private static func exit(for error: ComparisonFailure) -> ExitCode {
    switch error {
    case .own(let failure):
      Diagnostics.report(failure)
      return ExitStatus(failure.kind).code
    case .file(let error):
      Diagnostics.report(error)
      return ExitStatus.pipelineFile.code
    case .run(let said, let summary, let status):
      Diagnostics.write(said)
      Diagnostics.say(summary)
      return status.code
    }
  }
}
