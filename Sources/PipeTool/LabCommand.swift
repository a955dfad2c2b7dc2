// `pipe lab`: experiments that put claims about threads and processes to the test.

import ArgumentParser
import Execution
import Foundation
import Lab
import Report
import Spec
import Transport

struct LabCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lab", abstract: "Puts claims about threads and processes to the test on this machine.",
    usage: "pipe lab [<options>] [<experiment> ...]",
    discussion: """
      Every experiment measures threads and processes in turns, gives medians with their intervals, and says whether what \
      is claimed holds here. Without names all are run, which takes up to 5 minutes.

      Exit status: 0 all have a result, 71 one or more have not, 73 or 74 the output could not be written.
      """)

  @Argument(help: ArgumentHelp("The experiments to run (default: all).", valueName: "experiment"))
  var experiments: [String] = []

  @Flag(help: "Say what experiments there are.")
  var list = false

  @Flag(help: "Under 20 s for all: waits are a tenth, and fewer repetitions.")
  var quick = false

  @Option(help: ArgumentHelp("text, markdown or json, with every sample.", valueName: "format"))
  var format = "text"

  @Option(name: .shortAndLong, help: ArgumentHelp("Write here instead of to standard output.", valueName: "path"))
  var output: String?

  @Option(
    help: ArgumentHelp("Write a page with charts here, too: one file, without scripts.", valueName: "path"))
  var html: String?

  private enum Format: String, CaseIterable { case text, markdown, json }

  func validate() throws {
    guard html != "-" else { throw ValidationError("--html: a page goes to a file; name one") }
    guard html == nil || html != output else {
      throw ValidationError("--html and --output name the same file; name another one for the page")
    }
    guard Format(rawValue: format) != nil else {
      throw ValidationError(
        "there is no format \"\(format)\"; " + ChoiceText.remedy(for: format, among: Format.allCases.map(\.rawValue)))
    }
  }

  /// Not part of the validation: an option that does not exist is to be named before what stands behind it.
  private var chosen: [any Experiment] {
    get throws {
      let wanted = experiments.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
      let names = ExperimentRegistry.all.map(\.name)
      for name in wanted where !names.contains(name) {
        throw ValidationError(
          "there is no experiment \"\(name)\"; " + ChoiceText.remedy(for: name, among: names)
            + " (pipe lab --list says what they ask)")
      }
      return ExperimentRegistry.all.filter { wanted.isEmpty || wanted.contains($0.name) }
    }
  }

  func run() throws {
    let chosen = try chosen
    if list {
      Diagnostics.writeOut(
        TableLayout(columns: [TableColumn("experiment"), TableColumn("question")]).text(
          rows: chosen.map { [$0.name, $0.question] }))
      return
    }
    let hasFailed: Bool
    do throws(RunFailure) {
      hasFailed = try run(chosen)
    } catch {
      Diagnostics.report(error)
      throw ExitStatus(error.kind).code
    }
    if hasFailed { throw ExitStatus.system.code }
  }

  /// - Returns: whether an experiment has no result.
  private func run(_ chosen: [any Experiment]) throws(RunFailure) -> Bool {
    // Before anything is measured: a minute later it is too late to hear that the output cannot be written.
    var file = output == nil || output == "-" ? OutputFile.standard : try OutputFile(creating: output ?? "-")
    var page = try html.map { (path) throws(RunFailure) in try OutputFile(creating: path) }
    let leftovers = Leftovers()
    let hiddenPaths = [file.hiddenPath, page?.hiddenPath].compactMap { $0 }
    // Without the watch a signal ends the program all the same, and its parts with it.
    _ = try? SignalWatch.start { signal in
      leftovers.clear()
      for path in hiddenPaths { unlink(path) }
      ProcessSelf.die(by: signal)
    }
    let session = LabSession(
      bench: Bench(isQuick: quick, cores: AvailableCores.count, leftovers: leftovers), chosen: chosen)
    let isDirect = output == nil || output == "-"
    let text = LabText(width: isDirect ? Terminal.width(1) ?? LabText.usualWidth : LabText.usualWidth)
    do throws(OutputError) {
      let report: LabReport
      switch Format(rawValue: format) {
      case .markdown:
        report = session.run { _ in }
        try file.write(Array(LabMarkdown.text(of: report).utf8))
      case .json:
        report = session.run { _ in }
        try file.write(try Self.json(report))
      case .text, nil:
        // Shown as it comes, for whoever waits.
        try file.write(Array(text.header(of: session.report).utf8))
        report = try session.run { (entry) throws(OutputError) in
          try file.write(Array(("\n" + text.text(of: entry)).utf8))
        }
        try file.write(Array(("\n" + text.summary(of: report)).utf8))
      }
      try page?.write(Array(LabPage(report).page.text.utf8))
      do throws(RunFailure) {
        try file.publish()
        try page?.publish()
      } catch {
        throw .failure(error)
      }
      return !report.failed.isEmpty
    } catch {
      file.discard()
      page?.discard()
      // A reader that has seen enough is no mistake.
      if case .failure(let failure) = error { throw failure }
      return false
    }
  }

  private static func json(_ report: LabReport) throws(OutputError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return Array(try encoder.encode(report)) + [UInt8(ascii: "\n")]
    } catch {
      throw .failure(RunFailure(.books, "the report cannot be written as JSON: \(error)"))
    }
  }
}
