// Four workers on one core, and on all: that they are under way together does not mean that they run at the same time.

import Glibc
import Report
import Transport

/// The same four workers, pinned and not.
struct ConcurrencyExperiment: Experiment {
  let name = "concurrency"
  let question = "Is work done sooner because four workers are under way at once?"
  let claim = "article: concurrency is not parallelism: on one core workers take turns, on several they run at once"
  let method = """
    Four workers, threads or forked children, each do the same amount of computing, pinned to one core or allowed on all; and \
    one worker does four times as much. Both claims are judged by the same three figures: whether all had begun before the \
    first had ended; time on cores of all workers by time that passed; time from letting them go to the last one's end.
    """
  let unit = "ms"
  let measuresTime = true
  let threats = ["Work that waits gains from concurrency on one core too: see io and pool."]

  private static let workers = 4
  private static let bytes = 32 << 10

  private struct Setting {
    var kind: LabCrew.Kind
    var isPinned: Bool
    var workers: Int

    var name: String { "\(kind.name(of: workers)), \(isPinned ? "one core" : "all cores")" }
  }

  func run(on bench: Bench) throws(LabFailure) -> ExperimentResult {
    let settings =
      [Setting(kind: .threads, isPinned: true, workers: 1)]
      + [true, false].flatMap { isPinned in
        LabCrew.Kind.allCases.map { Setting(kind: $0, isPinned: isPinned, workers: Self.workers) }
      }
    let units = bench.choose(quick: 4_000, full: 30_000)
    var reports = settings.map { _ in [LabCrew.Report]() }
    let trials = try Trials.run(
      settings.map(\.name), rounds: bench.choose(quick: 3, full: 9), seconds: bench.choose(quick: 0.3, full: 10),
      warmsUp: !bench.isQuick
    ) { (index) throws(LabFailure) in
      let setting = settings[index]
      let each = units / setting.workers
      let lines = try bench.run(
        self, "crew", [setting.kind.rawValue, "\(setting.workers)", "\(each)", setting.isPinned ? "one" : "all"])
      guard let report = lines.first.flatMap(LabCrew.Report.init), report.workers == setting.workers else {
        throw LabFailure("a part said \(lines)")
      }
      reports[index].append(report)
      return Double(report.nanoseconds) / 1e9
    }
    reports = trials.kept(reports)
    let shares = reports.map { $0.map { Double($0.runningNanoseconds) / Double($0.nanoseconds) } }
    func share(_ index: Int) -> Double { MedianEstimate.median(shares[index]) }
    func overlaps(_ index: Int) -> String {
      "\(reports[index].filter(\.isOverlapping).count) of \(reports[index].count)"
    }
    let pinned = settings.indices.filter { settings[$0].isPinned && settings[$0].workers > 1 }
    let free = settings.indices.filter { !settings[$0].isPinned }
    let most = Double(min(bench.cores, Self.workers))
    func areUnderWay(_ index: Int) -> Holding { reports[index].allSatisfy(\.isOverlapping) ? .holds : .doesNotHold }
    func figures(_ indices: [Int]) -> String {
      indices.map {
        "\(settings[$0].name): all at once in \(overlaps($0)) runs, \(NumberText.threeDigits(share($0))) cores at work, "
          + "\(trials.timesText($0, to: 0)) the time of one"
      }.joined(separator: "; ")
    }
    var result = ExperimentResult(findings: [
      Finding(
        claim: "on one core workers are under way at once, take turns, and are no sooner done than one that does all",
        measured: figures(pinned),
        .all(
          pinned.flatMap {
            [
              areUnderWay($0), .of(Bounds(shares[$0]), in: 0...1.1),
              .of(trials.bounds($0, to: 0), in: 0.9...(.infinity)),
            ]
          })),
      Finding(
        claim: "on all cores they are under way at once, run at the same time, and are sooner done",
        measured: figures(free),
        most < 2
          ? .cannotBeTried
          : .all(
            free.flatMap {
              [
                areUnderWay($0), .of(Bounds(shares[$0]), holds: 0.7 * most, fails: 1.1),
                .of(trials.bounds(0, to: $0), holds: 0.7 * most, fails: 1.1),
              ]
            })),
    ])
    var table = LabTable(
      title: "The same work",
      columns: [TableColumn("workers")] + Trials.columns("ms")
        + ["cores at work", "all at once", "forced switches"].map { TableColumn($0, isNumeric: true) })
    for index in settings.indices {
      let switches = MedianEstimate.median(reports[index].map { Double($0.involuntarySwitches) })
      table.rows.append(
        [settings[index].name] + trials.cells(index, scale: 1e3)
          + [NumberText.fixed(share(index), decimals: 2), overlaps(index), NumberText.grouped(Int(switches))])
    }
    result.tables = [table]
    result.samples = trials.raw("s")
    if bench.cores == 1 { result.notes = ["there is one core: all cores are this one"] }
    return result
  }

  func runPart(_ part: LabPart) throws(LabFailure) -> Int32 {
    guard part.arguments.count == 4, let kind = LabCrew.Kind(rawValue: part.arguments[0]) else {
      throw LabFailure("what crew?")
    }
    if part.arguments[3] == "one" { try CoreSet.pin(to: [try CoreSet.allowed()[0]]) }
    let report = try LabCrew.run(
      kind, count: try part.number(1), bytes: Self.bytes, task: .units(try part.number(2)))
    try part.say(report.line)
    return 0
  }
}
