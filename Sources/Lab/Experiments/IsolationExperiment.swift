// What a worker that was taken over can reach: the memory of the others, and whatever it could open.

import CLinux
import Glibc
import Report
import Transport

/// A worker with a secret, and others that are after it.
struct IsolationExperiment: Experiment {
  let name = "isolation"
  let question = "What can one worker read of another's memory, and what can a sandboxed one open?"
  let claim = "article: threads share everything; processes share nothing"
  let method = """
    A worker keeps 32 random bytes. Another one, which knows where they lie, tries to read them: a thread of the same \
    process, a forked child, and another process, through a pointer and by the calls that the kernel has for that; as the \
    same user, against a worker that forbids it (PR_SET_DUMPABLE 0), as another user, and from within the sandbox of this \
    program's own workers. If root runs the experiment, the workers become nobody first, for root may read everything. They \
    are asked to open something, too. Each attempt is made by a process of its own, for it may be the last thing that it \
    does; what was read is compared with the secret.
    """
  let unit = "attempts"
  let threats = [
    "That an attempt fails says that this way is shut, not that there is none; the kernel itself is trusted.",
    "A worker that runs as root reads every process that is not sandboxed from it.",
  ]

  static let length = 32

  /// Who makes attempts.
  enum Attacker: String, CaseIterable, Sendable {
    case plain = "process, same user"
    /// The target forbids it.
    case forbidden = "same user, forbidden"
    case otherUser = "other user"
    case sandboxed

    /// Whether the one with the secret, if root started it, is one of nobody's: all but the one that is to be another user.
    var hasTargetOfNobody: Bool { self != .otherUser }

    var attempts: [IsolationAttempt] {
      switch self {
      case .plain, .sandboxed: IsolationAttempt.allCases
      case .forbidden, .otherUser: IsolationAttempt.onOthers
      }
    }
  }

  func run(on bench: Bench) throws(LabFailure) -> ExperimentResult {
    let threads = try bench.run(self, "threads")
    let forked = try bench.run(self, "forked")
    var sightings = Sightings(
      threadReads: try PartWords.number("read", in: threads) == 1,
      threadChanges: try PartWords.number("changed", in: threads) == 1,
      childHasCopy: try PartWords.number("copied", in: forked) == 1)
    let isRoot = geteuid() == 0
    for attacker in Attacker.allCases where attacker != .otherUser || isRoot {
      let (outcomes, sandbox) = try attack(attacker, on: bench)
      sightings.outcomes[attacker] = outcomes
      if attacker == .sandboxed { sightings.sandbox = sandbox }
    }
    let scope = ProcFile.read("/proc/sys/kernel/yama/ptrace_scope").map { String($0.prefix { $0 != "\n" }) }
    return Self.result(sightings, isRoot: isRoot, scope: scope)
  }

  // MARK: The experiment's side

  private func attack(
    _ attacker: Attacker, on bench: Bench
  ) throws(LabFailure) -> ([IsolationAttempt: IsolationOutcome], sandbox: String) {
    let keeper = try bench.start(self, "keep", [attacker.rawValue])
    guard let line = try keeper.line() else { throw LabFailure("the worker with the secret said nothing") }
    let fields = line.split(separator: " ").map(String.init)
    guard fields.count == 2 else { throw LabFailure("the worker with the secret said \(line)") }
    let lines = try bench.run(self, "attack", [attacker.rawValue, "\(keeper.child.pid)", fields[0]])
    _ = try keeper.end(by: SIGKILL)
    var outcomes: [IsolationAttempt: IsolationOutcome] = [:]
    for attempt in attacker.attempts {
      let end = try PartWords.number("status \(attempt.rawValue):", in: lines)
      let bytes = try? PartWords.value("bytes \(attempt.rawValue):", in: lines)
      let status = ExitReport.Status(word: Int32(end))
      // No errno of these calls: the child has said on standard error what it was.
      guard status != .exited(code: ForkedChild.failureStatus) else {
        throw LabFailure("the attacker (\(attacker.rawValue)) did not come to its attempt")
      }
      outcomes[attempt] = IsolationOutcome(
        status,
        isSecret: IsolationAttempt.reading.contains(attempt) ? bytes == fields[1] : nil)
    }
    return (outcomes, (try? PartWords.value("sandbox", in: lines)) ?? "")
  }

  // MARK: The parts' side

  func runPart(_ part: LabPart) throws(LabFailure) -> Int32 {
    switch part.name {
    case "threads": try lookAcrossThreads(part)
    case "forked": try lookIntoCopy(part)
    case "keep": try keep(part)
    case "attack": try attack(part)
    default: throw LabFailure("the experiment \(name) has no part \(part.name)")
    }
    return 0
  }

