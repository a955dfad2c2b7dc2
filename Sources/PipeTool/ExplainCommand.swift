// `pipe explain`: what a run would do, and with which stages and links, without doing it.

import ArgumentParser
import CSV
import Execution
import Query
import Report
import Spec
import Transport

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Shows plan and stages without running.",
    discussion: "Reads the beginning of the first input: its header, and the sample that types are inferred from.")

  @OptionGroup var options: RunOptions

  func run() throws {
    let run = try Resolution.orExit(options, isTerminal: Terminal.isTerminal(1))
    do throws(RunFailure) {
      let inputs = try Resolution.openInputs(run)
      let reader = try SequentialReader(files: inputs, question: run.question)
      let plan = try Plan.make(Resolution.question(of: run, about: inputs), reader.survey)
      Diagnostics.writeOut(PlanText(plan: plan, inputs: inputs.map(\.facts)).text + "\n")
      Diagnostics.writeOut(Self.drawing(run, inputs).text)
    } catch {
      throw Resolution.exit(for: error, run)
    }
  }

  private static func drawing(_ run: ResolvedRun, _ inputs: [InputFile]) -> PipelineDrawing {
    let input = inputs.count == 1 ? inputs[0].facts.name : "\(inputs.count) inputs"
    let output = run.output ?? "standard output"
    let settings = run.settings
    let threads = settings.mode == .hybrid ? "shared by its \(settings.threads) parser threads; " : ""
    let carrier = settings.carrier == .pipe ? "a pipe" : settings.carrier == .socket ? "a socket pair" : "a ring"
    let ahead = "at most \(settings.window) pieces ahead of the oldest uncommitted one"
    switch settings.mode {
    case .serial: return .serial(input: input, output: output)
    case .thread:
      let queue = "queue of \(settings.queueDepth)"
      return .threads(
        workers: settings.workers, input: input, output: output,
        pieces: .init(carries: "pieces of the input", what: "\(queue), shared by the parsers; \(ahead)"),
        partials: .init(carries: "partial states", what: queue))
    case .process, .hybrid:
      return .processes(
        workers: settings.workers, input: input, output: output,
        pieces: pieces(settings, inputs, "\(carrier) of 1 MiB to each parser; \(threads)\(ahead)"),
        partials: .init(carries: "partial states", what: "\(carrier) of 1 MiB from each parser"),
        result: .init(carries: "result", what: "\(carrier) of 1 MiB"))
    }
  }

  /// What the reader hands to parser processes, and how.
  private static func pieces(_ settings: RunSettings, _ inputs: [InputFile], _ link: String) -> PipelineDrawing.Link {
    // Nobody but the reader can read a stream.
    guard inputs.contains(where: \.facts.isRegular) else { return .init(carries: "pieces of the input", what: link) }
    switch settings.handOff ?? .standard {
    case .bytes: return .init(carries: "pieces of the input", what: "--hand-off bytes, \(link)")
    case .ranges: return .init(carries: "ranges of the input, for parsers to read", what: "--hand-off ranges, \(link)")
    }
  }
}
