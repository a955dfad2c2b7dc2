// A child that was started and will be waited for, held by its pidfd: known by what it is, not by a number that another
// process may get.

import CLinux
import Glibc

/// A running or ended child. Whoever spawned it waits for it once it has ended, else it stays behind as a zombie.
package final class ChildProcess: Sendable {
  package let pid: Int32
  /// Can be polled: it reads as ready once the process has ended (`Readiness.waitReadable`).
  package let pidfd: Descriptor
  private let report = Monitor<ExitReport?>(nil)

  init(pid: Int32, pidfd: Descriptor) {
    self.pid = pid
    self.pidfd = pidfd
  }

  /// Waits until the process has ended. Later calls give the same report.
  package func wait() throws(TransportError) -> ExitReport {
    while true {
      if let report = try poll() { return report }
      _ = try Readiness.waitReadable([pidfd.number])
    }
  }

  /// The report if the process has ended, nil if it runs.
  package func poll() throws(TransportError) -> ExitReport? {
    try report.withLock { (report) throws(TransportError) -> ExitReport? in
      if let report { return report }
      var word: Int32 = 0
      var usage = rusage()
      while true {
        // The number is still this child's, because nobody else waits for it and it is waited for only once, here.
        let ended = wait4(pid, &word, WNOHANG, &usage)
        if ended == 0 { return nil }
        if ended == pid { break }
        if errno != EINTR { throw .last("wait4") }
      }
      report = ExitReport(pid: pid, status: ExitReport.Status(word: word), usage: ResourceUsage(usage))
      return report
    }
  }

  /// Sends a signal. A process that has ended already is no error.
  package func kill(_ signal: Int32) throws(TransportError) {
    guard clinux_pidfd_send_signal(pidfd.number, signal) != 0, errno != ESRCH else { return }
    throw .last("pidfd_send_signal")
  }
}
