// Five small jobs that mostly wait, one after another and in pools: what the first example of every article shows.

import Glibc
import Report
import Transport

/// Squares of 1 to 5, each behind a wait of a second.
struct PoolExperiment: Experiment {
  let name = "pool"
  let question = "Does a pool of five workers make five jobs that wait a second each five times as fast?"
  let claim = "article: 5 s one after another, about 1 s with a pool of threads or of processes"
  let method = """
    Squares of 1 to 5 are computed behind a wait of one second each: one after another, by five threads, and by five \
    processes, which hear their number as an argument and answer through a pipe. Time from the first start to the last answer.
    """
  let unit = "s"
  let threats = ["A job that waits needs no core: the same holds for any number of cores."]

  private static let jobs = 1...5

  func run(on bench: Bench) throws(LabFailure) -> ExperimentResult {
    let wait = bench.wait(seconds: 1)
    var times: [(String, Double)] = []
    for (name, body) in [("serial", serial), ("threads", threads), ("processes", processes)] {
      let start = MonotonicClock.now()
      let squares = try body(wait, bench)
      times.append((name, Double(MonotonicClock.now() - start) / 1e9))
      guard squares == [1, 4, 9, 16, 25] else { throw LabFailure("\(name) gave \(squares)") }
    }
    let unit = Double(wait) / 1e9
    let isPooled = times[1...].allSatisfy { $0.1 < 2 * unit }
    var result = ExperimentResult(findings: [
      Finding(
        claim: "5 waits one after another; 1 wait in a pool of threads or processes",
        measured: times.map { "\($0.0) \(NumberText.duration(seconds: $0.1))" }.joined(separator: ", "),
        times[0].1 >= 5 * unit && isPooled ? .holds : .doesNotHold)
    ])
    result.tables = [
      LabTable(
        title: "Five jobs", columns: [TableColumn("by"), TableColumn("s", isNumeric: true)],
        rows: times.map { [$0.0, NumberText.threeDigits($0.1)] })
    ]
    if bench.isQuick { result.notes = ["a wait was \(NumberText.duration(nanoseconds: wait)), not 1 s"] }
    return result
  }

  func runPart(_ part: LabPart) throws(LabFailure) -> Int32 {
    let value = try part.number(0)
    Pause.nanoseconds(UInt64(try part.number(1)))
    try part.say("\(value * value)")
    return 0
  }

  private func serial(_ wait: UInt64, _ bench: Bench) throws(LabFailure) -> [Int] {
    Self.jobs.map { value in
      Pause.nanoseconds(wait)
      return value * value
    }
  }

  private func threads(_ wait: UInt64, _ bench: Bench) throws(LabFailure) -> [Int] {
    let squares = Monitor([Int](repeating: 0, count: Self.jobs.count))
    let threads = try LabThreads.start(Self.jobs.count) { index in
      Pause.nanoseconds(wait)
      squares.withLock { $0[index] = (index + 1) * (index + 1) }
    }
    threads.join()
    return squares.withLock { $0 }
  }

  private func processes(_ wait: UInt64, _ bench: Bench) throws(LabFailure) -> [Int] {
    var runs: [PartRun] = []
    for value in Self.jobs { runs.append(try bench.start(self, "square", ["\(value)", "\(wait)"])) }
    var squares: [Int] = []
    for run in runs { squares += try run.finish().lines.compactMap { Int($0) } }
    return squares
  }
}
