// Starting worker processes: posix_spawn, never fork without exec, and nothing inherited that was not named.

import CLinux
import Glibc

/// Starts programs. A child that ties its life to its parent (`ProcessSelf.dieWithParent`) ends with the *thread* that
/// spawned it, so they are spawned from threads that live as long as the run.
package enum Spawner {
  /// A descriptor for the child: `source` here becomes `target` there.
  package struct Inheritance: Equatable, Sendable {
    package var source: Int32
    package var target: Int32

    package init(source: Int32, target: Int32) {
      self.source = source
      self.target = target
    }
  }

  /// Signals that start out blocked in a child: they are sent to the whole process group, but how a run ends is the
  /// supervisor's decision, and what it looks like the supervisor's to say.
  package static let blockedSignals: [Int32] = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1]

  /// Starts a program.
  /// - Parameters:
  ///   - executable: a path; `PATH` is not searched.
  ///   - arguments: all of them, the program's name first.
  ///   - environment: `NAME=value` each, and nothing else.
  ///   - descriptors: what the child has besides standard error; its standard input and output are /dev/null unless
  ///     named here, every other descriptor is closed in it. Targets may overlap with sources in any way.
  /// - Throws: `TransportError` also when the program cannot be executed.
  package static func spawn(
    executable: String, arguments: [String], environment: [String], descriptors: [Inheritance] = []
  ) throws(TransportError) -> ChildProcess {
    let call = "posix_spawn \(executable)"
    guard !arguments.isEmpty, !executable.utf8.contains(0), Set(descriptors.map(\.target)).count == descriptors.count,
      descriptors.allSatisfy({ $0.target >= 0 })
    else { throw TransportError(call: call, errno: EINVAL) }
    var pid: Int32 = -1
    let failed = clinux_spawn(
      executable, try texts(arguments, for: call), arguments.count, try texts(environment, for: call),
      environment.count, descriptors.map(\.source), descriptors.map(\.target), descriptors.count, blockedSignals,
      blockedSignals.count, &pid)
    guard failed == 0 else { throw TransportError(call: call, errno: failed) }
    // The child cannot have been waited for yet, so the number is its own even if it has ended.
    let pidfd = clinux_pidfd_open(pid)
    guard pidfd >= 0 else {
      let error = TransportError.last("pidfd_open")
      kill(pid, SIGKILL)
      while waitpid(pid, nil, 0) < 0, errno == EINTR {}
      throw error
    }
    return ChildProcess(pid: pid, pidfd: Descriptor(owning: pidfd))
  }

  /// The texts one after another, each with a NUL behind it.
  private static func texts(_ texts: [String], for call: String) throws(TransportError) -> [CChar] {
    var bytes: [CChar] = []
    for text in texts {
      guard !text.utf8.contains(0) else { throw TransportError(call: call, errno: EINVAL) }
      bytes.append(contentsOf: text.utf8.map { CChar(bitPattern: $0) })
      bytes.append(0)
    }
    return bytes
  }
}
