// Two locks taken in opposite order: what freezes, who can tell why, and what can be done about it.

import Glibc
import Report
import Transport

/// Two workers that move money between two accounts, each locking the account first from which it takes.
struct DeadlockExperiment: Experiment {
  let name = "deadlock"
  let question = "What becomes of two workers that take two locks in opposite order?"
  let claim = "article: threads freeze for ever; a process can be killed and started again; lock ordering prevents both"
  let method = """
    Two workers move money between two accounts. Each locks the account first from which it takes, and waits there until \
    the other one has done so too: then both want the lock that the other has. Workers write down what they hold and what \
    they wait for; whoever watches builds the wait-for graph of that and looks for a circle. Threads are a program of their \
    own, with the watchdog in it. Of processes the last one in the circle is killed: its robust lock goes to the other one, \
    and it is started again. Then the same with both locks always taken in the order of the accounts, many times.
    """
  let unit = "ms"
  let threats = [
    "The barrier makes the deadlock certain; in a real program it is rare, and harder to meet again.",
    "A worker that is killed while it changes an account would leave it half changed; here it only waits.",
  ]

  private static let patience: UInt64 = 20_000_000
  private static let limit: UInt64 = 20_000_000_000

  /// A deadlock of threads.
  struct Freeze: Equatable, Sendable {
    var cycle: String
    /// From the start of the workers until it was named.
    var nanoseconds: UInt64
    /// Moves made by the time that the program was killed.
    var done: Int
  }

  /// A deadlock of processes.
  struct Recovery: Equatable, Sendable {
    var cycle: String
    /// From the kill until both moves were made.
    var nanoseconds: UInt64
    /// Whether the lock of the dead one was handed on.
    var isInherited: Bool
  }

  func run(on bench: Bench) throws(LabFailure) -> ExperimentResult {
    let repetitions = bench.choose(quick: 2, full: 5)
    let frozen = bench.wait(seconds: 1)
    var freezes: [Freeze] = []
    var recoveries: [Recovery] = []
    for _ in 0..<repetitions {
      freezes.append(try freeze(frozen, on: bench))
      recoveries.append(try recover(on: bench))
    }
    let moves = bench.choose(quick: 1000, full: 100_000)
    try order(moves, on: bench)
    return Self.result(freezes, recoveries, frozen: frozen, orderedMoves: moves)
  }

  static func result(
    _ freezes: [Freeze], _ recoveries: [Recovery], frozen: UInt64, orderedMoves: Int
  ) -> ExperimentResult {
    let cycles = Set(freezes.map(\.cycle) + recoveries.map(\.cycle))
    let named = freezes.first?.cycle ?? "nothing"
    var times = Trials(["threads, named", "processes, recovered"])
    for freeze in freezes { times.note(0, Double(freeze.nanoseconds) / 1e9) }
    for recovery in recoveries { times.note(1, Double(recovery.nanoseconds) / 1e9) }
    let notice = NumberText.duration(seconds: times.median(0))
    let recovery = times.text(1, NumberText.duration(seconds:))
    let count = freezes.count
    let stuck = freezes.filter { $0.done == 0 }.count
    let inherited = recoveries.filter(\.isInherited).count
    let again = "\(freezes.count) of \(count) runs of threads, \(recoveries.count) of \(count) of processes"
    var result = ExperimentResult(findings: [
      Finding(
        claim: "threads freeze",
        measured: "no move made \(NumberText.duration(nanoseconds: frozen)) after the circle was seen, in \(stuck) of "
          + "\(count) runs; only the whole program could be killed, and both moves with it",
        stuck == count ? .holds : .doesNotHold),
      Finding(
        claim: "a watchdog can name the circle",
        measured: "after \(notice): \(named); in \(again)"
          + (cycles.count == 1 ? ", the same each time" : ", \(cycles.count) different ones"),
        cycles.count == 1 ? .holds : .partly),
      Finding(
        claim: "a process can be killed, and the work goes on",
        measured:
          "one killed; the other got its lock (EOWNERDEAD) in \(inherited) of \(count) runs; the killed one was "
          + "started again, both moves made \(recovery) after the kill",
        inherited == count ? .holds : .partly),
      Finding(
        claim: "lock ordering prevents it",
        measured: "\(NumberText.grouped(2 * orderedMoves)) moves by two threads and as many by two processes, not one "
          + "deadlock, accounts exact",
        .holds),
    ])
    result.tables = [
      LabTable(
        title: "Runs",
        columns: [TableColumn("run", isNumeric: true)]
          + ["threads: named after ms", "moves made", "processes: recovered after ms"].map {
            TableColumn($0, isNumeric: true)
          },
        rows: zip(freezes, recoveries).enumerated().map { index, run in
          [
            "\(index + 1)", NumberText.threeDigits(Double(run.0.nanoseconds) / 1e6), "\(run.0.done) of 2",
            NumberText.threeDigits(Double(run.1.nanoseconds) / 1e6),
          ]
        })
    ]
    result.samples = times.raw("s")
    result.observations = [
      FailureObservation(
        .deadlock, threads: "froze in \(stuck) of \(count) runs; nothing but the end of the whole program helps",
        processes: "froze, one was killed and started again, complete after "
          + "\(recovery) in \(recoveries.count) of \(count) runs"),
      FailureObservation(
        .debugging, threads: "deadlock: a watchdog within named the circle, again in \(freezes.count) of \(count) runs",
        processes: "deadlock: the watcher named the circle from outside, again in \(recoveries.count) of \(count) runs"),
    ]
    return result
  }

