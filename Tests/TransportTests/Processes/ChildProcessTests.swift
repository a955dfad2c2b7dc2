// How children end, and how that is known.

import Glibc
import Testing
import Transport

struct ChildProcessTests {
  private func shell(_ script: String) throws -> ChildProcess {
    try Spawner.spawn(executable: "/bin/sh", arguments: ["sh", "-c", script], environment: ["PATH=/usr/bin:/bin"])
  }

  @Test func reportsExitCodes() throws {
    #expect(
      try Spawner.spawn(executable: "/bin/true", arguments: ["true"], environment: []).wait().status == .exited(code: 0)
    )
    #expect(try shell("exit 7").wait().status == .exited(code: 7))
    #expect(try shell("exit 255").wait().status == .exited(code: 255))
  }

  @Test func reportsSignals() throws {
    let child = try shell("kill -KILL $$")
    let report = try child.wait()
    #expect(report.pid == child.pid)
    #expect(report.status == .signalled(signal: SIGKILL, dumpedCore: false))
    #expect("\(report.status)" == "signal 9 (SIGKILL)")
  }

  @Test func knowsThatItRunsAndThenThatItEnded() throws {
    let child = try shell("exec sleep 60")
    #expect(try child.poll() == nil)
    #expect(try Readiness.waitReadable([child.pidfd.number], nanoseconds: 0) == [false])
    try child.kill(SIGKILL)
    #expect(try Readiness.waitReadable([child.pidfd.number]) == [true])
    #expect(try child.wait().status == .signalled(signal: SIGKILL, dumpedCore: false))
    // Again the same, and a signal to one that is gone is no error.
    #expect(try child.poll() == child.wait())
    try child.kill(SIGKILL)
  }

  @Test func blockedSignalsDoNotEndIt() throws {
    // Not by way of the shell, which may have its own idea of signals.
    let child = try Spawner.spawn(executable: "/bin/sleep", arguments: ["sleep", "60"], environment: [])
    for signal in Spawner.blockedSignals { try child.kill(signal) }
    #expect(try Readiness.waitReadable([child.pidfd.number], nanoseconds: 50_000_000) == [false])
    try child.kill(SIGKILL)
    _ = try child.wait()
  }

  @Test func canBeWaitedForByMany() throws {
    let child = try shell("sleep 0.05; exit 4")
    let codes = Monitor([ExitReport.Status]())
    let threads = try (0..<4).map { index in
      try WorkerThread.start(name: "wait \(index)") {
        if let report = try? child.wait() { codes.withLock { $0.append(report.status) } }
      }
    }
    for thread in threads { thread.join() }
    #expect(codes.withLock { $0 } == Array(repeating: .exited(code: 4), count: 4))
  }

  @Test func reportsWhatItUsed() throws {
    let usage = try shell("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done").wait().usage
    #expect(usage.userNanoseconds > 1_000_000)
    #expect(usage.minorFaults > 10)
  }

  @Test func aSignalThatDoesNotExistIsAnError() throws {
    let child = try shell("exec sleep 60")
    #expect(throws: TransportError(call: "pidfd_send_signal", errno: EINVAL)) { try child.kill(999) }
    try child.kill(SIGKILL)
    _ = try child.wait()
  }
}
