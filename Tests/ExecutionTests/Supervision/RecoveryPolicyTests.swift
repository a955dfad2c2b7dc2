// What a death is called, and when a run is given up.

import Testing
import Transport

@testable import Execution

@Suite struct RecoveryPolicyTests {
  @Test(
    arguments: [
      (1, false, "SIGHUP"), (2, false, "SIGINT"), (3, false, "SIGQUIT"), (4, true, "SIGILL"), (5, true, "SIGTRAP"),
      (6, true, "SIGABRT"), (7, true, "SIGBUS"), (8, true, "SIGFPE"), (9, false, "SIGKILL"), (10, false, "SIGUSR1"),
      (11, true, "SIGSEGV"), (12, false, "SIGUSR2"), (13, false, "SIGPIPE"), (14, false, "SIGALRM"),
      (15, false, "SIGTERM"), (24, false, "SIGXCPU"), (25, false, "SIGXFSZ"), (31, true, "SIGSYS"),
      (40, false, "signal 40"),
    ] as [(Int32, Bool, String)])
  func aSignalIsSentByOthersOrOnesOwnDoing(signal: Int32, isOwn: Bool, name: String) {
    for dumpedCore in [false, true] {
      let cause = DeathCause(.signalled(signal: signal, dumpedCore: dumpedCore))
      #expect(cause == (isOwn ? .crashed(signal: signal) : .killed(signal: signal)))
      #expect(cause.description == "ended by signal \(signal) (\(name))" && cause.name == name)
      #expect(cause.ownSignal == (isOwn ? signal : nil))
    }
  }

  @Test func otherEnds() {
    #expect(DeathCause(.exited(code: 3)) == .exited(code: 3))
    #expect(DeathCause.exited(code: 3).description == "ended by exit status 3")
    #expect(DeathCause.failed("it is odd").description == "failed: it is odd")
    #expect(DeathCause.stalled("did nothing for 9 s").description == "did nothing for 9 s")
    #expect(DeathCause.stopped.description == "was stopped")
    let all: [DeathCause] = [.exited(code: 3), .failed("it is odd"), .stopped, .stalled("did nothing")]
    #expect(all.map(\.name) == ["exit", "failure", "stop", "stall"])
    #expect(all.map(\.ownSignal) == [nil, nil, nil, 9])
  }

