// Children made by fork, which share nothing with their parent but begin as its copy: what articles mean by a process.
// Only parts fork: they have one thread, and end with their children.

import CLinux
import Glibc
import Transport

/// A child that was forked by a part.
struct ForkedChild {
  /// The exit status of a child whose body failed.
  static let failureStatus: Int32 = 71

  let pid: Int32

  /// Forks a child that does `body`, exits with what it returns, and ends at the latest with this process, unless it is
  /// to stay behind.
  static func start(staysBehind: Bool = false, body: () throws(LabFailure) -> Int32) throws(LabFailure) -> ForkedChild {
    let parent = ProcessSelf.pid
    let pid = clinux_fork()
    guard pid >= 0 else { throw LabFailure("a child could not be forked: \(TransportError.reason(of: errno))") }
    if pid > 0 { return ForkedChild(pid: pid) }
    guard staysBehind || ProcessSelf.dieWithParent(expectedParent: parent) else { _exit(failureStatus) }
    // Not exit: what is to be done at the end of the program is the parent's.
    do throws(LabFailure) { _exit(try body()) } catch { fail(error) }
  }

  /// Says why, and ends the calling child.
  static func fail(_ error: LabFailure) -> Never {
    let text = Array("pipe: a forked child failed: \(error.message)\n".utf8)
    _ = text.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    _exit(failureStatus)
  }

  /// Waits for the end of the child, and gives how it ended.
  func wait() throws(LabFailure) -> ExitReport.Status { ExitReport.Status(word: try waitForWord()) }

  /// The same as the kernel says it.
  func waitForWord() throws(LabFailure) -> Int32 {
    var word: Int32 = 0
    while waitpid(pid, &word, 0) < 0 {
      if errno != EINTR { throw LabFailure("waiting for a child: \(TransportError.reason(of: errno))") }
    }
    return word
  }

  /// Waits for the child, which is to have ended well.
  func join() throws(LabFailure) {
    let status = try wait()
    guard status == .exited(code: 0) else { throw LabFailure("a forked child ended with \(status)") }
  }

  /// Ends the child and waits for it.
  func end() throws(LabFailure) {
    // Not waited for yet, so the number is still its own.
    kill(pid, SIGKILL)
    _ = try wait()
  }
}

/// What the kernel says of any process.
struct ProcessLook: Equatable {
  /// R, S, D, T, Z (ended, and not waited for).
  var state: Character
  var parent: Int32

  /// nil if it is gone.
  static func at(_ pid: Int32) -> ProcessLook? {
    guard let text = ProcFile.read("/proc/\(pid)/stat") else { return nil }
    return ProcessLook(stat: text)
  }

  /// From the line of /proc/PID/stat: number, name in brackets (which may hold anything), state, parent.
  init?(stat: String) {
    guard let close = stat.utf8.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = stat[stat.utf8.index(after: close)...].split(separator: " ")
    guard fields.count > 1, let state = fields[0].first, fields[0].count == 1, let parent = Int32(fields[1]) else {
      return nil
    }
    self.state = state
    self.parent = parent
  }
}
