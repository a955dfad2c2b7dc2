// Two, then four workers that increment one counter: what is lost without a lock, and what with one.

import Glibc
import Report
import Transport

/// A shared counter, 100,000 increments by each worker.
struct RaceExperiment: Experiment {
  let name = "race"
  let question = "What becomes of a counter that several workers increment 100,000 times each?"
  let claim = "article: threads without a lock lose updates; with a lock, or as processes that share nothing, none do"
  let method = """
    Two, then four workers meet at a barrier and add 1 to the same counter 100,000 times each: by an atomic load and an \
    atomic store (defined behaviour, and yet no increment), with a lock held, by an atomic add. Rounds are repeated, 20 of \
    each (5 in a quick run); without a lock until a lost update is seen, if it takes longer, for at most 5 s. Threads and processes run the same code over the same kind of \
    memory; only the lock of processes is a shared and robust one. Processes without sharing are forked, and each counts its \
    own copy of the parent's counter.
    """
  let unit = "increments"
  let threats = [
    "How much is lost depends on the cores, on what else runs, and on how fast a core sees what another has stored.",
    "The loop does nothing but increment; a program that also works loses less, more rarely, and later.",
  ]

  private static let crews = [2, 4]

  func run(on bench: Bench) throws(LabFailure) -> ExperimentResult {
    var outcomes: [(who: String, RaceOutcome)] = []
    for way in CounterRace.Way.allCases {
      for workers in Self.crews {
        outcomes.append(("threads", try race(workers, way, on: bench, byProcesses: false)))
        outcomes.append(("processes, shared memory", try race(workers, way, on: bench, byProcesses: true)))
      }
    }
    for (who, outcome) in outcomes where outcome.way != .apart { try outcome.requireExact(who) }
    var copies: [CopyOutcome] = []
    for workers in Self.crews { copies.append(try count(copies: workers, on: bench)) }
    return Self.result(outcomes, copies)
  }

  func runPart(_ part: LabPart) throws(LabFailure) -> Int32 {
    let board = try SharedBoard.given()
    let workers = try part.number(0)
    switch part.name {
    case "shared":
      guard part.arguments.count > 3, let way = CounterRace.Way(rawValue: part.arguments[1]) else {
        throw LabFailure("the part shared wants workers, a way, rounds and a deadline")
      }
      let race = CounterRace(
        board: board, workers: workers, way: way, rounds: try part.number(2), deadline: UInt64(try part.number(3)))
      try fork(workers) { index in race.work(index) }
    case "copies":
      // A counter of this process. Each child has a copy of it from its first increment on, and says what became of it.
      let counter = UnsafeMutablePointer<UInt64>.allocate(capacity: 1)
      counter.initialize(to: 0)
      defer { counter.deallocate() }
      try fork(workers) { index in
        for _ in 0..<CounterRace.increments { counter.pointee += 1 }
        board.store(counter.pointee, in: index + 1)
      }
      board.store(counter.pointee, in: 0)
    default: throw LabFailure("the experiment \(name) has no part \(part.name)")
    }
    return 0
  }

  private func fork(_ workers: Int, body: (Int) -> Void) throws(LabFailure) {
    var children: [ForkedChild] = []
    for index in 0..<workers {
      children.append(
        try ForkedChild.start {
          body(index)
          return 0
        })
    }
    for child in children { try child.join() }
  }

  private func race(
    _ workers: Int, _ way: CounterRace.Way, on bench: Bench, byProcesses: Bool
  ) throws(LabFailure) -> RaceOutcome {
    let board = try SharedBoard()
    try board.makeLock(0, isShared: byProcesses)
    let race = CounterRace(
      board: board, workers: workers, way: way, rounds: bench.choose(quick: 5, full: 20),
      deadline: MonotonicClock.now() + bench.wait(seconds: 5))
    if byProcesses {
      _ = try bench.run(
        self, "shared", ["\(workers)", way.rawValue, "\(race.rounds)", "\(race.deadline)"],
        descriptors: [board.inheritance])
    } else {
      try LabThreads.start(workers) { race.work($0) }.join()
    }
    return try race.outcome()
  }

  /// What processes have counted that share nothing.
  struct CopyOutcome: Equatable {
    var parent: UInt64
    var children: [UInt64]
  }

  private func count(copies workers: Int, on bench: Bench) throws(LabFailure) -> CopyOutcome {
    let board = try SharedBoard()
    // What a child does not say stays no number that it could count to.
    for word in 0...workers { board.store(UInt64.max, in: word) }
    _ = try bench.run(self, "copies", ["\(workers)"], descriptors: [board.inheritance])
    let outcome = CopyOutcome(parent: board.load(0), children: (1...workers).map { board.load($0) })
    guard outcome.parent == 0, outcome.children.allSatisfy({ $0 == CounterRace.increments }) else {
      throw LabFailure("processes that share nothing counted \(outcome.children), their parent \(outcome.parent)")
    }
    return outcome
  }
}

