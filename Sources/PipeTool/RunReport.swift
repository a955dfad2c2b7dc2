// `--report`: books and measurements as JSON, for scripts. Times are in nanoseconds, sizes in bytes.

import Execution
import Foundation
import Spec
import Transport

/// The figures of one run.
struct RunReport: Codable {
  struct BookInput: Codable {
    var name: String
    var bytes: Int
    var committed: Int
    var unread: Int
  }

  struct BookFigures: Codable {
    var balanced: Bool
    var complete: Bool
    var inputs: [BookInput]
    var recordsRead: Int
    var used: Int
    var filtered: Int
    var rejected: Int
    var blankLines: Int
    var lines: Int
    /// Records that the scalar scanner read again for another parser.
    var reread: Int
    /// With `--regime cpu=N`: what hashing the records came to, 16 hexadecimal digits, the same in every mode.
    var recordHash: String?
    var redonePieces: Int
    var droppedResults: Int
  }

  struct LinkFigures: Codable {
    var name: String
    var messages: UInt64
    var frames: UInt64
    var bytes: UInt64
    /// Of these, the ones that were copied on the way.
    var copiedBytes: UInt64
    var encodeNanoseconds: UInt64
    var decodeNanoseconds: UInt64
    var systemCallNanoseconds: UInt64
    var systemCalls: UInt64
    var blockedNanoseconds: UInt64
  }

  struct QueueFigures: Codable {
    var name: String
    var capacity: Int
    var highestDepth: Int
    var messages: UInt64
    var fullWaits: UInt64
    var fullNanoseconds: UInt64
    var emptyWaits: UInt64
    var emptyNanoseconds: UInt64
  }

  struct StageFigures: Codable {
    var name: String
    var pid: Int32
    /// Threads that do the work of the stage; times on the clock are means of theirs, everything else is sums.
    var threads: Int
    var wallNanoseconds: UInt64
    var busyNanoseconds: UInt64
    /// Of the busy time: reading the source, be it at work or waiting.
    var sourceNanoseconds: UInt64
    /// Bytes that were read of the source, those that were read again included.
    var sourceBytes: UInt64
    /// Waiting for the stage before.
    var idleNanoseconds: UInt64
    /// Waiting for the stage behind.
    var blockedNanoseconds: UInt64
    var userNanoseconds: UInt64
    var systemNanoseconds: UInt64
    var minorFaults: UInt64
    var majorFaults: UInt64
    var voluntarySwitches: UInt64
    var involuntarySwitches: UInt64
    var runningNanoseconds: UInt64?
    var readyNanoseconds: UInt64?
    /// Neither running nor ready.
    var offCoreNanoseconds: UInt64?
    var peakResidentBytes: UInt64?
    var links: [LinkFigures]
    var sandbox: SandboxFigures?
  }

  struct SandboxFigures: Codable {
    var policy: String
    /// The layers that hold.
    var inForce: [String]
    /// The layers that do not, with the reason.
    var absent: [String: String]
  }

  /// A worker that ended during the run, and was replaced.
  struct ReplacementFigures: Codable {
    var stage: String
    /// `SIGKILL`, `exit`, `failure`, `out of memory`, `retired`.
    var cause: String
    /// From when its end was noticed until the one in its place said its first word.
    var nanoseconds: UInt64
  }

  /// Where a run went on from a checkpoint.
  struct ContinuationFigures: Codable {
    var input: String
    var byte: Int
  }

  struct MemoryFigures: Codable {
    /// Most resident memory of the process that the user started.
    var peakResidentBytes: UInt64?
    /// Largest sum of proportional set sizes over all processes, sampled ten times a second and at the end.
    var peakProportionalBytes: UInt64?
    /// What `--memory-limit` said.
    var limitBytes: Int?
  }

  var version = 1
  var mode: String
  var workers: Int
  /// Parser threads of a worker.
  var threads: Int
  /// In process mode: what parsers are handed of regular files.
  var handOff: String?
  var parser: String
  var chunkSize: Int
  /// The circumstances that the run was put under; nil for none.
  var regime: String?
  var complete: Bool
  var failure: String?
  var rows: Int?
  var wallNanoseconds: UInt64
  /// From the start of the run until the first parser was there to take work; nil where none ever was.
  var firstReadyNanoseconds: UInt64?
  /// Bytes that the stages have read of the source, those that were read again included: by guessing, by looking for types
  /// and record starts. What was read by workers that died is not among them.
  var inputBytes: UInt64
  var books: BookFigures?
  var stages: [StageFigures]
  var replacements: [ReplacementFigures]
  var continuedAt: ContinuationFigures?
  var queues: [QueueFigures]
  var memory: MemoryFigures

