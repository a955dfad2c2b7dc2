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
  let measuresTime = true
  let threats = ["A job that waits needs no core: the same holds for any number of cores."]

  private static let jobs = 1...5

  private enum Way: String, CaseIterable { case serial, threads, processes }

  func run(on bench: Bench) throws(LabFailure) -> ExperimentResult {
    let wait = bench.wait(seconds: 1)
    let trials = try Trials.run(
      Way.allCases.map(\.rawValue), rounds: Bounds.leastSamples, seconds: 0, warmsUp: false
    ) { (index) throws(LabFailure) in
      let way = Way.allCases[index]
      let start = MonotonicClock.now()
      let squares =
        switch way {
        case .serial: serial(wait)
        case .threads: try threads(wait)
        case .processes: try processes(wait, on: bench)
        }
      let seconds = Double(MonotonicClock.now() - start) / 1e9
      guard squares == Self.jobs.map({ $0 * $0 }) else { throw LabFailure("\(way.rawValue) gave \(squares)") }
      return seconds
    }
    let unit = Double(wait) / 1e9
    var result = ExperimentResult(findings: [
      Finding(
        claim: "5 waits one after another; 1 wait in a pool of threads or processes",
        measured: trials.names.indices.map {
          "\(trials.names[$0]) \(NumberText.duration(seconds: trials.median($0)))"
        }.joined(separator: ", "),
        .all(
          [.of(trials.bounds(0), in: 5 * unit...6 * unit)]
            + [1, 2].map { .of(trials.bounds($0), in: unit...2 * unit) }))
    ])
    result.tables = [
      LabTable(
        title: "Five jobs", columns: [TableColumn("by")] + Trials.columns("s"),
        rows: trials.names.indices.map { [trials.names[$0]] + trials.cells($0) })
    ]
    result.samples = trials.raw("s")
    if bench.isQuick { result.notes = ["a wait was \(NumberText.duration(nanoseconds: wait)), not 1 s"] }
    return result
  }

  func runPart(_ part: LabPart) throws(LabFailure) -> Int32 {
    let value = try part.number(0)
    Pause.nanoseconds(UInt64(try part.number(1)))
    try part.say("\(value * value)")
    return 0
  }

  private func serial(_ wait: UInt64) -> [Int] {
    Self.jobs.map { value in
      Pause.nanoseconds(wait)
      return value * value
    }
  }

  private func threads(_ wait: UInt64) throws(LabFailure) -> [Int] {
    let squares = Monitor([Int](repeating: 0, count: Self.jobs.count))
    let threads = try LabThreads.start(Self.jobs.count) { index in
      Pause.nanoseconds(wait)
      squares.withLock { $0[index] = (index + 1) * (index + 1) }
    }
    threads.join()
    return squares.withLock { $0 }
  }

  private func processes(_ wait: UInt64, on bench: Bench) throws(LabFailure) -> [Int] {
    var runs: [PartRun] = []
    for value in Self.jobs { runs.append(try bench.start(self, "square", ["\(value)", "\(wait)"])) }
    var squares: [Int] = []
    for run in runs { squares += try run.succeed().compactMap { Int($0) } }
    return squares
  }
}
