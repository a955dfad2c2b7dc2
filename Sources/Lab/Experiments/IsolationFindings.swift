// What is made of the attempts that were seen: whether a claim holds, and which layers of the sandbox there were.

import Report
import Transport

extension IsolationExperiment {
  /// All that was seen.
  struct Sightings: Equatable, Sendable {
    /// Whether a thread read, and changed, the secret of another.
    var threadReads: Bool
    var threadChanges: Bool
    /// Whether a forked child found the secret in its own memory.
    var childHasCopy: Bool
    var outcomes: [Attacker: [IsolationAttempt: IsolationOutcome]] = [:]
    /// What the sandbox was, in words.
    var sandbox = ""
  }

  /// - Parameter scope: what /proc says of Yama's restriction of tracing, nil where there is none.
  static func result(_ sightings: Sightings, isRoot: Bool, scope: String?) -> ExperimentResult {
    let plain = sightings.outcomes[.plain] ?? [:]
    let sandboxed = sightings.outcomes[.sandboxed] ?? [:]
    let threadsShare = sightings.threadReads && sightings.threadChanges
    let openings = [count(plain, IsolationAttempt.onSystem), count(sandboxed, IsolationAttempt.onSystem)]
    let reaches = count(sandboxed, IsolationAttempt.onOthers)
    let isShut = sandboxed.values.allSatisfy { !$0.isPossible }
    var result = ExperimentResult(findings: [
      Finding(
        claim: "a thread reads everything of another",
        measured: "\(length) secret bytes \(sightings.threadReads ? "read" : "not read") and "
          + "\(sightings.threadChanges ? "changed" : "not changed") through a pointer",
        threadsShare ? .holds : .doesNotHold),
      Finding(
        claim: "a process reads nothing of another through a pointer",
        measured: words(plain, [.pointer]) + (sightings.childHasCopy ? "; but a forked child has a copy of all" : ""),
        plain[.pointer]?.isPossible == true ? .doesNotHold : sightings.childHasCopy ? .partly : .holds),
      Finding(
        claim: "a process reads nothing of another of the same user by the kernel's help",
        measured: words(plain, [.readCall, .readFile, .trace]), holding(plain, [.readCall, .readFile, .trace])),
      Finding(
        claim: "a process of the same user reads nothing of one that forbids it",
        measured: words(sightings.outcomes[.forbidden] ?? [:], [.readCall, .readFile, .trace]),
        holding(sightings.outcomes[.forbidden] ?? [:], [.readCall, .readFile, .trace])),
      otherUser(sightings),
      Finding(
        claim: "a sandboxed process reaches no other",
        measured: "\(reaches) of \(IsolationAttempt.onOthers.count) ways: "
          + words(sandboxed, IsolationAttempt.onOthers),
        holding(sandboxed, IsolationAttempt.onOthers)),
      Finding(
        claim: "a sandboxed process opens and starts nothing",
        measured: "\(openings[1]) of \(IsolationAttempt.onSystem.count) ways, \(openings[0]) without the sandbox: "
          + words(sandboxed, IsolationAttempt.onSystem),
        holding(sandboxed, IsolationAttempt.onSystem)),
    ])
    result.tables = [table(sightings)]
    result.observations = [
      FailureObservation(
        .blastRadius,
        threads: "a worker that was taken over " + (threadsShare ? "reads and changes" : "does not reach")
          + " the memory of all others",
        processes: isShut
          ? "a sandboxed one reaches nothing: 0 of \(sandboxed.count) attempts"
          : "a sandboxed one: \(sandboxed.values.filter(\.isPossible).count) of \(sandboxed.count) attempts succeeded")
    ]
    result.notes = [
      "layers of the sandbox in force: \(sightings.sandbox.isEmpty ? "none" : sightings.sandbox)",
      "tracing is " + (scope.map { "restricted by Yama: ptrace_scope \($0)" } ?? "not restricted by Yama")
        + "; the experiment ran as \(isRoot ? "root, its workers as nobody" : "an ordinary user")",
    ]
    return result
  }

  private static func otherUser(_ sightings: Sightings) -> Finding {
    let claim = "a process of another user reaches nothing"
    guard let outcomes = sightings.outcomes[.otherUser] else {
      return Finding(claim: claim, measured: "only root can become another user", .cannotBeTried)
    }
    return Finding(
      claim: claim, measured: words(outcomes, IsolationAttempt.onOthers), holding(outcomes, IsolationAttempt.onOthers))
  }

  private static func count(
    _ outcomes: [IsolationAttempt: IsolationOutcome], _ attempts: [IsolationAttempt]
  ) -> Int {
    attempts.filter { outcomes[$0]?.isPossible == true }.count
  }

  /// Whether none of these was possible.
  private static func holding(
    _ outcomes: [IsolationAttempt: IsolationOutcome], _ attempts: [IsolationAttempt]
  ) -> Holding {
    let possible = count(outcomes, attempts)
    if possible == 0 { return .holds }
    return possible == attempts.count ? .doesNotHold : .partly
  }

  /// What became of the attempts, those with the same end together.
  static func words(
    _ outcomes: [IsolationAttempt: IsolationOutcome], _ attempts: [IsolationAttempt]
  ) -> String {
    var texts: [String] = []
    var names: [String: [String]] = [:]
    for attempt in attempts {
      let text = outcomes[attempt]?.description ?? "not tried"
      if names[text] == nil { texts.append(text) }
      names[text, default: []].append(attempt.label)
    }
    return texts.map { "\($0) (\(names[$0, default: []].joined(separator: ", ")))" }.joined(separator: ", ")
  }

  private static func table(_ sightings: Sightings) -> LabTable {
    let attackers = Attacker.allCases.filter { sightings.outcomes[$0] != nil }
    return LabTable(
      title: "What became of attempts",
      columns: [TableColumn("attempt")] + attackers.map { TableColumn($0.rawValue) },
      rows: IsolationAttempt.allCases.map { attempt in
        [attempt.rawValue] + attackers.map { sightings.outcomes[$0]?[attempt]?.description ?? "-" }
      })
  }

  static func words(_ report: SandboxReport) -> String {
    let absent = report.absent.map { "\($0.layer.rawValue) (\($0.reason))" }.joined(separator: ", ")
    return (report.inForce.isEmpty ? "none" : report.inForce.map(\.rawValue).joined(separator: ", "))
      + (absent.isEmpty ? "" : "; not in force: " + absent)
  }
}
