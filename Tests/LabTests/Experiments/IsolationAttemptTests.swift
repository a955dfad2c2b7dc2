// Attempts by this process on itself, which may look into itself, and how ends of attempts are read.

import Glibc
import Testing
import Transport

@testable import Lab

@Suite struct IsolationAttemptTests {
  @Test(arguments: [IsolationAttempt.readCall, .readFile])
  func readsWhatIsThere(attempt: IsolationAttempt) {
    let bytes: [UInt8] = (0..<32).map { $0 * 3 }
    bytes.withUnsafeBytes { memory in
      // Alive for the time of the attempt.
      let target = IsolationTarget(
        pid: ProcessSelf.pid, address: UInt64(UInt(bitPattern: memory.baseAddress)), length: memory.count)
      let (failed, read) = attempt.make(on: target)
      #expect(failed == 0)
      #expect(read == bytes)
    }
    let nowhere = IsolationTarget(pid: ProcessSelf.pid, address: 16, length: 32)
    #expect(attempt.make(on: nowhere).errno != 0)
    #expect(attempt.make(on: nowhere).bytes.isEmpty)
  }

  @Test func aProcessThatIsGoneCannotBeReached() {
    // No process has this number.
    let target = IsolationTarget(pid: Int32.max, address: 16, length: 32)
    #expect(IsolationAttempt.readCall.make(on: target).errno == ESRCH)
    #expect(IsolationAttempt.signal.make(on: target).errno == ESRCH)
    #expect(IsolationAttempt.readFile.make(on: target).errno == ENOENT)
  }

  @Test func endsAreRead() {
    #expect(IsolationOutcome(.exited(code: 0), isSecret: nil) == .possible)
    #expect(IsolationOutcome(.exited(code: 0), isSecret: true) == .possible)
    #expect(IsolationOutcome(.exited(code: 0), isSecret: false) == .otherBytes)
    #expect(IsolationOutcome(.exited(code: EPERM), isSecret: false).description == "Operation not permitted")
    #expect(
      IsolationOutcome(.signalled(signal: SIGSYS, dumpedCore: false), isSecret: nil).description == "ended by SIGSYS")
    #expect(!IsolationOutcome.otherBytes.isPossible)
  }

  @Test func everyAttemptIsOnOthersOrOnTheSystem() {
    #expect(IsolationAttempt.onOthers + IsolationAttempt.onSystem == IsolationAttempt.allCases)
  }
}
