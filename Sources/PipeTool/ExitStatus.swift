// The exit statuses, all in one place. Scripts rely on them.

import ArgumentParser
import Execution
import Glibc

/// How the program ends.
enum ExitStatus: Int32, CaseIterable {
  /// Everything was done.
  case complete = 0
  /// Everything was done, and some records were rejected.
  case rejects = 3
  case usage = 64
  case data = 65
  case input = 66
  case books = 70
  case system = 71
  case output = 73
  case transfer = 74
  case worker = 75
  case pipelineFile = 78

  init(_ kind: RunFailure.Kind) {
    switch kind {
    case .usage: self = .usage
    case .data: self = .data
    case .input: self = .input
    case .books: self = .books
    case .system: self = .system
    case .output: self = .output
    case .transfer: self = .transfer
    case .worker: self = .worker
    }
  }

  /// For `throw`: ends the command with this status and no further message.
  var code: ExitCode { ExitCode(rawValue) }

  static func exit(_ status: Int32) -> Never { Glibc.exit(status) }

  /// Ends the process at once: nothing is tidied up that other threads may hold.
  static func leave(_ status: Int32) -> Never { _exit(status) }
}