  init(outcome: RunOutcome, failure: RunFailure?, job: Job) {
    mode = job.settings.mode.rawValue
    workers = job.settings.workers
    threads = job.settings.threads
    handOff = job.settings.handOff?.rawValue
    parser = job.question.scanner.rawValue
    chunkSize = job.question.chunkSize
    regime = job.settings.regime == .none ? nil : RegimeText.text(job.settings.regime)
    complete = failure == nil
    self.failure = failure?.message
    rows = outcome.findings?.rows
    wallNanoseconds = outcome.wallNanoseconds
    firstReadyNanoseconds = outcome.firstReadyNanoseconds
    inputBytes = outcome.stages.reduce(0) { $0 + $1.sourceBytes }
    stages = outcome.stages.map(StageFigures.init)
    replacements = outcome.replacements.map {
      ReplacementFigures(stage: $0.stage.description, cause: $0.cause.name, nanoseconds: $0.nanoseconds)
    }
    continuedAt = outcome.continuedAt.flatMap { boundary in
      let index = min(boundary.input, job.inputs.count - 1)
      let facts = job.inputs[index].facts
      let byte = boundary.input > index ? facts.size : boundary.offset
      return index == 0 && byte == 0 ? nil : ContinuationFigures(input: facts.name, byte: byte)
    }
    queues = outcome.queues.map(QueueFigures.init)
    let own = ProcessFacts.read(ProcessSelf.pid)
    memory = MemoryFigures(
      peakResidentBytes: own.peakResidentBytes,
      peakProportionalBytes: outcome.peakProportionalBytes, limitBytes: job.settings.budget?.limit)
    guard let books = outcome.books, let findings = outcome.findings else { return }
    self.books = BookFigures(
      balanced: books.imbalance == nil, complete: books.isComplete,
      inputs: books.inputs.map {
        BookInput(name: $0.name, bytes: $0.bytes, committed: $0.committed, unread: $0.unread)
      },
      recordsRead: books.tally.records, used: books.tally.used, filtered: books.tally.filtered,
      rejected: books.tally.rejected, blankLines: books.tally.blankLines, lines: books.tally.lines,
      reread: books.tally.reread,
      recordHash: job.settings.regime.hashRounds > 0 ? Self.hexadecimal(books.tally.hash) : nil,
      redonePieces: findings.redonePieces, droppedResults: findings.droppedResults)
  }

  private static func hexadecimal(_ word: UInt64) -> String {
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Reads a report that a run has written.
  static func read(_ bytes: [UInt8]) throws -> RunReport {
    try JSONDecoder().decode(RunReport.self, from: Data(bytes))
  }

  /// Writes the report and gives it its name.
  func write(to file: inout OutputFile) throws(RunFailure) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let bytes: [UInt8]
    do {
      bytes = Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    } catch {
      throw RunFailure(.books, "the report cannot be written as JSON: \(error)")
    }
    do throws(OutputError) {
      try file.write(bytes)
    } catch {
      file.discard()
      if case .failure(let failure) = error { throw failure }
      return
    }
    try file.publish()
  }
}

extension RunReport.StageFigures {
  init(_ report: StageReport) {
    let schedule = report.schedule
    self.init(
      name: report.name, pid: report.pid, threads: report.threads, wallNanoseconds: report.wallNanoseconds,
      busyNanoseconds: report.busyNanoseconds, sourceNanoseconds: report.sourceNanoseconds,
      sourceBytes: report.sourceBytes, idleNanoseconds: report.inputNanoseconds,
      blockedNanoseconds: report.outputNanoseconds, userNanoseconds: report.usage.userNanoseconds,
      systemNanoseconds: report.usage.systemNanoseconds, minorFaults: report.usage.minorFaults,
      majorFaults: report.usage.majorFaults, voluntarySwitches: report.usage.voluntarySwitches,
      involuntarySwitches: report.usage.involuntarySwitches, runningNanoseconds: schedule?.runningNanoseconds,
      readyNanoseconds: schedule?.waitingNanoseconds,
      offCoreNanoseconds: schedule.map {
        report.wallNanoseconds - min(report.wallNanoseconds, $0.runningNanoseconds + $0.waitingNanoseconds)
      }, peakResidentBytes: report.peakBytes, links: report.links.map(RunReport.LinkFigures.init),
      sandbox: report.sandbox.map { sandbox in
        RunReport.SandboxFigures(
          policy: sandbox.policy.rawValue, inForce: sandbox.inForce.map(\.rawValue),
          absent: Dictionary(sandbox.absent.map { ($0.layer.rawValue, $0.reason) }) { $1 })
      })
  }
}

extension RunReport.LinkFigures {
  init(_ report: LinkReport) {
    let metrics = report.metrics
    self.init(
      name: report.name, messages: metrics.messages, frames: metrics.frames, bytes: metrics.bytes,
      copiedBytes: metrics.copiedBytes,
      encodeNanoseconds: metrics.encodeNanoseconds, decodeNanoseconds: metrics.decodeNanoseconds,
      systemCallNanoseconds: metrics.systemCallNanoseconds, systemCalls: metrics.systemCalls,
      blockedNanoseconds: metrics.blockedNanoseconds)
  }
}

extension RunReport.QueueFigures {
  init(_ report: QueueReport) {
    let metrics = report.metrics
    self.init(
      name: report.name, capacity: metrics.capacity, highestDepth: metrics.highestDepth, messages: metrics.messages,
      fullWaits: metrics.fullWaits, fullNanoseconds: metrics.fullNanoseconds, emptyWaits: metrics.emptyWaits,
      emptyNanoseconds: metrics.emptyNanoseconds)
  }
}
