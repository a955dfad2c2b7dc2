// More workers than cores: what the scheduler makes of them, and what they take while they wait for their turn.

import Glibc
import Report
import Transport

/// One to thousands of runnable workers.
struct OversubscribeExperiment: Experiment {
  let name = "oversubscribe"
  let question = "What becomes of the work done if there are many more workers than cores?"
  let claim =
    "article: more workers than cores gain nothing, and cost switches and memory; use a pool of the right size"
  let method = """
    So many workers, threads or forked children, wait until all are ready, are let go at once, and go through 32 KiB of \
    their own again and again until the time is over. Throughput is all that they did by the time of the last one's end, and \
    what decides; switches and memory are shown beside it. \
    Then many small jobs: a worker made for each, against a pool of as many workers as cores; time with making them.
    """
  let unit = "units a ms (a unit is once through 32 KiB)"
  let measuresTime = true
  let threats = [
    "A time slice is some milliseconds here, and the run short: with thousands of workers each has one turn or two.",
    "The memory of all workers together leaves the caches from some tens on; work on shared or less data loses less.",
    "Forked children share what they do not write to; workers that are programs of their own take more memory.",
  ]

  private static let bytes = 32 << 10
  /// What a forked child takes in all, kernel memory included, with a margin.
  private static let childBytes = 256 << 10

  func run(on bench: Bench) throws(LabFailure) -> ExperimentResult {
    var counts = bench.choose(quick: [1, 8, 64, 512], full: [1, 2, 4, 8, 32, 128, 512, 2048, 4096])
    if !counts.contains(bench.cores) { counts = (counts + [bench.cores]).sorted() }
    let most = MemoryRoom.available().map { Int(clamping: $0) / 2 / Self.childBytes } ?? .max
    let tooMany = counts.filter { $0 > max(bench.cores, most) }
    counts.removeAll { tooMany.contains($0) }
    let variants = LabCrew.Kind.allCases.flatMap { kind in counts.map { (kind: kind, count: $0) } }
    let names = variants.map { $0.kind.name(of: $0.count) }
    let nanoseconds = bench.choose(quick: 25_000_000, full: 200_000_000)
    var reports = variants.map { _ in [LabCrew.Report]() }
    let trials = try Trials.run(
      names, rounds: Bounds.leastSamples, seconds: 10, warmsUp: false
    ) { (index) throws(LabFailure) in
      let (kind, count) = variants[index]
      let report = try crew(kind, count, "until", nanoseconds, on: bench)
      reports[index].append(report)
      return Double(report.units) / (Double(report.nanoseconds) / 1e6)
    }
    func pool(_ kind: LabCrew.Kind) -> Int {
      variants.firstIndex { $0.kind == kind && $0.count == bench.cores } ?? 0
    }
    func best(_ kind: LabCrew.Kind) -> Int {
      variants.indices.filter { variants[$0].kind == kind && variants[$0].count > bench.cores }
        .max { trials.median($0) < trials.median($1) } ?? pool(kind)
    }
    func last(_ kind: LabCrew.Kind) -> Int { variants.lastIndex { $0.kind == kind } ?? 0 }
    func middle(_ index: Int, _ path: KeyPath<LabCrew.Report, Int>) -> Double {
      MedianEstimate.median(reports[index].map { Double($0[keyPath: path]) })
    }

    let jobs = try jobTimes(on: bench)
    var result = ExperimentResult(
      findings: LabCrew.Kind.allCases.flatMap { kind in
        let (pool, best, last) = (pool(kind), best(kind), last(kind))
        let gain = trials.ratio(best, to: pool)
        let loss = trials.ratio(last, to: pool)
        let slowed = Holding.of(trials.bounds(last, to: pool), in: 0...0.95)
        return [
          Finding(
            claim: "more \(kind.rawValue) than cores gain nothing",
            measured: "the best of them, \(names[best]), do \(PercentText.of(gain)) of what \(names[pool]) do",
            .of(trials.bounds(best, to: pool), in: 0...1.1)),
          Finding(
            claim: "many more \(kind.rawValue) than cores cost",
            measured: "\(names[last]) do \(PercentText.of(loss)) of it, with "
              + "\(NumberText.bytes(Int(middle(last, \.proportionalBytes)))) instead of "
              + NumberText.bytes(Int(middle(pool, \.proportionalBytes))),
            // Where it costs no time, it costs memory.
            slowed == .doesNotHold ? .partly : slowed),
        ]
      })
    let threadGain = jobs.trials.ratio(0, to: 1)
    let processGain = jobs.trials.ratio(2, to: 3)
    result.findings.append(
      Finding(
        claim: "a pool of the right size is faster than a worker for each job",
        measured:
          "\(NumberText.grouped(jobs.count)) jobs by a thread each \(NumberText.threeDigits(threadGain)) times the "
          + "time of \(bench.cores) threads, by a process each \(NumberText.threeDigits(processGain)) times",
        .all([(0, 1), (2, 3)].map { .of(jobs.trials.bounds($0, to: $1), in: 1.1...(.infinity)) })))
    var table = LabTable(
      title: "All runnable at once, on \(bench.cores) cores",
      columns: [TableColumn("workers", isNumeric: true), TableColumn("are")] + Trials.columns("units a ms")
        + ["ms to the last end", "forced switches", "own switches", "MiB"].map { TableColumn($0, isNumeric: true) })
    for index in variants.indices {
      table.rows.append(
        [NumberText.grouped(Int(middle(index, \.workers))), variants[index].kind.rawValue] + trials.cells(index)
          + [
            NumberText.threeDigits(middle(index, \.nanoseconds) / 1e6),
            NumberText.grouped(Int(middle(index, \.involuntarySwitches))),
            NumberText.grouped(Int(middle(index, \.voluntarySwitches))),
            NumberText.threeDigits(middle(index, \.proportionalBytes) / 1_048_576),
          ])
    }
    result.tables = [table, jobs.table]
    result.series = [
      series("Throughput of many workers", "units a ms", variants) { trials.median($0) },
      series("Memory of many workers", "MiB", variants) { middle($0, \.proportionalBytes) / 1_048_576 },
    ]
    result.samples = trials.raw("units a ms") + jobs.trials.raw("s", of: "\(jobs.count) jobs")
    if !tooMany.isEmpty {
      let names = tooMany.map { NumberText.grouped($0) }.joined(separator: ", ")
      result.notes.append("memory is short: not tried with \(names) workers")
    }
    for index in variants.indices {
      let least = reports[index].map(\.workers).min() ?? 0
      guard least < variants[index].count else { continue }
      result.notes.append("of \(names[index]) the system had room for \(NumberText.grouped(least)) only")
    }
    return result
  }

