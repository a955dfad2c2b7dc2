// `--trace`: what every worker of a run did, and when, for chrome://tracing and Perfetto. One lane a worker.

import Execution
import Report
import Transport

/// The trace of one run.
struct RunTrace {
  private let outcome: RunOutcome
  private let job: Job
  private var text = TraceEventText()
  /// Written at a time.
  private static let blockSize = 1 << 20

  init(_ outcome: RunOutcome, of job: Job) {
    self.outcome = outcome
    self.job = job
  }

  /// Writes the trace and gives it its name.
  mutating func write(to file: inout OutputFile) throws(RunFailure) {
    do throws(OutputError) {
      writeRun()
      for (place, report) in stages.enumerated() { try write(report, place: place + 1, to: file) }
      text.finish(facts)
      try file.write(text.take())
    } catch {
      file.discard()
      if case .failure(let failure) = error { throw failure }
      return
    }
    try file.publish()
  }

  /// In the order of the pipeline.
  private var stages: [StageReport] {
    let order = Topology(settings: job.settings).stages.map(\.description)
    return outcome.stages.sorted { (order.firstIndex(of: $0.name) ?? 0) < (order.firstIndex(of: $1.name) ?? 0) }
  }

  private var facts: TraceEventText.Arguments {
    [
      ("mode", .text(job.settings.mode.rawValue)), ("workers", .number(UInt64(job.settings.workers))),
      ("events left out", .number(UInt64(stages.flatMap(\.lanes).reduce(0) { $0 + $1.omitted }))),
    ]
  }

  /// What happened to the run as a whole, in the lane of the process that the user started.
  private mutating func writeRun() {
    let lane = TraceEventText.Lane(process: ProcessSelf.pid, thread: ProcessSelf.pid)
    text.nameProcess("pipe", of: lane, place: 0)
    if job.settings.mode != .serial { text.nameThread("pipe", of: lane, place: 0) }
    if let ready = outcome.firstReadyNanoseconds {
      text.instant("the first parser is ready", on: lane, at: ready)
    }
    for replacement in outcome.replacements {
      let ended = moment(replacement.noticed)
      text.instant("\(replacement.stage) ended: \(replacement.cause.name)", on: lane, at: ended)
      text.instant("\(replacement.stage) is replaced", on: lane, at: ended + replacement.nanoseconds)
    }
  }

  private mutating func write(_ report: StageReport, place: Int, to file: OutputFile) throws(OutputError) {
    for trace in report.lanes {
      let lane = TraceEventText.Lane(process: report.pid, thread: trace.threadId)
      if job.settings.mode.hasProcesses, trace.thread == 0 { text.nameProcess(report.name, of: lane, place: place) }
      let name = report.threads > 1 ? "\(report.name).\(trace.thread + 1)" : report.name
      text.nameThread(name, of: lane, place: place * 1024 + trace.thread)
      for event in trace.events {
        text.complete(
          Self.name(of: event.kind), on: lane, at: moment(event.start), for: event.end - event.start,
          arguments(of: event.work))
        if text.count >= Self.blockSize { try file.write(text.take()) }
      }
      for count in trace.counts {
        text.counter(
          "pieces", series: "under way", on: lane, at: moment(count.moment), UInt64(max(0, count.pieces)))
        if text.count >= Self.blockSize { try file.write(text.take()) }
      }
      if trace.omitted > 0 {
        let end = trace.events.last.map { moment($0.end) } ?? 0
        text.instant("no room for \(trace.omitted) more events of \(name)", on: lane, at: end)
      }
    }
  }

  /// Counted from the start of the run.
  private func moment(_ time: UInt64) -> UInt64 { time - min(time, outcome.start) }

  private func arguments(of work: WorkName?) -> TraceEventText.Arguments {
    guard let work else { return [] }
    let names = job.inputNames
    return [
      ("input", .text(names.indices.contains(Int(work.input)) ? names[Int(work.input)] : "\(work.input)")),
      ("first byte", .number(work.first)), ("end", .number(work.end)), ("attempt", .number(UInt64(work.attempt))),
    ]
  }

  private static func name(of kind: TraceEvent.Kind) -> String {
    switch kind {
    case .works: "works"
    case .waitsForInput: "waits for input"
    case .waitsForOutput: "waits for output"
    case .waitsForFeedback: "waits for feedback"
    case .reads: "reads"
    case .waitsForSource: "waits for the source"
    case .merges: "merges"
    }
  }
}
