// `--memory-limit` for the process that the user started: a wall around it, and what it says if it runs into that.

import Execution
import Transport

enum MemoryLimit {
  /// Puts the wall in place, before there are threads.
  ///
  /// - Parameter paths: files that are removed if the process runs into it.
  static func enter(_ settings: RunSettings, removing paths: [String]) throws(RunFailure) {
    guard let budget = settings.budget else { return }
    // Signals, progress and sampling have a thread each; the stages, or the output and whoever starts workers.
    let stages =
      switch settings.mode {
      case .serial: 0
      case .thread: settings.workers + 2
      case .process, .hybrid: 3
      }
    let who = settings.mode.hasProcesses ? "the supervisor needs more than its share of" : "the run needs more than"
    let limit = budget.limit >> 20
    do throws(TransportError) {
      _ = try MemoryWall.enter(
        bytes: budget.supervisor, threads: stages + 3, isFinal: false, status: ExitStatus.system.rawValue,
        explanation: "pipe: \(who) the \(limit) MiB of --memory-limit\n  \(MemoryAccount.remedy)\n",
        removing: paths)
    } catch {
      throw RunFailure(.system, "--memory-limit cannot be put in force: \(error.description)")
    }
  }
}
