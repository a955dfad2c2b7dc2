// What somebody who has taken a worker over would try, and what may become of it.

import CLinux
import Glibc
import Transport

/// An attempt of one worker on another, or on the system.
enum IsolationAttempt: String, CaseIterable, Sendable {
  case pointer = "read its memory through a pointer"
  case readCall = "read it by process_vm_readv"
  case readFile = "read it by /proc/PID/mem"
  case trace = "trace it"
  case signal = "send it a signal"
  case open = "open a file"
  case create = "make a file"
  case socket = "make a socket"
  case execute = "start a program"
  case fork = "fork a process"

  /// Those that reach for another worker.
  static let onOthers: [IsolationAttempt] = [.pointer, .readCall, .readFile, .trace, .signal]
  /// Those that open something.
  static let onSystem: [IsolationAttempt] = [.open, .create, .socket, .execute, .fork]
  /// Those that read memory.
  static let reading: [IsolationAttempt] = [.pointer, .readCall, .readFile]

  /// In a word, or by the call.
  var label: String {
    switch self {
    case .pointer: "pointer"
    case .readCall: "process_vm_readv"
    case .readFile: "/proc/PID/mem"
    case .trace: "ptrace"
    case .signal: "kill"
    case .open, .create, .socket, .execute, .fork: rawValue
    }
  }

  private var number: clinux_attempt {
    switch self {
    case .pointer: CLINUX_ATTEMPT_POINTER
    case .readCall: CLINUX_ATTEMPT_READ_CALL
    case .readFile: CLINUX_ATTEMPT_READ_FILE
    case .trace: CLINUX_ATTEMPT_TRACE
    case .signal: CLINUX_ATTEMPT_SIGNAL
    case .open: CLINUX_ATTEMPT_OPEN
    case .create: CLINUX_ATTEMPT_CREATE
    case .socket: CLINUX_ATTEMPT_SOCKET
    case .execute: CLINUX_ATTEMPT_EXECUTE
    case .fork: CLINUX_ATTEMPT_FORK
    }
  }

  /// Makes the attempt in the calling process, which it may end.
  ///
  /// - Returns: 0 or an errno, and the bytes that were read, if any were.
  func make(on target: IsolationTarget) -> (errno: Int32, bytes: [UInt8]) {
    var place = clinux_target(pid: target.pid, address: target.address, length: UInt64(target.length))
    var bytes = [UInt8](repeating: 0, count: target.length)
    let failed = clinux_make_attempt(number, &place, &bytes)
    return (failed, failed == 0 && Self.reading.contains(self) ? bytes : [])
  }
}

/// Another worker, and where its secret lies.
struct IsolationTarget: Equatable, Sendable {
  var pid: Int32
  var address: UInt64
  var length: Int
}

/// What became of an attempt.
enum IsolationOutcome: Equatable, Sendable, CustomStringConvertible {
  case possible
  /// Something was read that is not the secret.
  case otherBytes
  case refused(errno: Int32)
  /// It ended whoever made it.
  case ended(signal: Int32)

  var isPossible: Bool { self == .possible }

  var description: String {
    switch self {
    case .possible: "possible"
    case .otherBytes: "its own bytes"
    case .refused(let errno): TransportError.reason(of: errno)
    case .ended(let signal): "ended by \(SignalName.name(of: signal))"
    }
  }

  /// Of how the child ended that made the attempt.
  ///
  /// - Parameter isSecret: whether what it read was the secret; nil if it was not to read.
  init(_ status: ExitReport.Status, isSecret: Bool?) {
    switch status {
    case .signalled(let signal, _): self = .ended(signal: signal)
    case .exited(0): self = isSecret == false ? .otherBytes : .possible
    case .exited(let code): self = .refused(errno: code)
    }
  }
}