  @Test func wantOfMemory() {
    let own = DeathCause.outOfMemory(byKernel: false)
    let kernel = DeathCause.outOfMemory(byKernel: true)
    #expect([own, kernel].map(\.name) == ["out of memory", "kernel out of memory"])
    #expect([own, kernel].map(\.ownSignal) == [nil, nil])
    let work = WorkName(input: 1, first: 2, end: 3, attempt: 4)
    #expect(own.suspect(work) == Suspect(work: work, signal: 0, kind: .memory))
    #expect(kernel.suspect(work) == Suspect(work: work, signal: 0, kind: .kernelMemory))
    #expect(DeathCause.crashed(signal: 11).suspect(work) == Suspect(work: work, signal: 11))
    #expect(DeathCause.killed(signal: 9).suspect(work) == nil && DeathCause.retired.suspect(work) == nil)
    for role in [WorkerRole.reader, .aggregator] {
      var policy = RecoveryPolicy(isSeekable: true)
      #expect(policy.decide(role, own, hasStarted: true) == .giveUp("another would need as much"))
      policy = RecoveryPolicy(isSeekable: true)
      for _ in 0..<RecoveryPolicy.kernelPatience {
        #expect(policy.decide(role, kernel, hasStarted: true) == .replace)
      }
      var moving = policy
      #expect(policy.decide(role, kernel, hasStarted: true) == .giveUp("another would need as much"))
      moving.noteProgress()
      #expect(moving.decide(role, kernel, hasStarted: true) == .replace)
    }
    for cause in [own, kernel] {
      var policy = RecoveryPolicy(isSeekable: true)
      for _ in 0..<RecoveryPolicy.patience { #expect(policy.decide(.parser, cause, hasStarted: true) == .replace) }
      #expect(policy.decide(.parser, cause, hasStarted: true) != .replace)
      policy = RecoveryPolicy(isSeekable: true)
      #expect(policy.decide(.parser, cause, hasStarted: false) == .giveUp("it could not start"))
    }
  }

  @Test func whoRetiresHasNotDied() {
    var policy = RecoveryPolicy(isSeekable: true)
    #expect(DeathCause.retired.name == "retired")
    for _ in 0..<16 * RecoveryPolicy.patience {
      #expect(policy.decide(.parser, .retired, hasStarted: true) == .replace)
    }
    #expect(policy.deathsWithoutProgress == 0)
    // Without end it is no work.
    var other = policy
    #expect(policy.decide(.parser, .retired, hasStarted: true) != .replace)
    other.noteProgress()
    #expect(other.decide(.parser, .retired, hasStarted: true) == .replace)
  }

  @Test(arguments: WorkerRole.allCases)
  func deathsAreBorneWhileSomethingIsCommitted(role: WorkerRole) {
    var policy = RecoveryPolicy(isSeekable: true)
    for round in 0..<3 {
      for count in 1...RecoveryPolicy.patience {
        #expect(policy.decide(role, .killed(signal: 9), hasStarted: true) == .replace)
        #expect(policy.deathsWithoutProgress == count, "round \(round)")
      }
      policy.noteProgress()
    }
    for _ in 0..<RecoveryPolicy.patience { _ = policy.decide(.parser, .crashed(signal: 11), hasStarted: true) }
    #expect(
      policy.decide(role, .exited(code: 1), hasStarted: true)
        == .giveUp("65 workers in a row ended without any progress"))
  }

  /// Every piece that is out may end three parsers before the first is narrowed down and something is committed.
  @Test func manyPiecesMayEndManyParsers() {
    for window in [6, 26, 130] {
      var policy = RecoveryPolicy(isSeekable: true, window: window)
      for _ in 0..<max(64, 8 * window) {
        #expect(policy.decide(.parser, .crashed(signal: 11), hasStarted: true) == .replace)
      }
      #expect(policy.decide(.parser, .crashed(signal: 11), hasStarted: true) != .replace)
    }
  }

  @Test func ofAStreamOnlyParsersAreReplaced() {
    for cause in [DeathCause.killed(signal: 9), .crashed(signal: 11), .failed("odd")] {
      var policy = RecoveryPolicy(isSeekable: false)
      #expect(policy.decide(.parser, cause, hasStarted: true) == .replace)
      for role in [WorkerRole.reader, .aggregator] {
        #expect(policy.decide(role, cause, hasStarted: true) == .giveUpStream)
      }
    }
  }

  @Test func whoCannotStartIsNotTriedForEver() {
    var policy = RecoveryPolicy(isSeekable: true)
    for _ in 0..<RecoveryPolicy.startingPatience {
      #expect(policy.decide(.reader, .crashed(signal: 11), hasStarted: false) == .replace)
    }
    // Killed before the first word: it may have had no time.
    #expect(policy.decide(.reader, .killed(signal: 9), hasStarted: false) == .replace)
    #expect(policy.decide(.reader, .stopped, hasStarted: false) == .replace)
    var other = policy
    #expect(policy.decide(.parser, .crashed(signal: 11), hasStarted: false) == .giveUp("it could not start"))
    other.noteStart()
    #expect(other.decide(.parser, .crashed(signal: 11), hasStarted: false) == .replace)
  }

  @Test(arguments: [DeathCause.exited(code: 127), .exited(code: 0), .failed("of another version"), .stalled("slept")])
  func whoEndsByItselfBeforeItsFirstWordWouldDoSoAgain(cause: DeathCause) {
    var policy = RecoveryPolicy(isSeekable: true)
    #expect(policy.decide(.parser, cause, hasStarted: true) == .replace)
    #expect(policy.decide(.parser, cause, hasStarted: false) == .giveUp("it could not start"))
  }
}
