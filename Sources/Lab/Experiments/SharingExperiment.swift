// A list to which a worker appends: who sees that.

import Glibc
import Report
import Transport

/// An append to a list, by a thread, by a forked child, and by a forked child in shared memory.
struct SharingExperiment: Experiment {
  let name = "sharing"
  let question = "Does the main program see what a worker appends to a list?"
  let claim = "article: threads share memory; what a child process appends to a list, its parent never sees"
  let method = """
    The list 1, 2, 3 is made; a worker appends 4 and stays alive until it is told to end. The main program looks at the \
    list while the worker lives, and again after its end. The worker is a thread, a forked child, and a forked child with \
    the list in memory that both have mapped. Time from just before the append to when the main program has seen it.
    """
  let unit = "us"
  let threats = ["The main program looks without sleep; one that sleeps, or is woken by a message, sees it later."]

  // Words of the board: the list with its length, and what the two tell each other.
  private static let length = 0
  private static let entries = 1
  private static let appendedAt = 10
  private static let mayEnd = 12

  /// What came of one kind of worker.
  struct Sighting: Equatable, Sendable {
    var worker: [Int]
    /// While the worker lived, and after its end.
    var during: [Int]
    var after: [Int]
    /// nil if it was not seen.
    var nanoseconds: UInt64?
  }

  func run(on bench: Bench) throws(LabFailure) -> ExperimentResult {
    let patience = bench.wait(seconds: 0.2)
    let sightings = [
      ("thread", try thread(patience)), ("process", try process("copied", patience, bench)),
      ("process, shared memory", try process("shared", patience, bench)),
    ]
    for (who, sighting) in sightings where sighting.worker != [1, 2, 3, 4] {
      throw LabFailure("the list of the \(who) was \(sighting.worker) after the append")
    }
    return Self.result(sightings, patience: patience)
  }

  static func result(_ sightings: [(who: String, Sighting)], patience: UInt64) -> ExperimentResult {
    let claims = ["a thread's append is seen at once", "a child's append is not seen", "in shared memory it is seen"]
    var result = ExperimentResult(
      findings: zip(claims, sightings).map { claim, entry in
        let (who, sighting) = entry
        let isWanted = who == "process" ? !isSeen(sighting) : isSeen(sighting)
        return Finding(claim: claim, measured: words(sighting, patience), isWanted ? .holds : .doesNotHold)
      })
    result.tables = [
      LabTable(
        title: "The list after an append of 4",
        columns: ["worker", "its own list", "seen while it lived", "seen after its end"].map { TableColumn($0) } + [
          TableColumn("us", isNumeric: true)
        ],
        rows: sightings.map { who, sighting in
          [who] + [sighting.worker, sighting.during, sighting.after].map { "\($0)" } + [
            sighting.nanoseconds.map { NumberText.threeDigits(Double($0) / 1000) } ?? "-"
          ]
        })
    ]
    return result
  }

  private static func isSeen(_ sighting: Sighting) -> Bool { sighting.during == [1, 2, 3, 4] }

  private static func words(_ sighting: Sighting, _ patience: UInt64) -> String {
    guard let time = sighting.nanoseconds else {
      return "the worker has \(sighting.worker), the main program still \(sighting.after), "
        + "\(NumberText.duration(nanoseconds: patience)) later and after the worker's end"
    }
    return "\(sighting.during) was seen after \(NumberText.duration(nanoseconds: time)), while the worker lived"
  }

  private func thread(_ patience: UInt64) throws(LabFailure) -> Sighting {
    let list = Monitor((entries: [1, 2, 3], appendedAt: UInt64(0), mayEnd: false))
    let threads = try LabThreads.start(1) { _ in
      list.withLock {
        $0.appendedAt = MonotonicClock.now()
        $0.entries.append(4)
      }
      _ = list.wait { $0.mayEnd ? true : nil }
    }
    let seen = Self.look(patience) { list.withLock { $0.entries.count == 4 } }
    let during = list.withLock { $0 }
    list.change { $0.mayEnd = true }
    threads.join()
    let after = list.withLock { $0.entries }
    return Sighting(
      worker: after, during: during.entries, after: after, nanoseconds: seen.map { $0 - min($0, during.appendedAt) })
  }

  private func process(_ part: String, _ patience: UInt64, _ bench: Bench) throws(LabFailure) -> Sighting {
    let lines = try bench.run(self, part, ["\(patience)"], board: try SharedBoard())
    func list(_ word: String) throws(LabFailure) -> [Int] {
      try PartWords.value(word, in: lines).split(separator: " ").compactMap { Int($0) }
    }
    let time = try PartWords.number("nanoseconds", in: lines)
    return Sighting(
      worker: try list("worker"), during: try list("during"), after: try list("after"),
      nanoseconds: time < 0 ? nil : UInt64(time))
  }

  func runPart(_ part: LabPart) throws(LabFailure) -> Int32 {
    let board = try SharedBoard.given()
    let patience = UInt64(try part.number(0))
    let isShared = part.name == "shared"
    // A list of this process, and one on the board: a length and entries.
    var list = [1, 2, 3]
    for (index, entry) in list.enumerated() { board.store(UInt64(entry), in: Self.entries + index) }
    board.store(UInt64(list.count), in: Self.length)
    func current() -> [Int] {
      guard isShared else { return list }
      return (0..<Int(board.load(Self.length))).map { Int(board.load(Self.entries + $0)) }
    }
    func say(_ word: String, _ list: [Int]) throws(LabFailure) {
      try part.say("\(word) " + list.map(String.init).joined(separator: " "))
    }
    let child = try ForkedChild.start { () throws(LabFailure) -> Int32 in
      board.store(MonotonicClock.now(), in: Self.appendedAt)
      if isShared {
        board.store(4, in: Self.entries + 3)
        board.store(4, in: Self.length)
      } else {
        list.append(4)
      }
      try say("worker", current())
      while board.load(Self.mayEnd) == 0 { Pause.nanoseconds(100_000) }
      return 0
    }
    let seen = Self.look(patience) { current().count == 4 }
    // Where nothing was seen, there was time for the child to append; it has said so.
    try say("during", current())
    board.store(1, in: Self.mayEnd)
    try child.join()
    try say("after", current())
    let appended = board.load(Self.appendedAt)
    try part.say("nanoseconds " + (seen.map { "\($0 - min($0, appended))" } ?? "-1"))
    return 0
  }

  /// Looks until there is something to see; gives when that was, or nil when the time was over.
  private static func look(_ patience: UInt64, _ isSeen: () -> Bool) -> UInt64? {
    let deadline = MonotonicClock.now() + patience
    while MonotonicClock.now() < deadline {
      if isSeen() { return MonotonicClock.now() }
      sched_yield()
    }
    return nil
  }
}