  // MARK: The experiment's side

  private func freeze(_ frozen: UInt64, on bench: Bench) throws(LabFailure) -> Freeze {
    let board = try SharedBoard()
    let transfer = MoneyTransfer(board: board)
    try transfer.open(isShared: false)
    let run = try bench.start(self, "freeze", board: board)
    guard let line = try run.line(within: Double(Self.limit) / 1e9), let space = line.firstIndex(of: " "),
      let time = UInt64(line[..<space])
    else { throw LabFailure("the watchdog of the threads said nothing of a circle") }
    Pause.nanoseconds(frozen)
    let done = transfer.done
    let end = try run.end(by: SIGKILL)
    guard end.status == .signalled(signal: SIGKILL, dumpedCore: false) else {
      throw LabFailure("the frozen program ended by itself, with \(end.status)")
    }
    return Freeze(cycle: String(line[line.index(after: space)...]), nanoseconds: time, done: done)
  }

  private func recover(on bench: Bench) throws(LabFailure) -> Recovery {
    let board = try SharedBoard()
    let transfer = MoneyTransfer(board: board)
    try transfer.open(isShared: true)
    var runs: [PartRun] = []
    for worker in 0..<MoneyTransfer.workers {
      runs.append(try bench.start(self, "move", ["\(worker)", "1"], board: board))
    }
    guard let (graph, cycle) = transfer.ledger.watch(patience: Self.patience, until: MonotonicClock.now() + Self.limit)
    else { throw LabFailure("two processes with two locks in opposite order did not freeze") }
    let victim = cycle[cycle.count - 1]
    let start = MonotonicClock.now()
    _ = try runs[victim].end(by: SIGKILL)
    transfer.ledger.forget(victim)
    var isInherited = false
    for (worker, run) in runs.enumerated() where worker != victim {
      let end = try run.finish(within: 20)
      guard end.status == .exited(code: 0) else { throw LabFailure("\(run.name) ended with \(end.status)") }
      isInherited = isInherited || end.lines.contains("inherited 1")
    }
    _ = try bench.run(self, "move", ["\(victim)", "0"], board: board)
    let time = MonotonicClock.now() - start
    try transfer.requireBalances(after: 1)
    return Recovery(cycle: graph.description(of: cycle), nanoseconds: time, isInherited: isInherited)
  }

  private func order(_ moves: Int, on bench: Bench) throws(LabFailure) {
    var board = try SharedBoard()
    var transfer = MoneyTransfer(board: board)
    try transfer.open(isShared: false)
    _ = try bench.run(self, "ordered-threads", ["\(moves)"], board: board)
    try transfer.requireBalances(after: UInt64(moves))
    board = try SharedBoard()
    transfer = MoneyTransfer(board: board)
    try transfer.open(isShared: true)
    var runs: [PartRun] = []
    for worker in 0..<MoneyTransfer.workers {
      runs.append(try bench.start(self, "ordered", ["\(worker)", "\(moves)"], board: board))
    }
    for run in runs {
      let end = try run.finish()
      guard end.status == .exited(code: 0) else { throw LabFailure("\(run.name) ended with \(end.status)") }
    }
    try transfer.requireBalances(after: UInt64(moves))
  }

  // MARK: The parts' side

  func runPart(_ part: LabPart) throws(LabFailure) -> Int32 {
    let transfer = MoneyTransfer(board: try SharedBoard.given())
    switch part.name {
    case "freeze": return try freeze(part, transfer)
    case "move":
      let meets = try part.number(1) != 0
      let isInherited = try transfer.move(by: try part.number(0), isOrdered: false, meets: meets)
      try part.say("inherited \(isInherited ? 1 : 0)")
    case "ordered":
      let worker = try part.number(0)
      for _ in 0..<(try part.number(1)) { try transfer.move(by: worker, isOrdered: true, meets: false) }
    case "ordered-threads":
      let moves = try part.number(0)
      let failures = Monitor<[LabFailure]>([])
      let threads = try LabThreads.start(MoneyTransfer.workers) { worker in
        do throws(LabFailure) {
          for _ in 0..<moves { try transfer.move(by: worker, isOrdered: true, meets: false) }
        } catch {
          failures.withLock { $0.append(error) }
        }
      }
      threads.join()
      if let failure = failures.withLock({ $0.first }) { throw failure }
    default: throw LabFailure("the experiment \(name) has no part \(part.name)")
    }
    return 0
  }

  /// Two threads that freeze, and the main thread, which sees why.
  private func freeze(_ part: LabPart, _ transfer: MoneyTransfer) throws(LabFailure) -> Int32 {
    let failures = Monitor<[LabFailure]>([])
    let start = MonotonicClock.now()
    let threads = try LabThreads.start(MoneyTransfer.workers) { worker in
      do throws(LabFailure) {
        try transfer.move(by: worker, isOrdered: false, meets: true)
      } catch {
        failures.withLock { $0.append(error) }
      }
    }
    if let (graph, cycle) = transfer.ledger.watch(patience: Self.patience, until: start + Self.limit) {
      try part.say("\(MonotonicClock.now() - start) \(graph.description(of: cycle))")
    }
    // For ever, unless the experiment ends this process.
    threads.join()
    if let failure = failures.withLock({ $0.first }) { throw failure }
    return 0
  }
}
