// A probe for `--mode auto`: the question itself, in serial mode, over the beginning of the input, its answer thrown away.

import Query
import Transport

/// Measures how a run would spend its time.
package enum ModeProbe {
  /// The most bytes that are probed, and the largest share of all of them: a probe should not be felt.
  package static let mostBytes = 4 << 20
  package static let largestShare = 8

  /// Probes the first input that holds anything. nil where there is nothing to measure: a stream, nothing to read, or a kernel that does not tell.
  ///
  /// What fails in a probe is no failure: the run will meet it again and say so.
  package static func measure(_ job: Job) -> ProbeFigures? {
    guard job.inputs.allSatisfy(\.facts.isRegular) else { return nil }
    let total = job.inputs.reduce(0) { $0 + $1.facts.size }
    guard var input = job.inputs.first(where: { $0.facts.size > 0 }) else { return nil }
    let count = min(input.facts.size, max(min(mostBytes, total / largestShare), 64 << 10))
    input.facts.size = count
    var settings = RunSettings(mode: .serial, workers: 1)
    settings.injections = []
    settings.regime = job.settings.regime
    // A file of which only the beginning is read is another file for the run: its end is in the middle of a record, as a rule.
    let probe = Job(question: job.question, inputs: [input], settings: settings)
    // Time ready but waiting for a core is neither work nor the source's: on a busy machine there is much of it.
    let file = ThreadSchedule.openOfThread()
    let start = MonotonicClock.now()
    let before = file.flatMap(ThreadSchedule.read)
    _ = SerialExecutor().run(probe, to: NoSink(), progress: Progress())
    guard let before, let after = file.flatMap(ThreadSchedule.read) else { return nil }
    let wall = MonotonicClock.now() - start
    let running = min(wall, after.runningNanoseconds - before.runningNanoseconds)
    let ready = min(wall - running, after.waitingNanoseconds - before.waitingNanoseconds)
    return ProbeFigures(
      totalBytes: total, probedBytes: count, processorNanoseconds: running, waitNanoseconds: wall - running - ready)
  }

  private struct NoSink: OutputSink {
    func begin(_ plan: Plan) throws(OutputError) {}

    func write(_ block: OutputBlock) throws(OutputError) {}
  }
}