  /// Random bytes at a place of their own.
  ///
  /// Why the pointers hold, here and below: the memory is never freed, and is as long as `length`; the part ends with it.
  private static func makeSecret() -> UnsafeMutableBufferPointer<UInt8> {
    let secret = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: length)
    var generator = SystemRandomNumberGenerator()
    secret.initialize(repeating: 0)
    for index in secret.indices { secret[index] = UInt8.random(in: 1...255, using: &generator) }
    return secret
  }

  private static func target(_ secret: UnsafeMutableBufferPointer<UInt8>) -> IsolationTarget {
    IsolationTarget(pid: ProcessSelf.pid, address: UInt64(UInt(bitPattern: secret.baseAddress)), length: length)
  }

  private static func text(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// One thread keeps a secret; another one, which has nothing but its address, reads and changes it.
  private func lookAcrossThreads(_ part: LabPart) throws(LabFailure) {
    let secret = Self.makeSecret()
    let target = Self.target(secret)
    let original = Self.text(secret)
    let read = Monitor("")
    // Joined before this thread looks again, so no two touch the bytes at a time.
    try LabThreads.start(1) { _ in
      read.withLock { $0 = Self.text(IsolationAttempt.pointer.make(on: target).bytes) }
      UnsafeMutablePointer<UInt8>(bitPattern: UInt(target.address))?.pointee = 0
    }.join()
    try part.say("read \(read.withLock { $0 } == original ? 1 : 0)")
    try part.say("changed \(secret[0] == 0 ? 1 : 0)")
  }

  /// A child that was forked when the secret was there.
  private func lookIntoCopy(_ part: LabPart) throws(LabFailure) {
    let secret = Self.makeSecret()
    let (target, original) = (Self.target(secret), Self.text(secret))
    let child = try ForkedChild.start {
      Self.text(IsolationAttempt.pointer.make(on: target).bytes) == original ? 0 : 1
    }
    try part.say("copied \(try child.wait() == .exited(code: 0) ? 1 : 0)")
  }

  /// Keeps a secret, says where and what it is, and waits for its end.
  private func keep(_ part: LabPart) throws(LabFailure) {
    let attacker = try Self.attacker(of: part)
    let secret = Self.makeSecret()
    if attacker.hasTargetOfNobody, geteuid() == 0 { _ = try Self.enter([.user], part) }
    // A change of user forbids it, so that it has to be allowed again.
    guard clinux_set_dumpable(attacker == .forbidden ? 0 : 1) == 0 else {
      throw LabFailure("PR_SET_DUMPABLE: \(TransportError.reason(of: errno))")
    }
    try part.say("\(Self.target(secret).address) \(Self.text(secret))")
    while true { Pause.nanoseconds(1_000_000_000) }
  }

  /// Makes attempts, each in a child.
  private func attack(_ part: LabPart) throws(LabFailure) {
    let attacker = try Self.attacker(of: part)
    let address = UInt64(try part.number(2))
    let target = IsolationTarget(pid: Int32(try part.number(1)), address: address, length: Self.length)
    for attempt in attacker.attempts {
      let child = try ForkedChild.start { () throws(LabFailure) -> Int32 in
        let layers = Self.layers(of: attacker)
        if !layers.isEmpty {
          let report = try Self.enter(layers, part)
          if attacker == .sandboxed, attempt == .pointer { try part.say("sandbox \(Self.words(report))") }
        }
        let (failed, bytes) = attempt.make(on: target)
        if !bytes.isEmpty { try part.say("bytes \(attempt.rawValue): \(Self.text(bytes))") }
        return failed
      }
      try part.say("status \(attempt.rawValue): \(try child.waitForWord())")
    }
  }

  private static func attacker(of part: LabPart) throws(LabFailure) -> Attacker {
    guard let attacker = part.arguments.first.flatMap(Attacker.init(rawValue:)) else {
      throw LabFailure("the part \(part.name) wants an attacker")
    }
    return attacker
  }

  /// What an attacker does without.
  private static func layers(of attacker: Attacker) -> [SandboxLayer] {
    if attacker == .sandboxed { return SandboxLayer.allCases }
    return geteuid() == 0 ? [.user] : []
  }

  /// Gives up what these layers take; a user that cannot be changed is a failure.
  private static func enter(_ layers: [SandboxLayer], _ part: LabPart) throws(LabFailure) -> SandboxReport {
    let sandbox = Sandbox(
      policy: .bestEffort, expectedParent: ProcessSelf.parentPid,
      descriptors: [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO, LabPart.wordsDescriptor],
      variables: ["SWIFT_BACKTRACE"], layers: layers)
    let report: SandboxReport
    do throws(TransportError) {
      report = try sandbox.enter()
    } catch {
      throw LabFailure("the sandbox cannot be entered: \(error.description)")
    }
    if layers == [.user], let absence = report.absent.first {
      throw LabFailure("nobody cannot be become: \(absence.reason)")
    }
    return report
  }
}
