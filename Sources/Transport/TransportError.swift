// What can go wrong below the stages: a system call that failed, a link that broke. The only error types of this target.

import Glibc

/// A system call that failed.
package struct TransportError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The call's name, and what it was about where that helps (`posix_spawn /usr/bin/pipe`).
  package var call: String
  package var errno: Int32

  package init(call: String, errno: Int32) {
    self.call = call
    self.errno = errno
  }

  /// The error that errno names now; to be made directly behind the call that failed.
  static func last(_ call: @autoclosure () -> String) -> TransportError {
    // Read before the text is put together, which may call whatever changes it.
    let errno = Glibc.errno
    return TransportError(call: call(), errno: errno)
  }

  /// The system's words for the error number (`No such file or directory`).
  package var reason: String { TransportError.reason(of: errno) }

  package var description: String { "\(call): \(reason)" }

  /// The system's words for an error number.
  package static func reason(of errno: Int32) -> String {
    // The text is a constant, or the calling thread's own until its next call (glibc 2.32 and later).
    strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
  }
}

/// Why a message could not be sent or received.
package enum LinkError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The other side is gone: nobody reads any more, or the stream ended before its end message.
  case closed
  /// The link was cancelled from this side.
  case cancelled
  /// A system call failed.
  case system(call: String, errno: Int32)
  /// What arrived is not what a sender of this run sends.
  case corrupt(String)

  package var description: String {
    switch self {
    case .closed: "the other side of the link is gone"
    case .cancelled: "the link was cancelled"
    case .system(let call, let errno): "\(call): \(TransportError.reason(of: errno))"
    case .corrupt(let message): "the link carried wrong bytes: \(message)"
    }
  }
}
