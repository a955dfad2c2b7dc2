// One of four workers writes to an address at which there is no memory: who dies of that, and how long it takes until the
// answer is complete.

import CLinux
import Glibc
import Report
import Transport

/// A sum by four workers, the third of which crashes the first time.
struct CrashExperiment: Experiment {
  let name = "crash"
  let question = "Who dies when one of four workers crashes, and what does it take to get the answer?"
  let claim = "article: a crash takes all threads down; other processes survive, and one is started again"
  let method = """
    Four workers sum the squares below 1,000,000, a quarter each. When the first has answered, the third, half way through, \
    writes to an address at which there is no memory; the other two are half way through as well, and their second half takes \
    a fifth of a second from then on. As threads they are a program of their own, which is started again as a whole; as processes the one that died is started again. \
    Time from the notice of the death to the complete answer.
    """
  let unit = "ms"
  let threats = [
    "A crash that is injected happens every time; one of memory that was damaged earlier does not, and may show elsewhere.",
    "Processes that share memory can damage what they share; these share nothing.",
  ]

  static let workers = 4
  /// The one that crashes.
  static let crashing = 2
  // Words of the board.
  private static let hasAnswered = 0
  private static let mayGoOn = 1
  private static let below: UInt64 = 1_000_000
  private static let wanted: UInt64 = 333_332_833_333_500_000

  func run(on bench: Bench) throws(LabFailure) -> ExperimentResult {
    let pause = bench.wait(seconds: 0.2)
    var threads: [Outcome] = []
    var processes: [Outcome] = []
    for _ in 0..<bench.choose(quick: 2, full: 10) {
      threads.append(try crashThreads(pause, on: bench))
      processes.append(try crashProcess(pause, on: bench))
    }
    var result = Self.result(threads, processes)
    if bench.isQuick {
      result.notes = ["the others worked for another \(NumberText.duration(nanoseconds: pause)), not 0.2 s"]
    }
    return result
  }

  // MARK: The experiment's side

  private func crashThreads(_ pause: UInt64, on bench: Bench) throws(LabFailure) -> Outcome {
    let first = try bench.start(self, "threads", ["1", "\(pause)"], board: try SharedBoard()).finish()
    let start = MonotonicClock.now()
    let status = try Self.requireCrash(first.status)
    let before = try Self.answers(in: first.lines)
    // A program that crashed gave what it gave to somebody who is gone: all of it is done again.
    let second = try bench.start(self, "threads", ["0", "\(pause)"], board: try SharedBoard()).finish()
    let time = MonotonicClock.now() - start
    guard second.status == .exited(code: 0) else {
      throw LabFailure("the program of threads, started again, ended with \(second.status)")
    }
    try Self.requireComplete(try Self.answers(in: second.lines))
    let told = first.lines.first { $0.hasPrefix("crash ") }.map { String($0.dropFirst(6)) }
    return Outcome(
      died: Self.workers - before.count, answers: before.count, seen: "the program: \(status)", told: told,
      recoveryNanoseconds: time, repeated: Self.workers)
  }

  private func crashProcess(_ pause: UInt64, on bench: Bench) throws(LabFailure) -> Outcome {
    let board = try SharedBoard()
    var runs: [PartRun] = []
    for index in 0..<Self.workers {
      let crashes = index == Self.crashing
      runs.append(try bench.start(self, "worker", ["\(index)", crashes ? "1" : "0", "\(pause)"], board: board))
    }
    let dead = try runs[Self.crashing].finish()
    let start = MonotonicClock.now()
    let status = try Self.requireCrash(dead.status)
    let replacement = try bench.start(self, "worker", ["\(Self.crashing)", "0", "\(pause)"], board: board)
    var answers = try Self.answers(in: try Self.end(of: replacement).lines)
    let time = MonotonicClock.now() - start
    for (index, run) in runs.enumerated() where index != Self.crashing {
      for (worker, answer) in try Self.answers(in: try Self.end(of: run).lines) { answers[worker] = answer }
    }
    try Self.requireComplete(answers)
    // All others have ended well, with an answer.
    return Outcome(
      died: 1, answers: answers.count, seen: "worker \(Self.crashing + 1): \(status)", told: nil,
      recoveryNanoseconds: time, repeated: 1)
  }

