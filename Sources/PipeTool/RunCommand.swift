// `pipe run`: the story of a run from options to exit status.

import ArgumentParser
import Execution
import Query
import Report
import Spec
import Transport

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Aggregates, filters or profiles CSV files.",
    discussion: """
      Exit status:
         0  complete
         3  complete, with rejected records
        64  the command line is wrong, or does not fit the input
        65  the input is wrong
        66  an input is missing or unreadable
        70  the books do not balance
        71  processes, descriptors or memory ran out
        73  an output cannot be created
        74  reading or writing failed, or an input changed
        75  workers kept failing, or a thread hung
        78  the pipeline file is wrong

      SIGUSR1 has a run say on standard error what its stages do; it goes on.
      """)

  @OptionGroup var options: RunOptions

  @Option(help: ArgumentHelp("When progress is shown.", valueName: "when"))
  var progress: ProgressChoice = .auto

  @Flag(name: .shortAndLong, help: "Say nothing but errors.")
  var quiet = false

  func run() throws {
    let run = try Resolution.orExit(options, isTerminal: Terminal.isTerminal(1))
    if !quiet, let text = run.choiceText { Diagnostics.say(text) }
    let status: ExitStatus
    do throws(RunFailure) {
      status = try execute(run)
    } catch {
      throw Resolution.exit(for: error, run)
    }
    if status != .complete { throw status.code }
  }

  private func execute(_ run: ResolvedRun) throws(RunFailure) -> ExitStatus {
    var inputs = try Resolution.openInputs(run)
    if let folder = run.spool {
      for index in inputs.indices where run.checkpoint == nil { inputs[index] = try inputs[index].spooled(in: folder) }
    }
    let question = Resolution.question(of: run, about: inputs)
    var checkpoint: RunCheckpoint?
    if let path = run.checkpoint { checkpoint = try RunCheckpoint(opening: path, of: run, question, inputs) }
    let destination: RunDestination
    do throws(RunFailure) {
      destination = try RunDestination(
        output: run.output, rejects: run.rejects, terminalWidth: run.output == nil ? Terminal.width(1) : nil,
        checkpoint: checkpoint)
    } catch {
      if checkpoint?.isResumed == false { checkpoint?.remove() }
      throw error
    }
    let isToldOf = !quiet && checkpoint?.isResumed == true
    let progress = Progress { [facts = inputs.map(\.facts)] boundary in
      if isToldOf { Diagnostics.say(RunCheckpoint.text(at: boundary, of: facts)) }
    }
    var opened: RunRecords?
    let watch: SignalWatch?
    var job = Job(question: question, inputs: inputs, settings: run.settings)
    do throws(RunFailure) {
      let records = try RunRecords(report: run.report, trace: run.trace)
      opened = records
      try MemoryLimit.enter(run.settings, removing: destination.hiddenPaths + records.hiddenPaths)
      watch = Signals.watch(cleaningUp: destination, pictures: RunPictures(of: progress))
      job.kept = try checkpoint?.begin(destination)
    } catch {
      opened?.discard()
      if checkpoint?.isResumed == true { destination.abandon() } else { destination.discard() }
      if checkpoint?.isResumed == false { checkpoint?.remove() }
      throw error
    }
    job.settings.samplesMemory = run.report != nil
    let display = startDisplay(progress, job)
    progress.whenCallerHangs { [job, opened] outcome in
      display?.end()
      Self.giveUp(outcome, job, destination, opened)
    }
    let outcome = job.settings.mode.makeExecutor().run(job, to: destination, progress: progress)
    display?.end()
    progress.pictures.close()
    withExtendedLifetime(watch) {}
    if outcome.picture != nil { Self.giveUp(outcome, job, destination, opened) }
    return try conclude(outcome, job, destination, checkpoint, opened)
  }

  /// Ends the program although a thread hangs, maybe with something that an orderly end would wait for.
  private static func giveUp(
    _ outcome: RunOutcome, _ job: Job, _ destination: RunDestination, _ records: RunRecords?
  ) -> Never {
    destination.abandon()
    do throws(RunFailure) {
      try records?.write(outcome, outcome.failure, job)
    } catch {
      Diagnostics.report(error)
    }
    if let picture = outcome.picture { Diagnostics.write(RunPictures.text(of: picture)) }
    if let failure = outcome.failure { Diagnostics.report(failure) }
    ExitStatus.leave(ExitStatus(outcome.failure?.kind ?? .worker).rawValue)
  }

  private func startDisplay(_ progress: Progress, _ job: Job) -> ProgressDisplay? {
    let isTerminal = Terminal.isTerminal(MemoryWall.messageDescriptor)
    guard !quiet, self.progress == .always || (self.progress == .auto && isTerminal) else { return nil }
    let isSized = job.inputs.allSatisfy(\.facts.isRegular)
    let display = ProgressDisplay(
      progress: progress, total: isSized ? job.inputs.reduce(0) { $0 + $1.facts.size } : nil,
      queueCapacity: job.settings.mode == .thread ? job.settings.queueDepth : nil, isTerminal: isTerminal)
    // A run without its display is still a run.
    guard (try? WorkerThread.start(name: "pipe:progress") { display.run() }) != nil else { return nil }
    return display
  }

  /// Publishes or discards the outputs, writes the records, and says how it went.
  private func conclude(
    _ outcome: RunOutcome, _ job: Job, _ destination: RunDestination, _ checkpoint: RunCheckpoint?,
    _ records: RunRecords?
  ) throws(RunFailure) -> ExitStatus {
    var failure = outcome.failure
    let unkept = checkpoint?.finish(isComplete: failure == nil)
    failure = failure ?? unkept
    do throws(RunFailure) {
      if failure == nil {
        try destination.publish()
      } else if outcome.findings != nil, failure?.kind == .data {
        try destination.publishRejects()
      } else {
        // A run that goes on would end in the same way again.
        destination.abandon(withKept: failure?.wouldComeAgain == true)
      }
    } catch {
      if failure == nil { failure = error }
    }
    if failure?.wouldComeAgain != false { checkpoint?.remove() }
    if !quiet, outcome.plan?.survey.headerLooksLikeData == true {
      Diagnostics.warn("\(job.inputNames[0]): the header looks like data: use --no-header if it is the first record")
    }
    do throws(RunFailure) {
      try records?.write(outcome, failure, job)
    } catch {
      // The run's own failure is the one that decides the status; this one is told as well.
      if failure == nil { throw error }
      Diagnostics.report(error)
    }
    if let failure { throw failure }
    return say(outcome, job)
  }

  /// `3 workers ended and were replaced (pipe:parser/1: SIGSEGV, SIGKILL; pipe:reader: SIGKILL); nothing is lost`
  static func text(of replacements: [Replacement]) -> String {
    var causes: [String: [String: Int]] = [:]
    for replacement in replacements {
      causes[replacement.stage.description, default: [:]][replacement.cause.name, default: 0] += 1
    }
    let stages = causes.sorted { $0.key < $1.key }.map { stage, counts in
      let names = counts.sorted { $0.key < $1.key }.map { $0.value == 1 ? $0.key : "\($0.value) x \($0.key)" }
      return "\(stage): \(names.joined(separator: ", "))"
    }
    let who = replacements.count == 1 ? "1 worker ended and was" : "\(replacements.count) workers ended and were"
    return "\(who) replaced (\(stages.joined(separator: "; "))); nothing is lost"
  }

  private func say(_ outcome: RunOutcome, _ job: Job) -> ExitStatus {
    guard let books = outcome.books, let findings = outcome.findings else { return .complete }
    let rejected = books.tally.rejected
    // Of those that made room for others nobody need hear.
    let replacements = outcome.replacements.filter { $0.cause != .retired }
    if !quiet, !replacements.isEmpty { Diagnostics.say(Self.text(of: replacements)) }
    if !quiet, Terminal.isTerminal(MemoryWall.messageDescriptor) {
      var summary = RunSummary(
        bytes: books.inputs.reduce(0) { $0 + $1.committed }, seconds: Double(outcome.wallNanoseconds) / 1e9,
        used: books.tally.used, rows: findings.rows, mode: job.settings.mode.rawValue, parsers: job.settings.workers)
      summary.unreadBytes = books.inputs.reduce(0) { $0 + $1.unread }
      summary.filtered = books.tally.filtered
      summary.rejected = rejected
      Diagnostics.say(summary.text)
    } else if !quiet, rejected > 0 {
      Diagnostics.say(
        "\(NumberText.grouped(rejected)) of \(NumberText.grouped(books.tally.records)) records were rejected")
    }
    return rejected > 0 ? .rejects : .complete
  }
}

extension RunFailure {
  /// Whether a run that goes on from where this one was would only fail again.
  fileprivate var wouldComeAgain: Bool {
    switch kind {
    case .data, .usage, .books: true
    case .input, .system, .output, .transfer, .worker: false
    }
  }
}
