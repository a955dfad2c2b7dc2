// Runs a case in one configuration and says what is not as expected.

import Foundation

/// A case, a configuration, and a folder for what it writes.
struct CaseRun: Sendable {
  let subject: Case
  let expectation: Expectation
  let configuration: Configuration
  /// Where files of rejects go, under names of their own.
  let scratch: URL

  /// What is wrong, with the line to repeat it, or nil.
  func failure() -> String? {
    let paths = (rejects: scratch.appendingPathComponent(UUID().uuidString).path, reasons: ".reasons.csv")
    let child = child(configuration, rejects: paths.rejects)
    let outcome = child.run()
    let wanted = expectation.named(for: configuration.source)
    var mistakes = mistakes(in: outcome, wanted)
    // Files of rejects appear in complete runs, and in those that failed because of a reject.
    if mistakes.isEmpty {
      mistakes += compare("rejects", Self.bytes(paths.rejects), wanted.rejects)
      mistakes += compare("reasons", Self.bytes(paths.rejects + paths.reasons), wanted.reasons)
    }
    for suffix in ["", paths.reasons] { try? FileManager.default.removeItem(atPath: paths.rejects + suffix) }
    if mistakes.isEmpty { return nil }
    let said = outcome.errors.isEmpty ? "" : "\n  it said: \(outcome.errorText.prefix(600))"
    let struck = outcome.blows.isEmpty ? "" : "\n  struck: \(outcome.blows)"
    return "\(subject.name): \(mistakes.joined(separator: "\n  "))\(said)\(struck)\n  repeat: \(child.commandLine)"
  }

  private func child(_ configuration: Configuration, rejects: String) -> ChildRun {
    var arguments = ["run", "--pipeline", "pipeline.yaml"] + configuration.arguments
    if subject.writesRejects { arguments += ["--rejects", rejects] }
    var child = ChildRun(arguments: arguments, folder: subject.folder)
    child.nemesis = configuration.nemesis
    if configuration.source == .stream {
      child.arguments.append("-")
      child.input = subject.bytes("input.csv") ?? []
    }
    return child
  }

  private func mistakes(in outcome: ChildRun.Outcome, _ wanted: Expectation) -> [String] {
    switch outcome.end {
    case .hung: return ["hangs: killed with its workers"]
    case .leftBehind: return ["ended, but left a process behind that keeps its output open"]
    case .signalled(let signal): return ["died by signal \(signal)"]
    case .notStarted(let reason): return ["cannot be started: \(reason)"]
    case .exited(let status):
      var mistakes: [String] = []
      if status != wanted.status { mistakes.append("exit status \(status), want \(wanted.status)") }
      if let output = wanted.output {
        mistakes += compare("output", outcome.output, output)
      } else if !outcome.output.isEmpty {
        mistakes += comparePrefix(outcome.output)
      }
      let said = outcome.errorText
      mistakes += wanted.messages.filter { !said.contains($0) }.map { "standard error does not say: \($0)" }
      return mistakes
    }
  }

  /// Rows that were printed before a failure must be the first of those that a serial run prints, piece by piece.
  private func comparePrefix(_ output: [UInt8]) -> [String] {
    var serial = Configuration.reference
    serial.chunkSize = subject.space.chunkSizes[0]
    let rejects = scratch.appendingPathComponent(UUID().uuidString).path
    let reference = child(serial, rejects: rejects)
    let whole = reference.run()
    guard whole.status == expectation.status else {
      return ["the serial run to compare with ended otherwise: \(whole.end); repeat it: \(reference.commandLine)"]
    }
    return whole.output.starts(with: output)
      ? [] : compare("output before the failure (want: its beginning)", output, whole.output)
  }

  private func compare(_ what: String, _ got: [UInt8]?, _ want: [UInt8]?) -> [String] {
    if got == want { return [] }
    guard let want else {
      return subject.writesRejects && expectation.status == 0 ? [] : ["a file of \(what) appeared"]
    }
    guard let got else { return ["no file of \(what) appeared"] }
    return ["\(what) differs: \(FirstDifference(got: got, want: want).description)"]
  }

  private static func bytes(_ path: String) -> [UInt8]? { FileManager.default.contents(atPath: path).map { Array($0) } }
}