  private func series(
    _ title: String, _ unit: String, _ variants: [(kind: LabCrew.Kind, count: Int)], value: (Int) -> Double
  ) -> LabSeries {
    LabSeries(
      title: title, xTitle: "workers", yTitle: unit,
      lines: LabCrew.Kind.allCases.map { kind in
        .init(
          name: kind.rawValue,
          points: variants.indices.filter { variants[$0].kind == kind }.map {
            (x: Double(variants[$0].count), y: value($0))
          })
      })
  }

  /// Many small jobs by a worker each, and by a pool.
  private func jobTimes(on bench: Bench) throws(LabFailure) -> (trials: Trials, table: LabTable, count: Int) {
    let count = bench.choose(quick: 120, full: 1200)
    let units = 8
    // As much work in all.
    let variants = LabCrew.Kind.allCases.flatMap { kind in
      [(count, units), (bench.cores, count * units / bench.cores)].map { (kind: kind, workers: $0.0, units: $0.1) }
    }
    let trials = try Trials.run(
      variants.map { $0.kind.name(of: $0.workers) }, rounds: bench.choose(quick: 3, full: 9),
      seconds: bench.choose(quick: 0.1, full: 4)
    ) { (index) throws(LabFailure) in
      let (kind, workers, units) = variants[index]
      let report = try crew(kind, workers, "units", units, on: bench)
      guard report.workers == workers else { throw LabFailure("\(workers) \(kind.rawValue) are too many here") }
      return Double(report.nanosecondsInAll) / 1e9
    }
    var table = LabTable(
      title: "\(NumberText.grouped(count)) small jobs, with making the workers",
      columns: [TableColumn("workers", isNumeric: true), TableColumn("are")] + Trials.columns("ms"))
    for index in variants.indices {
      table.rows.append(
        [NumberText.grouped(variants[index].workers), variants[index].kind.rawValue] + trials.cells(index, scale: 1e3))
    }
    return (trials, table, count)
  }

  private func crew(
    _ kind: LabCrew.Kind, _ count: Int, _ word: String, _ amount: Int, on bench: Bench
  ) throws(LabFailure) -> LabCrew.Report {
    let lines = try bench.run(self, "crew", [kind.rawValue, "\(count)", word, "\(amount)"])
    guard let report = lines.first.flatMap(LabCrew.Report.init) else { throw LabFailure("a part said \(lines)") }
    return report
  }

  func runPart(_ part: LabPart) throws(LabFailure) -> Int32 {
    guard part.arguments.count == 4, let kind = LabCrew.Kind(rawValue: part.arguments[0]) else {
      throw LabFailure("what crew?")
    }
    let amount = try part.number(3)
    let report = try LabCrew.run(
      kind, count: try part.number(1), bytes: Self.bytes,
      task: part.arguments[2] == "until" ? .until(UInt64(amount)) : .units(amount))
    try part.say(report.line)
    return 0
  }
}