extension RaceExperiment {
  /// The findings of all races. Those with a lock or by an atomic add are exact.
  static func result(_ outcomes: [(who: String, RaceOutcome)], _ copies: [CopyOutcome]) -> ExperimentResult {
    let apart = outcomes.filter { $0.1.way == .apart }
    let byThreads = apart.filter { $0.who == "threads" }.map(\.1)
    let byProcesses = apart.filter { $0.who != "threads" }.map(\.1)
    let exact = outcomes.filter { $0.1.way != .apart }
    let totals = Set(exact.map(\.1.wanted)).sorted().map { NumberText.grouped($0) }.joined(separator: " and ")
    let exactRounds = exact.reduce(0) { $0 + $1.1.rounds }
    let own = copies.map {
      "\($0.children.count) of them \(NumberText.grouped($0.children.max() ?? 0)) each, the parent \($0.parent)"
    }
    var result = ExperimentResult(findings: [
      Finding(
        claim: "threads without a lock lose updates", measured: byThreads.map(Self.loss).joined(separator: "; "),
        holding(byThreads)),
      Finding(
        claim: "a lock, or an atomic add, makes the counter exact",
        measured: "\(totals), in each of \(exactRounds) rounds, by threads and by processes", .holds),
      Finding(
        claim: "processes share nothing: no update can be lost, and none arrives",
        measured: own.joined(separator: "; "), .holds),
      Finding(
        claim: "processes that share memory are in the same danger as threads",
        measured: byProcesses.map(Self.loss).joined(separator: "; "), holding(byProcesses)),
    ])
    result.tables = [table(outcomes, copies)]
    result.samples = outcomes.map { who, outcome in
      LabSamples(
        name: "\(outcome.workers) \(who), \(outcome.way.rawValue)", unit: "increments",
        values: outcome.values.map { Double($0) })
    }
    result.observations = [
      FailureObservation(
        .race, threads: "without a lock, " + Self.losses(byThreads),
        processes: "none without shared memory (the parent sees \(copies.map { "\($0.parent)" }.first ?? "-")); "
          + "with it, without a lock, " + Self.losses(byProcesses)),
      FailureObservation(
        .debugging, threads: "race: \(again(byThreads))", processes: "race in shared memory: \(again(byProcesses))"),
    ]
    return result
  }

  private static func holding(_ outcomes: [RaceOutcome]) -> Holding {
    if outcomes.allSatisfy({ $0.losses > 0 }) { return .holds }
    return outcomes.contains { $0.losses > 0 } ? .partly : .notObserved
  }

  private static func loss(_ outcome: RaceOutcome) -> String {
    guard outcome.losses > 0 else { return "\(outcome.workers) workers: no loss in \(outcome.rounds) rounds" }
    return "\(outcome.workers) workers: down to \(NumberText.grouped(outcome.least)) of "
      + "\(NumberText.grouped(outcome.wanted)), losses in \(outcome.losses) of \(outcome.rounds) rounds"
  }

  /// For each number of workers: the more there are, the likelier a loss may be.
  private static func losses(_ outcomes: [RaceOutcome]) -> String {
    outcomes.map { outcome in
      "\(outcome.workers) workers: "
        + (outcome.losses > 0
          ? "updates lost in \(outcome.losses) of \(outcome.rounds) rounds"
          : "no loss seen in \(outcome.rounds) rounds")
    }.joined(separator: ", ")
  }

  private static func again(_ outcomes: [RaceOutcome]) -> String {
    let known = outcomes.map { outcome in
      "\(outcome.workers) workers \(outcome.losses) of \(outcome.rounds) times"
        + (outcome.losses > 1
          ? " (\(outcome.distinct) different wrong results in the first \(outcome.values.count))" : "")
    }
    return "nothing is named, the result is wrong: \(known.joined(separator: ", "))"
  }

  private static func table(_ outcomes: [(who: String, RaceOutcome)], _ copies: [CopyOutcome]) -> LabTable {
    var table = LabTable(
      title: "Counters after 100,000 increments by each worker",
      columns: [TableColumn("by"), TableColumn("with")]
        + ["workers", "wanted", "least", "median", "most", "rounds", "with losses"].map {
          TableColumn($0, isNumeric: true)
        })
    for (who, outcome) in outcomes {
      let values = [outcome.wanted, outcome.least, outcome.median, outcome.values.max() ?? 0]
      table.rows.append(
        [who, outcome.way.rawValue, "\(outcome.workers)"] + values.map { NumberText.grouped($0) } + [
          "\(outcome.rounds)", "\(outcome.losses)",
        ])
    }
    for copy in copies {
      let values = [UInt64(0), copy.parent, copy.parent, copy.parent]
      table.rows.append(
        ["processes, what the parent sees", "own copies", "\(copy.children.count)"]
          + values.map { NumberText.grouped($0) } + ["1", "0"])
    }
    return table
  }
}