  private static func end(of run: PartRun) throws(LabFailure) -> PartRun.End {
    let end = try run.finish()
    guard end.status == .exited(code: 0) else { throw LabFailure("\(run.name) ended with \(end.status)") }
    return end
  }

  private static func requireCrash(_ status: ExitReport.Status) throws(LabFailure) -> ExitReport.Status {
    guard case .signalled(SIGSEGV, _) = status else {
      throw LabFailure("a worker that writes where no memory is ended with \(status)")
    }
    return status
  }

  /// Lines `answer WORKER NUMBER`.
  static func answers(in lines: [String]) throws(LabFailure) -> [Int: UInt64] {
    var answers: [Int: UInt64] = [:]
    for line in lines where line.hasPrefix("answer ") {
      let fields = line.split(separator: " ")
      guard fields.count == 3, let worker = Int(fields[1]), let answer = UInt64(fields[2]) else {
        throw LabFailure("a worker said: \(line)")
      }
      answers[worker] = answer
    }
    return answers
  }

  static func requireComplete(_ answers: [Int: UInt64]) throws(LabFailure) {
    let sum = answers.values.reduce(0, &+)
    guard answers.count == workers, sum == wanted else {
      throw LabFailure("\(answers.count) of \(workers) answers make \(sum), not \(wanted)")
    }
  }

  // MARK: The parts' side

  func runPart(_ part: LabPart) throws(LabFailure) -> Int32 {
    let board = try SharedBoard.given()
    if part.name == "worker" {
      let crashes = try part.number(1) != 0
      let pause = UInt64(try part.number(2))
      return try work(part, try part.number(0), crashes: crashes, pause: pause, board)
    }
    let crashes = try part.number(0) != 0
    let pause = UInt64(try part.number(1))
    guard clinux_tell_crashes(LabPart.wordsDescriptor) == 0 else {
      throw LabFailure("no handler for crashes: \(TransportError.reason(of: errno))")
    }
    let failures = Monitor<[LabFailure]>([])
    let threads = try LabThreads.start(Self.workers) { index in
      do throws(LabFailure) {
        _ = try work(part, index, crashes: crashes && index == Self.crashing, pause: pause, board)
      } catch {
        failures.withLock { $0.append(error) }
      }
    }
    threads.join()
    if let failure = failures.withLock({ $0.first }) { throw failure }
    return 0
  }

  /// A worker's quarter. Worker 0 answers at once; then the one that may crash comes to it, and then only do the others begin
  /// with their second half: so they are at work when it happens, however busy the machine is.
  private func work(
    _ part: LabPart, _ index: Int, crashes: Bool, pause: UInt64, _ board: SharedBoard
  ) throws(LabFailure) -> Int32 {
    let size = Self.below / UInt64(Self.workers)
    let first = UInt64(index) * size
    var sum = Self.sum(first, first + size / 2)
    if index == Self.crashing {
      Self.wait(board, for: Self.hasAnswered)
      board.store(1, in: Self.mayGoOn)
      if crashes { clinux_crash() }
    } else if index > 0 {
      Self.wait(board, for: Self.mayGoOn)
    }
    sum += Self.sum(first + size / 2, first + size)
    if index > 0 { Pause.nanoseconds(pause) }
    try part.say("answer \(index) \(sum)")
    if index == 0 { board.store(1, in: Self.hasAnswered) }
    return 0
  }

  private static func wait(_ board: SharedBoard, for word: Int) {
    while board.load(word) == 0 { Pause.nanoseconds(200_000) }
  }

  private static func sum(_ first: UInt64, _ end: UInt64) -> UInt64 {
    var sum: UInt64 = 0
    for value in first..<end { sum += value * value }
    return sum
  }
}
