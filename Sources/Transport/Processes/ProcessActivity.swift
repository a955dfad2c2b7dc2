// What the kernel knows of a process from outside: whether it is stopped, and how long it has run.

import Glibc

/// A look at a process.
package struct ProcessActivity: Equatable, Sendable {
  /// Whether a signal has stopped it, or a debugger holds it.
  package var isStopped: Bool
  /// Time on a processor so far, of all its threads, in nanoseconds.
  package var cpuNanoseconds: UInt64

  private static let nanosecondsPerTick = UInt64(1_000_000_000 / max(1, sysconf(Int32(_SC_CLK_TCK))))

  /// Looks at a process; nil if it is gone.
  package static func read(_ pid: Int32) -> ProcessActivity? {
    guard let text = ProcFile.read("/proc/\(pid)/stat"), let close = text.utf8.lastIndex(of: UInt8(ascii: ")")) else {
      return nil
    }
    // Behind the name, which may hold anything: state, parent, group, ...; utime and stime are the 12th and 13th.
    let fields = text[text.utf8.index(after: close)...].split(separator: " ")
    guard fields.count > 12, let user = UInt64(fields[11]), let system = UInt64(fields[12]) else { return nil }
    return ProcessActivity(
      isStopped: fields[0] == "T" || fields[0] == "t", cpuNanoseconds: (user + system) * nanosecondsPerTick)
  }
}
