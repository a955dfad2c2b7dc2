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
    help: ArgumentHelp("How the stages run: serial, thread, process or hybrid (default: thread).", valueName: "mode"))
  var mode: String?

  @Option(
    name: [.customShort("j", allowingJoined: true), .long],
    help: ArgumentHelp("Number of parsers (default: the cores at hand).", valueName: "n"))
  var workers: String?

  @Option(help: ArgumentHelp("Parser threads in each parser process (hybrid mode; default: 2).", valueName: "n"))
  var threads: String?

  // The question. Values that may begin with a minus sign are taken whatever they look like.

  @Option(
    name: [.customShort("g", allowingJoined: true), .long],
    help: ArgumentHelp("Columns to group by.", valueName: "columns"))
  var groupBy: [String] = []

  @Option(
    name: [.customShort("a", allowingJoined: true), .customLong("agg")], parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Aggregates: count, sum, mean, min, max, var, stddev, var_pop, stddev_pop; 'mean(x) as m, count'.",
      valueName: "list"))
  var aggregates: [String] = []

  @Option(
    name: .customLong("where"), parsing: .unconditional,
    help: ArgumentHelp("Keep the rows for which this is true.", valueName: "expr"))
  var filter: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Add a column; may be given several times.", valueName: "name = expr"))
  var derive: [String] = []

  @Option(help: ArgumentHelp("Sort the result by these columns; 'x desc, y'.", valueName: "list"))
  var sort: [String] = []

  @Option(help: ArgumentHelp("The most rows of the result.", valueName: "n"))
  var limit: String?

  @Option(help: ArgumentHelp("Columns of the result.", valueName: "columns"))
  var select: [String] = []

  // The input.

  @Option(
    help: ArgumentHelp("The byte between fields: a character, tab or \\xHH (default: found out).", valueName: "c"))
  var delimiter: String?

  @Option(help: ArgumentHelp("The byte around quoted fields, or none (default: \").", valueName: "c"))
  var quote: String?

  @Flag(help: "The first record is data; columns are c1, c2, ... or as --columns says.")
  var noHeader = false

  @Option(help: ArgumentHelp("Names for all columns.", valueName: "names"))
  var columns: [String] = []

  @Option(
    name: .customLong("null"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("A text that means missing; may be given several times.", valueName: "text"))
  var nullTexts: [String] = []

  @Option(
    help: ArgumentHelp(
      "Types of columns: integer, decimal, float, text, date, timestamp, boolean; 'a=text,b=decimal'.",
      valueName: "list"))
  var types: [String] = []

  @Option(
    help: ArgumentHelp("What cuts records into fields: simd, scalar or libcsv (default: simd).", valueName: "parser"))
  var parser: String?

  @Option(help: ArgumentHelp("The longest record (default: 16MiB).", valueName: "size"))
  var maxRecord: String?

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

  @Option(
    help: ArgumentHelp(
      "What a record that cannot be used does: fail, skip or quarantine (default: fail).", valueName: "policy"))
  var onError: String?

  @Option(help: ArgumentHelp("Fail when more records than this are rejected.", valueName: "n|p%"))
  var maxErrors: String?

  @Option(help: ArgumentHelp("Where quarantined records go; PATH.reasons.csv tells why.", valueName: "path"))
  var rejects: String?

  @Option(help: ArgumentHelp("Write books and measurements here, as JSON.", valueName: "path"))
  var report: String?

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
