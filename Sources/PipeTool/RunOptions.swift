// The options of a run as typed. `RunResolution` turns them, and the pipeline file, into something that can be run.

import ArgumentParser
import Execution
import Query

/// Options that `run` and `explain` share.
struct RunOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("Files to read; - or nothing is standard input.", valueName: "input"))
  var inputs: [String] = []

  @Option(help: ArgumentHelp("A pipeline file; options given here override what it says.", valueName: "file"))
  var pipeline: String?

  @Option(
    help: ArgumentHelp(
      "How the stages run: serial, thread, process, hybrid, or auto, by a short probe (default: thread).",
      valueName: "mode"))
  var mode: String?

  @Option(
    name: [.customShort("j", allowingJoined: true), .long],
    help: ArgumentHelp("Number of parsers (default: the cores at hand).", valueName: "n"))
  var workers: String?

  @Option(help: ArgumentHelp("Parser threads in each parser process (hybrid mode; default: 2).", valueName: "n"))
  var threads: String?

  @OptionGroup var question: QuestionOptions

  @Option(
    help: ArgumentHelp("What cuts records into fields: simd, scalar or libcsv (default: simd).", valueName: "parser"))
  var parser: String?

  @Option(
    help: ArgumentHelp(
      "Bytes between the edges of pieces (default: 1MiB; processes: up to 8MiB, by the size of the inputs).",
      valueName: "size"))
  var chunkSize: String?

  @Option(help: ArgumentHelp("Pieces that wait in a queue (thread mode; default: as many as parsers).", valueName: "n"))
  var queueDepth: String?

  @Option(
    help: ArgumentHelp(
      "What links the stages: queue between threads; pipe, socket or shm between processes (default: pipe).",
      valueName: "link"))
  var link: String?

  @Option(
    help: ArgumentHelp(
      "What parser processes are handed of files: bytes or ranges (default: \(HandOff.standard.rawValue)).",
      valueName: "what"))
  var handOff: String?

  @Flag(help: "Send every row to the aggregator instead of combining rows in the parsers: slower, to see by how much.")
  var noCombine = false

  @Option(
    help: ArgumentHelp(
      "Sandbox of reader and parser processes: strict, best-effort or off (default: best-effort).",
      valueName: "policy"))
  var sandbox: String?

  @Option(
    help: ArgumentHelp(
      "Seconds after which a stage that gets nowhere is replaced (processes) or ends the run (threads; default: 10).",
      valueName: "seconds"))
  var stallTimeout: String?

  @Option(
    help: ArgumentHelp(
      "The most memory that all processes of the run together may have (default: no limit).", valueName: "size"))
  var memoryLimit: String?

  @Option(
    help: ArgumentHelp("Pieces after which a parser process makes room for a fresh one.", valueName: "n"))
  var maxChunksPerWorker: String?

  @Option(
    help: ArgumentHelp(
      "Put the run under a regime, to see what it costs: a slow source, one far away, rounds of hashing for each record;"
        + " 'throttled=100MB/s,latency=2ms,cpu=50'.",
      valueName: "list", visibility: .hidden))
  var regime: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Commit a fault (KIND@STAGE[:BYTE|:random:SEED|:text:WORD], see the README); needs PIPE_ALLOW_INJECT=1.",
      valueName: "fault", visibility: .hidden))
  var inject: [String] = []

  @Option(
    help: ArgumentHelp(
      "Go without checksums, journal or watch, to measure what they cost; needs PIPE_ALLOW_INJECT=1.",
      valueName: "list", visibility: .hidden))
  var without: [String] = []

  // The output.

  @Option(
    help: ArgumentHelp(
      "table, csv, tsv, json, ndjson or markdown (default: table on a terminal, else csv).", valueName: "format"))
  var format: String?

  @Option(
    name: [.customShort("o", allowingJoined: true), .long],
    help: ArgumentHelp("Write the result here instead of to standard output.", valueName: "path"))
  var output: String?

  // Rejects.

  @Option(help: ArgumentHelp("Where quarantined records go; PATH.reasons.csv tells why.", valueName: "path"))
  var rejects: String?

  @Option(help: ArgumentHelp("Write books and measurements here, as JSON.", valueName: "path"))
  var report: String?

  @Option(
    help: ArgumentHelp(
      "Write what every worker did and when here, for chrome://tracing or Perfetto.", valueName: "path"))
  var trace: String?

  // What outlives a run.

  @Option(
    help: ArgumentHelp(
      "Keep the state of the run here; the same command goes on from it after whatever ended the run.",
      valueName: "dir"))
  var checkpoint: String?

  @Option(
    help: ArgumentHelp(
      "Put streams into a file without a name here first, so that any worker may die.", valueName: "dir"))
  var spool: String?
}

extension RunOptions {
  /// No option given. The parser library fills in the values, so it has to be asked for them.
  static var none: RunOptions {
    get throws(QuestionError) {
      do { return try parse([]) } catch { throw QuestionError("options cannot be read: \(error)") }
    }
  }
}

/// When progress is shown.
enum ProgressChoice: String, CaseIterable, ExpressibleByArgument {
  case auto, always, never
}
