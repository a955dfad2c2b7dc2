// Measures where the time of one stage goes while it runs; what comes of it is the stage's report.

import CSV
import Transport

/// Measures one thread of a stage.
package struct StageMeter: Sendable {
  private let start = MonotonicClock.now()
  // Opened at the start: later a sandbox may be in the way.
  private let scheduleFile = ThreadSchedule.openOfThread()
  private let statusFile: Descriptor?
  private let startSchedule: ThreadSchedule?
  private(set) var waitedForInput: UInt64 = 0
  private(set) var waitedForOutput: UInt64 = 0
  /// Time from the start until the thread had done its part; nil as long as it works.
  private var worked: UInt64?
  /// What other threads of the same stage measured.
  private var others: [StageMeter] = []
  /// What became of the sandbox of the stage's process.
  package var sandbox: SandboxReport?

  /// What the stage reads the source through, and what had been read through it before it was this stage's thread.
  package let source: SourceTap
  private let sourceBefore: UInt64

  /// Where the stage says what it does, for whoever watches it.
  package let activity: ActivityPage?

  /// - Parameters:
  ///   - isProcess: whether the stage is a process of its own, whose memory is to be measured.
  ///   - source: what the stage reads the source through.
  package init(isProcess: Bool = false, activity: ActivityPage? = nil, source: SourceTap = SourceTap()) {
    self.activity = activity
    self.source = source
    sourceBefore = source.nanoseconds
    startSchedule = scheduleFile.flatMap(ThreadSchedule.read)
    statusFile = isProcess ? ProcessFacts.openOfProcess() : nil
  }

  /// The numbers of the descriptors that are in use here.
  package var descriptors: [Int32] { [scheduleFile, statusFile].compactMap { $0?.number } }

  /// What the stage does when it does not wait.
  private var work: ActivityPage.State { activity?.state == .worksAsOne ? .worksAsOne : .works }

  /// Runs something that mostly waits for the stage before.
  package mutating func waitForInput<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try waitForInput(noting: .waitsForInput, body)
  }

  /// Runs something that mostly waits for the aggregator, which is the stage before the reader: they are a circle.
  package mutating func waitForFeedback<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try waitForInput(noting: .waitsForFeedback, body)
  }

  private mutating func waitForInput<Result, Failure: Error>(
    noting state: ActivityPage.State, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let before = MonotonicClock.now()
    let work = work
    activity?.note(state)
    defer {
      waitedForInput += MonotonicClock.now() - before
      activity?.note(work)
    }
    return try body()
  }

  /// Runs something that mostly waits for the stage behind.
  package mutating func waitForOutput<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let before = MonotonicClock.now()
    let work = work
    activity?.note(.waitsForOutput)
    defer {
      waitedForOutput += MonotonicClock.now() - before
      activity?.note(work)
    }
    return try body()
  }

  /// The thread has done its part; others of the stage may still work.
  mutating func stop() { worked = MonotonicClock.now() - start }

  /// Adds what another thread of the same stage measured.
  mutating func add(_ other: StageMeter) { others.append(other) }

  /// The report of the stage, whose main thread calls this.
  package func report(stage: StageName, isProcess: Bool, links: [LinkReport] = []) -> StageReport {
    var report = StageReport(name: stage.description, pid: ProcessSelf.pid)
    let wall = MonotonicClock.now() - start
    let meters = [self] + others
    let mean = { (value: (StageMeter) -> UInt64) in meters.reduce(0) { $0 + value($1) } / UInt64(meters.count) }
    report.wallNanoseconds = wall
    report.threads = meters.count
    // A thread that has not begun yet, or has done its part, waits for pieces like any other.
    report.inputNanoseconds = mean { $0.waitedForInput + wall - min(wall, $0.worked ?? wall) }
    report.outputNanoseconds = mean(\.waitedForOutput)
    report.sourceNanoseconds = mean { $0.source.nanoseconds - $0.sourceBefore }
    report.sourceBytes = meters.reduce(0) { $0 + $1.source.bytes }
    report.usage = isProcess ? ResourceUsage.ofProcess() : ResourceUsage.ofThread()
    if let now = scheduleFile.flatMap(ThreadSchedule.read), let before = startSchedule {
      report.schedule = ThreadSchedule(
        runningNanoseconds: now.runningNanoseconds - min(now.runningNanoseconds, before.runningNanoseconds),
        waitingNanoseconds: now.waitingNanoseconds - min(now.waitingNanoseconds, before.waitingNanoseconds))
    }
    report.peakBytes = isProcess ? statusFile.flatMap(ProcessFacts.peakResidentBytes) : nil
    report.sandbox = sandbox
    report.links = links
    return report
  }
}
