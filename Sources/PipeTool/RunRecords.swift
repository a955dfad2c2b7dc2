// What a run leaves besides its outputs, if it is asked to: `--report` and `--trace`. Their files are prepared before the run,
// so that what cannot be written is known in time, and filled when it is over, be it complete or not.

import Execution
import Transport

/// The records of one run. Whoever takes a file ends it.
final class RunRecords: Sendable {
  private let report: Monitor<OutputFile?>
  private let trace: Monitor<OutputFile?>

  /// Prepares the files; nil where there is to be none.
  init(report: String?, trace: String?) throws(RunFailure) {
    var files: [OutputFile?] = []
    do throws(RunFailure) {
      for path in [report, trace] {
        files.append(try path.map { (path) throws(RunFailure) in try OutputFile(creating: path) })
      }
    } catch {
      for index in files.indices { files[index]?.discard() }
      throw error
    }
    self.report = Monitor(files[0])
    self.trace = Monitor(files[1])
  }

  /// Files that have a name already, which nobody is to find when the run fails.
  var hiddenPaths: [String] { [report, trace].compactMap { $0.withLock { $0?.hiddenPath } } }

  /// Forgets them: there is no run.
  func discard() {
    for file in [report, trace] {
      var taken = Self.take(file)
      taken?.discard()
    }
  }

  /// Writes all that there are to be; the first failure is thrown when the others are written.
  ///
  /// - Parameter failure: the run's own.
  func write(_ outcome: RunOutcome, _ failure: RunFailure?, _ job: Job) throws(RunFailure) {
    var own: RunFailure?
    do throws(RunFailure) {
      if var file = Self.take(report) {
        try RunReport(outcome: outcome, failure: failure, job: job).write(to: &file)
      }
    } catch {
      own = error
    }
    if var file = Self.take(trace) {
      var trace = RunTrace(outcome, of: job)
      try trace.write(to: &file)
    }
    if let own { throw own }
  }

  private static func take(_ file: Monitor<OutputFile?>) -> OutputFile? {
    file.withLock { file in
      defer { file = nil }
      return file
    }
  }
}
