// The layers of the sandbox, each of which holds when another one does not.

import CLinux

/// What a sandboxed process goes without, by the name that stands in the report.
package enum SandboxLayer: String, CaseIterable, Equatable, Sendable {
  /// No descriptor is open but those that the process works with.
  case descriptors
  /// No variable is in its environment but those of a short list.
  case environment
  /// It is neither root nor has any capability.
  case user
  /// No program that it could execute would give it more rights (no_new_privs).
  case privileges
  /// Landlock without rules: it cannot open a file by its path, or reach anybody over TCP.
  case landlock
  /// Limits for descriptors, tasks, memory, files and core dumps.
  case limits
  /// Only the system calls of a list; hostile ones end it.
  case seccomp

  /// Its number among the layers that the process puts in force itself, nil for those that whoever started it did.
  var number: UInt32? {
    switch self {
    case .descriptors, .environment: nil
    case .user: CLINUX_SANDBOX_USER.rawValue
    case .privileges: CLINUX_SANDBOX_PRIVILEGES.rawValue
    case .landlock: CLINUX_SANDBOX_LANDLOCK.rawValue
    case .limits: CLINUX_SANDBOX_LIMITS.rawValue
    case .seccomp: CLINUX_SANDBOX_SECCOMP.rawValue
    }
  }
}
