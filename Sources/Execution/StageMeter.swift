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
  /// What was recorded until then.
  private var lane: TraceLane?
  /// What other threads of the same stage measured.
  private var others: [StageMeter] = []
  /// What became of the sandbox of the stage's process.
  package var sandbox: SandboxReport?

  /// What the stage reads the source through, and what had been read through it before it was this stage's thread.
  package let source: SourceTap
  private let sourceBefore: UInt64

  /// Records what the thread does; nil where nobody has asked for it.
  package var trace: StageTrace? { source.trace }

  /// Where the stage says what it does, for whoever watches it.
  package let activity: ActivityPage?

  /// - Parameters:
  ///   - isProcess: whether the stage is a process of its own, whose memory is to be measured.
  ///   - source: what the stage reads the source through.
  package init(isProcess: Bool = false, activity: ActivityPage? = nil, source: SourceTap = SourceTap()) {
    self.activity = activity
    self.source = source
    sourceBefore = source.nanoseconds
    source.trace?.adopt()
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
    try waitForInput(noting: .waitsForInput, .waitsForInput, body)
  }

  /// Runs something that mostly waits for the aggregator, which is the stage before the reader: they are a circle.
  package mutating func waitForFeedback<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try waitForInput(noting: .waitsForFeedback, .waitsForFeedback, body)
  }

  private mutating func waitForInput<Result, Failure: Error>(
    noting state: ActivityPage.State, _ kind: TraceEvent.Kind, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let before = MonotonicClock.now()
    let work = work
    let earlier = trace?.enter(kind, at: before)
    activity?.note(state)
    defer {
      let now = MonotonicClock.now()
      waitedForInput += now - before
      activity?.note(work)
      if let earlier { trace?.enter(earlier, at: now) }
    }
    return try body()
  }

  /// Runs something that mostly waits for the stage behind.
  package mutating func waitForOutput<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let before = MonotonicClock.now()
    let work = work
    let earlier = trace?.enter(.waitsForOutput, at: before)
    activity?.note(.waitsForOutput)
    defer {
      let now = MonotonicClock.now()
      waitedForOutput += now - before
      activity?.note(work)
      if let earlier { trace?.enter(earlier, at: now) }
    }
    return try body()
  }

  /// The thread is at a piece from now on, until `end`.
  package func begin(_ work: WorkName, as kind: TraceEvent.Kind = .works) {
    activity?.note(work)
    trace?.begin(work, as: kind)
  }

  /// The piece is done with.
  package func end() { trace?.end() }

  /// The thread has done its part; others of the stage may still work.
  mutating func stop() {
    worked = MonotonicClock.now() - start
    lane = trace?.finish()
  }

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
    report.lanes = meters.compactMap { $0.lane ?? $0.trace?.finish() }.sorted { $0.thread < $1.thread }
    report.sandbox = sandbox
    report.links = links
    return report
  }
}
