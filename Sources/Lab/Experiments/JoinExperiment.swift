// What is lost when the main program does not wait for its workers.

import CLinux
import Glibc
import Report
import Transport

/// Four workers that take a while, and a main program that leaves first, or waits.
struct JoinExperiment: Experiment {
  let name = "join"
  let question = "What is lost when workers are not waited for?"
  let claim = "article: without join the main program ends before its workers, and their answers are lost"
  let method = """
    Four workers take half a second each and then put an answer on a board that outlives them. The main program, a \
    process of its own, ends at once, or waits for them first. Threads are joined; children are forked and waited for. \
    Behind the end of the main program the answers are counted, and once more later; /proc shows what becomes of children \
    that nobody waits for.
    """
  let unit = "answers"
  let threats = ["Orphans are taken over by a process of the experiment here; elsewhere by the system's first one."]

  private static let workers = 4
  private static let answers = 0
  /// How long a look at a child that ends may take; it is there long before.
  private static let patience: UInt64 = 5_000_000_000

  /// What became of the answers.
  struct Outcome: Equatable, Sendable {
    var atTheEnd: Int
    var later: Int
  }

  /// What /proc has shown of children that nobody waited for.
  struct Neglected: Equatable, Sendable {
    /// Alive, with another parent than the one that had started them.
    var orphans = 0
    /// Ended, and still there.
    var zombies = 0
    /// Still there after they were waited for.
    var left = 0
  }

  func run(on bench: Bench) throws(LabFailure) -> ExperimentResult {
    let time = bench.wait(seconds: 0.5)
    var outcomes: [(who: String, waits: Bool, Outcome)] = []
    for waits in [false, true] {
      let board = try SharedBoard()
      _ = try bench.run(self, "threads", ["\(waits ? 1 : 0)", "\(time)"], board: board)
      let atTheEnd = Int(board.load(Self.answers))
      Pause.nanoseconds(time + time / 2)
      outcomes.append(("threads", waits, Outcome(atTheEnd: atTheEnd, later: Int(board.load(Self.answers)))))
    }
    var neglected = Neglected()
    for waits in [false, true] {
      let board = try SharedBoard()
      let lines = try bench.run(self, "processes", ["\(waits ? 1 : 0)", "\(time)"], board: board)
      outcomes.append(
        (
          "processes", waits,
          Outcome(
            atTheEnd: try PartWords.number("at-the-end", in: lines), later: try PartWords.number("later", in: lines))
        ))
      if !waits { neglected.orphans = try PartWords.number("orphans", in: lines) }
    }
    let lines = try bench.run(self, "zombies")
    neglected.zombies = try PartWords.number("zombies", in: lines)
    neglected.left = try PartWords.number("left", in: lines)
    var result = Self.result(outcomes, neglected, workers: Self.workers)
    if bench.isQuick { result.notes = ["workers took \(NumberText.duration(nanoseconds: time)), not 0.5 s"] }
    return result
  }

  static func result(
    _ outcomes: [(who: String, waits: Bool, Outcome)], _ neglected: Neglected, workers: Int
  ) -> ExperimentResult {
    func outcome(_ who: String, _ waits: Bool) -> Outcome {
      outcomes.first { $0.who == who && $0.waits == waits }?.2 ?? Outcome(atTheEnd: -1, later: -1)
    }
    let (threads, processes) = (outcome("threads", false), outcome("processes", false))
    let joined = [outcome("threads", true), outcome("processes", true)]
    var result = ExperimentResult(findings: [
      Finding(
        claim: "threads that are not joined end with the main program, and their answers are lost",
        measured: "\(threads.atTheEnd) of \(workers) answers at its end, \(threads.later) later",
        threads.later == 0 ? .holds : threads.later < workers ? .partly : .doesNotHold),
      Finding(
        claim: "the same is true of processes",
        measured: "\(processes.atTheEnd) of \(workers) answers at its end, but \(neglected.orphans) orphans went on: "
          + "\(processes.later) answers later, which nobody waits for",
        processes.later == 0 ? .holds : processes.atTheEnd < workers ? .partly : .doesNotHold),
      Finding(
        claim: "a child that has ended and is not waited for stays as a zombie",
        measured: "\(neglected.zombies) of \(workers) in state Z; \(neglected.left) once they were waited for",
        neglected.zombies == workers && neglected.left == 0 ? .holds : .doesNotHold),
      Finding(
        claim: "with join nothing is lost",
        measured: "\(joined[0].atTheEnd) of \(workers) answers of threads, \(joined[1].atTheEnd) of processes",
        joined.allSatisfy { $0.atTheEnd == workers } ? .holds : .doesNotHold),
    ])
    result.tables = [
      LabTable(
        title: "Answers of \(workers) workers",
        columns: [TableColumn("workers"), TableColumn("main program")]
          + ["at its end", "later"].map { TableColumn($0, isNumeric: true) },
        rows: outcomes.map { who, waits, outcome in
          [who, waits ? "waits" : "leaves", "\(outcome.atTheEnd)", "\(outcome.later)"]
        })
    ]
    return result
  }

