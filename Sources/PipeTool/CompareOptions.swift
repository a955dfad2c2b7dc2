// The options of a comparison as typed: where a run has one value, a comparison has a list. `ComparisonPlan` makes of them
// what can be run.

import ArgumentParser
import Query

/// Options of `pipe compare`.
struct CompareOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("Files to read.", valueName: "file"))
  var inputs: [String] = []

  @Option(help: ArgumentHelp("A pipeline file; options given here override what it says.", valueName: "file"))
  var pipeline: String?

  // What is compared.

  @Option(
    name: [.customLong("mode"), .customLong("modes")],
    help: ArgumentHelp("serial, thread, process, hybrid (default: all).", valueName: "list"))
  var modes: String?

  @Option(
    name: [.customShort("j", allowingJoined: true), .long],
    help: ArgumentHelp(
      "Numbers of parsers (default: 1, 2, 4, ... up to the cores at hand, and twice as many).", valueName: "list"))
  var workers: String?

  @Option(
    name: [.customLong("parser"), .customLong("parsers")],
    help: ArgumentHelp(
      "simd, scalar, libcsv (default: simd; libcsv in serial mode and as threads).", valueName: "list"))
  var parsers: String?

  @Option(
    name: [.customLong("link"), .customLong("links")],
    help: ArgumentHelp(
      "pipe, socket, shm (default: pipe; the others with as many processes as cores).", valueName: "list"))
  var links: String?

  @Option(
    name: [.customLong("hand-off"), .customLong("hand-offs")],
    help: ArgumentHelp(
      "ranges, bytes (default: ranges; bytes with as many processes as cores).", valueName: "list"))
  var handOffs: String?

  @Option(
    name: [.customLong("chunk-size"), .customLong("chunk-sizes")],
    help: ArgumentHelp("Bytes between the edges of pieces (default: what a run takes).", valueName: "list"))
  var chunkSizes: String?

  @Option(
    help: ArgumentHelp(
      "on, off: whether parsers combine rows before they send anything (default: on).", valueName: "list"))
  var combine: String?

  @Option(
    name: [.long, .customLong("regimes")],
    help: ArgumentHelp(
      "warm, cold, throttled=100MB/s, latency=2ms (for each piece), cpu=50 (rounds of hashing for each row), "
        + "consumer=10MB/s: each in turn (default: warm).",
      valueName: "list"))
  var regime: String?

  // How long.

  @Option(help: ArgumentHelp("Time for all runs together: 60s, 5min (default: 60s).", valueName: "time"))
  var budget: String?

  @Option(help: ArgumentHelp("Rounds, instead of a budget.", valueName: "n"))
  var runs: String?

  @Option(help: ArgumentHelp("Of the order of the runs (default: the time).", valueName: "n"))
  var seed: UInt64?

  @OptionGroup var question: QuestionOptions

  // What every run is told.

  @Option(help: ArgumentHelp("Parser threads in each parser process (hybrid mode; default: 2).", valueName: "n"))
  var threads: String?

  @Option(help: ArgumentHelp("Pieces that wait in a queue (thread mode; default: as many as parsers).", valueName: "n"))
  var queueDepth: String?

  @Option(help: ArgumentHelp("Sandbox of processes: strict, best-effort or off.", valueName: "policy"))
  var sandbox: String?

  @Option(help: ArgumentHelp("The most memory that all processes of a run may have.", valueName: "size"))
  var memoryLimit: String?

  @Option(help: ArgumentHelp("Seconds after which a stage that gets nowhere has stalled.", valueName: "seconds"))
  var stallTimeout: String?

  @Option(help: ArgumentHelp("The format of the runs' results (default: csv).", valueName: "format"))
  var resultFormat: String?

  // The output.

  @Option(help: ArgumentHelp("table, json, csv or markdown (default: table).", valueName: "format"))
  var format: String?

  @Option(
    name: [.customShort("o", allowingJoined: true), .long],
    help: ArgumentHelp("Write the comparison here instead of to standard output.", valueName: "path"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Write a page with charts here, too: one file, without scripts. Runs each mode once more, for a timeline.",
      valueName: "path"))
  var html: String?

  @OptionGroup(visibility: .hidden) var refused: RefusedOptions
}

/// Options of a run that make no sense where runs are compared: known, so that it can be said why.
struct RefusedOptions: ParsableArguments {
  @Option var checkpoint: String?
  @Option var spool: String?
  @Option var report: String?
  @Option var trace: String?
  @Option var rejects: String?
  @Option var maxChunksPerWorker: String?
  @Flag var noCombine = false

  /// Says why the first of them that is there cannot be.
  func check() throws(QuestionError) {
    let reasons: [(name: String, isThere: Bool, remedy: String)] = [
      ("--checkpoint", checkpoint != nil, "every run is measured from its start: leave it away"),
      ("--spool", spool != nil, "a stream can be compared once it is a file: put it into one"),
      ("--report", report != nil, "every run has its own: use --format json for all samples"),
      ("--trace", trace != nil, "use pipe run --trace with the options of one configuration"),
      ("--rejects", rejects != nil, "use --on-error skip: rejected records are the same in every run"),
      ("--max-chunks-per-worker", maxChunksPerWorker != nil, "leave it away"),
      ("--no-combine", noCombine, "use --combine on,off to compare both, or --combine off"),
    ]
    for reason in reasons where reason.isThere {
      throw QuestionError("\(reason.name) does not apply to a comparison", remedy: reason.remedy)
    }
  }
}
