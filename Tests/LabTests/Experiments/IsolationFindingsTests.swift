// What is said of isolation.

import Glibc
import Testing
import Transport

@testable import Lab

@Suite struct IsolationFindingsTests {
  private static func sightings(sandboxed: IsolationOutcome) -> IsolationExperiment.Sightings {
    func all(
      _ attempts: [IsolationAttempt], _ outcome: IsolationOutcome
    ) -> [IsolationAttempt: IsolationOutcome] {
      Dictionary(uniqueKeysWithValues: attempts.map { ($0, outcome) })
    }
    var plain = all(IsolationAttempt.allCases, .possible)
    plain[.pointer] = .ended(signal: SIGSEGV)
    return .init(
      threadReads: true, threadChanges: true, childHasCopy: true,
      outcomes: [
        .plain: plain, .forbidden: all(IsolationAttempt.onOthers, .refused(errno: EPERM)),
        .sandboxed: all(IsolationAttempt.allCases, sandboxed),
      ], sandbox: "seccomp")
  }

  @Test func whatWasSeenDecides() {
    let shut = IsolationExperiment.result(Self.sightings(sandboxed: .ended(signal: SIGSYS)), isRoot: false, scope: "1")
    #expect(
      shut.findings.map(\.holding) == [.holds, .partly, .doesNotHold, .holds, .cannotBeTried, .holds, .holds])
    #expect(
      shut.notes == [
        "layers of the sandbox in force: seccomp",
        "tracing is restricted by Yama: ptrace_scope 1; the experiment ran as an ordinary user",
      ])
    #expect(shut.observations[0].processes == "a sandboxed one reaches nothing: 0 of 10 attempts")
    let open = IsolationExperiment.result(Self.sightings(sandboxed: .possible), isRoot: true, scope: nil)
    #expect(open.findings.suffix(2).map(\.holding) == [.doesNotHold, .doesNotHold])
    #expect(open.observations[0].processes == "a sandboxed one: 10 of 10 attempts succeeded")
  }

  @Test func attemptsWithTheSameEndStandTogether() {
    let outcomes: [IsolationAttempt: IsolationOutcome] = [
      .readCall: .possible, .readFile: .refused(errno: EACCES), .trace: .possible,
    ]
    #expect(
      IsolationExperiment.words(outcomes, [.readCall, .readFile, .trace, .signal])
        == "possible (process_vm_readv, ptrace), Permission denied (/proc/PID/mem), not tried (kill)")
  }

  @Test func theSandboxIsSaidInWords() {
    var report = SandboxReport(policy: .bestEffort)
    #expect(IsolationExperiment.words(report) == "none")
    report.inForce = [.user, .seccomp]
    report.absent = [.init(layer: .landlock, reason: "Function not implemented")]
    #expect(IsolationExperiment.words(report) == "user, seccomp; not in force: landlock (Function not implemented)")
  }
}
