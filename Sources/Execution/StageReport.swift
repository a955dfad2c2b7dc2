// What a stage did with its time, and what its links carried: the figures of `--report`.

import CSV
import Transport

/// Measures where the time of one stage goes.
package struct StageMeter {
  private let start = MonotonicClock.now()
  // Opened at the start: later a sandbox may be in the way.
  private let scheduleFile = ThreadSchedule.openOfThread()
  private let statusFile: Descriptor?
  private let startSchedule: ThreadSchedule?
  private(set) var waitedForInput: UInt64 = 0
  private(set) var waitedForOutput: UInt64 = 0
  private var threads = 1
  /// What became of the sandbox of the stage's process.
  package var sandbox: SandboxReport?

  /// Where the stage says what it does, for whoever watches it.
  package let activity: ActivityPage?

  /// - Parameter isProcess: whether the stage is a process of its own, whose memory is to be measured.
  package init(isProcess: Bool = false, activity: ActivityPage? = nil) {
    self.activity = activity
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

  /// Adds what another thread of the same stage measured: waiting counts as the mean of all.
  mutating func add(_ other: StageMeter) {
    let count = UInt64(threads)
    waitedForInput = (waitedForInput * count + other.waitedForInput) / (count + 1)
    waitedForOutput = (waitedForOutput * count + other.waitedForOutput) / (count + 1)
    threads += 1
  }

  /// The report of the calling thread's stage.
  package func report(stage: StageName, isProcess: Bool, links: [LinkReport] = []) -> StageReport {
    var report = StageReport(name: stage.description, pid: ProcessSelf.pid)
    report.wallNanoseconds = MonotonicClock.now() - start
    report.inputNanoseconds = waitedForInput
    report.outputNanoseconds = waitedForOutput
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

/// What crossed one end of a link.
package struct LinkReport: Equatable, Sendable {
  /// Which link, from which end: `pipe:reader -> pipe:parser/1, sending`.
  package var name: String
  package var metrics: LinkMetrics

  package init(name: String, metrics: LinkMetrics) {
    self.name = name
    self.metrics = metrics
  }
}

/// What one stage did.
package struct StageReport: Equatable, Sendable {
  package var name: String
  package var pid: Int32
  package var wallNanoseconds: UInt64 = 0
  /// Time waiting for the stage before, and for the stage behind; the rest of the wall time the stage was busy.
  package var inputNanoseconds: UInt64 = 0
  package var outputNanoseconds: UInt64 = 0
  /// CPU time, faults and context switches of the stage's thread or, in process mode, process.
  package var usage = ResourceUsage()
  /// Time running and time ready but waiting for a core, of the stage's thread.
  package var schedule: ThreadSchedule?
  /// Most resident memory of the process (VmHWM); nil for threads, which share theirs.
  package var peakBytes: UInt64?
  package var links: [LinkReport] = []
  /// Which layers of a sandbox hold in the process; nil where there is no sandbox.
  package var sandbox: SandboxReport?

  package init(name: String, pid: Int32) {
    self.name = name
    self.pid = pid
  }

  package var busyNanoseconds: UInt64 {
    let (waited, isTooMuch) = inputNanoseconds.addingReportingOverflow(outputNanoseconds)
    return isTooMuch ? 0 : wallNanoseconds - min(wallNanoseconds, waited)
  }

  package func encode(into writer: inout ByteWriter) {
    writer.write(name)
    writer.write(pid)
    for value in [wallNanoseconds, inputNanoseconds, outputNanoseconds] { writer.write(value) }
    usage.encode(into: &writer)
    writer.write(schedule) { writer, schedule in
      writer.write(schedule.runningNanoseconds)
      writer.write(schedule.waitingNanoseconds)
    }
    writer.write(peakBytes) { $0.write($1) }
    writer.write(links) { writer, link in
      writer.write(link.name)
      link.metrics.encode(into: &writer)
    }
    writer.write(sandbox) { $1.encode(into: &$0) }
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    self.init(name: try reader.readString(), pid: try reader.read())
    wallNanoseconds = try reader.read()
    inputNanoseconds = try reader.read()
    outputNanoseconds = try reader.read()
    usage = try ResourceUsage(from: &reader)
    schedule = try reader.readOptional { (reader) throws(ByteCodingError) in
      ThreadSchedule(runningNanoseconds: try reader.read(), waitingNanoseconds: try reader.read())
    }
    peakBytes = try reader.readOptional { (reader) throws(ByteCodingError) in try reader.read(UInt64.self) }
    links = try reader.readArray { (reader) throws(ByteCodingError) in
      LinkReport(name: try reader.readString(), metrics: try LinkMetrics(from: &reader))
    }
    sandbox = try reader.readOptional { (reader) throws(ByteCodingError) in try SandboxReport(from: &reader) }
  }
}

extension SandboxReport {
  fileprivate func encode(into writer: inout ByteWriter) {
    writer.write(policy.rawValue)
    writer.write(inForce) { $0.write($1.rawValue) }
    writer.write(absent) { writer, absence in
      writer.write(absence.layer.rawValue)
      writer.write(absence.reason)
    }
  }

  fileprivate init(from reader: inout ByteReader) throws(ByteCodingError) {
    guard let policy = SandboxPolicy(rawValue: try reader.readString()) else {
      throw ByteCodingError("unknown sandbox")
    }
    self.init(policy: policy)
    inForce = try reader.readArray { (reader) throws(ByteCodingError) in try SandboxLayer(from: &reader) }
    absent = try reader.readArray { (reader) throws(ByteCodingError) in
      Absence(layer: try SandboxLayer(from: &reader), reason: try reader.readString())
    }
  }
}

extension SandboxLayer {
  fileprivate init(from reader: inout ByteReader) throws(ByteCodingError) {
    guard let layer = SandboxLayer(rawValue: try reader.readString()) else {
      throw ByteCodingError("unknown layer of a sandbox")
    }
    self = layer
  }
}

extension ResourceUsage {
  fileprivate func encode(into writer: inout ByteWriter) {
    for value in [
      userNanoseconds, systemNanoseconds, minorFaults, majorFaults, voluntarySwitches, involuntarySwitches,
    ] { writer.write(value) }
  }

  fileprivate init(from reader: inout ByteReader) throws(ByteCodingError) {
    self.init()
    userNanoseconds = try reader.read()
    systemNanoseconds = try reader.read()
    minorFaults = try reader.read()
    majorFaults = try reader.read()
    voluntarySwitches = try reader.read()
    involuntarySwitches = try reader.read()
  }
}

extension LinkMetrics {
  fileprivate func encode(into writer: inout ByteWriter) {
    for value in [
      messages, frames, bytes, copiedBytes, encodeNanoseconds, decodeNanoseconds, systemCallNanoseconds,
      systemCalls, blockedNanoseconds,
    ] { writer.write(value) }
  }

  fileprivate init(from reader: inout ByteReader) throws(ByteCodingError) {
    self.init()
    messages = try reader.read()
    frames = try reader.read()
    bytes = try reader.read()
    copiedBytes = try reader.read()
    encodeNanoseconds = try reader.read()
    decodeNanoseconds = try reader.read()
    systemCallNanoseconds = try reader.read()
    systemCalls = try reader.read()
    blockedNanoseconds = try reader.read()
  }
}