  func runPart(_ part: LabPart) throws(LabFailure) -> Int32 {
    if part.name == "zombies" { return try leaveZombies(part) }
    let board = try SharedBoard.given()
    let waits = try part.number(0) != 0
    let time = UInt64(try part.number(1))
    if part.name == "threads" {
      let threads = try LabThreads.start(Self.workers) { _ in
        Pause.nanoseconds(time)
        board.add(1, to: Self.answers)
      }
      if waits { threads.join() }
      // What comes next is the end of the program, as when `main` returns.
      return 0
    }
    return try leaveChildren(part, board, waits, time)
  }

  /// A main program that forks workers and leaves, in a child of this part, which takes over whom it leaves behind.
  private func leaveChildren(
    _ part: LabPart, _ board: SharedBoard, _ waits: Bool, _ time: UInt64
  ) throws(LabFailure) -> Int32 {
    guard clinux_adopt_orphans() == 0 else {
      throw LabFailure("orphans cannot be taken over: \(TransportError.reason(of: errno))")
    }
    let heir = ProcessSelf.pid
    let main = try ForkedChild.start { () throws(LabFailure) -> Int32 in
      let mainProgram = ProcessSelf.pid
      var workers: [ForkedChild] = []
      for index in 0..<Self.workers {
        // They are to outlive their parent, though not whoever takes them over.
        let worker = try ForkedChild.start(staysBehind: true) { () throws(LabFailure) -> Int32 in
          guard Self.outlive(mainProgram, waits: waits, heir: heir) else { return 0 }
          Pause.nanoseconds(time)
          board.add(1, to: Self.answers)
          return 0
        }
        board.store(UInt64(worker.pid), in: 1 + index)
        workers.append(worker)
      }
      if waits { for worker in workers { try worker.join() } }
      return 0
    }
    try main.join()
    try part.say("at-the-end \(board.load(Self.answers))")
    let workers = (0..<Self.workers).map { Int32(board.load(1 + $0)) }
    let orphans = workers.filter { pid in
      guard let look = ProcessLook.at(pid) else { return false }
      return look.state != "Z" && look.parent == ProcessSelf.pid
    }
    try part.say("orphans \(orphans.count)")
    if !waits { for pid in workers { try ForkedChild(pid: pid).join() } }
    try part.say("later \(board.load(Self.answers))")
    return 0
  }

  /// Waits, in a worker, until the main program has left, if it does not wait, and then ends with whoever has taken this
  /// process over; false if that one is gone as well.
  private static func outlive(_ mainProgram: Int32, waits: Bool, heir: Int32) -> Bool {
    if waits { return ProcessSelf.dieWithParent(expectedParent: mainProgram) }
    while ProcessSelf.parentPid == mainProgram { Pause.nanoseconds(200_000) }
    return ProcessSelf.dieWithParent(expectedParent: heir)
  }

  /// Children that end at once, and a parent that does something else first.
  private func leaveZombies(_ part: LabPart) throws(LabFailure) -> Int32 {
    var children: [ForkedChild] = []
    for _ in 0..<Self.workers { children.append(try ForkedChild.start { 0 }) }
    let deadline = MonotonicClock.now() + Self.patience
    func zombies() -> Int { children.filter { ProcessLook.at($0.pid)?.state == "Z" }.count }
    while zombies() < Self.workers, MonotonicClock.now() < deadline { Pause.nanoseconds(1_000_000) }
    // And they stay.
    Pause.nanoseconds(20_000_000)
    try part.say("zombies \(zombies())")
    for child in children { try child.join() }
    try part.say("left \(children.filter { ProcessLook.at($0.pid) != nil }.count)")
    return 0
  }
}
