// The stages as processes of their own, linked by pipes. The process that the user started is the supervisor.

import Transport

/// Runs a job with one process for each stage.
package struct ProcessExecutor: Executor {
  package init() {}

  package func run(_ job: Job, to sink: some OutputSink, progress: Progress) -> RunOutcome {
    let start = MonotonicClock.now()
    var supervisor = Supervisor(job: job, progress: progress)
    var outcome = supervisor.run(to: sink)
    outcome.start = start
    outcome.wallNanoseconds = MonotonicClock.now() - start
    return outcome
  }
}
