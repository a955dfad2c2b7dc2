// How a child ended, and what it had used.

/// How a child ended, and what it and the children it waited for had used.
package struct ExitReport: Equatable, Sendable {
  /// How a process ended.
  package enum Status: Equatable, Sendable, CustomStringConvertible {
    case exited(code: Int32)
    /// Ended by a signal; `dumpedCore` if the kernel wrote a core file.
    case signalled(signal: Int32, dumpedCore: Bool)

    /// From the status word of wait4.
    package init(word: Int32) {
      let signal = word & 0x7F
      self = signal == 0 ? .exited(code: (word >> 8) & 0xFF) : .signalled(signal: signal, dumpedCore: word & 0x80 != 0)
    }

    /// `exit status 3`, `signal 9 (SIGKILL)`.
    package var description: String {
      switch self {
      case .exited(let code): "exit status \(code)"
      case .signalled(let signal, _): "signal \(signal) (\(SignalName.name(of: signal)))"
      }
    }
  }

  package var pid: Int32
  package var status: Status
  package var usage: ResourceUsage

  package init(pid: Int32, status: Status, usage: ResourceUsage) {
    self.pid = pid
    self.status = status
    self.usage = usage
  }
}
