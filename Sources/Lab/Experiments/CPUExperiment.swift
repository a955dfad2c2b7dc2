// Work that needs nothing but cores: sums of squares, one after another, by threads, by processes.

import CLinux
import Report
import Transport

/// The sum of the squares below a million and below ten millions, four times.
struct CPUExperiment: Experiment {
  let name = "cpu"
  let question = "Do four threads make work that only computes faster, or does that take four processes?"
  let claim = """
    article: threads gain nothing, because one lock lets one thread compute at a time; processes use all cores (said of an \
    interpreter with a global lock)
    """
  let method = """
    The sum of the squares of all numbers below 1,000,000, and below 10,000,000, is made four times: one after another, by \
    four threads, by four processes. Time from the first start to the last answer, so that starting counts. Sums have 128 \
    bits and are checked; the compiler is kept from their closed form, which shows in times that grow with the number.
    """
  let unit = "ms"
  let measuresTime = true
  let threats = [
    "Four workers on fewer than four cores gain no more than there are cores.",
    "Nothing is shared and nothing but registers is used: work that waits for memory gains less.",
  ]

  private static let workers = 4
  private static let bounds: [UInt64] = [1_000_000, 10_000_000]

  /// Who makes the sums.
  private enum Way: String, CaseIterable { case serial, threads, processes }

  /// The sum by its closed form, (n - 1) n (2n - 1) / 6.
  static func expectedSum(below bound: UInt64) -> UInt128 {
    guard bound > 0 else { return 0 }
    let bound = UInt128(bound)
    return (bound - 1) * bound * (2 * bound - 1) / 6
  }

  /// The sum by adding up.
  static func sum(below bound: UInt64) -> UInt128 {
    var words: [UInt64] = [0, 0]
    clinux_lab_sum_of_squares(bound, &words)
    return UInt128(words[1]) << 64 | UInt128(words[0])
  }

  func run(on bench: Bench) throws(LabFailure) -> ExperimentResult {
    let variants = Self.bounds.flatMap { bound in Way.allCases.map { (bound: bound, way: $0) } }
    let trials = try Trials.run(
      variants.map { "\($0.way.rawValue), below \(NumberText.grouped($0.bound))" },
      rounds: bench.choose(quick: 3, full: 25), seconds: bench.choose(quick: 0.6, full: 10)
    ) { (index) throws(LabFailure) in
      let (bound, way) = variants[index]
      let start = MonotonicClock.now()
      let sums = try sums(bound, way, on: bench)
      let seconds = Double(MonotonicClock.now() - start) / 1e9
      let expected = Self.expectedSum(below: bound)
      guard sums == [UInt128](repeating: expected, count: Self.workers) else {
        throw LabFailure("\(way.rawValue), below \(bound): the sums are \(sums), and not \(expected)")
      }
      return seconds
    }
    func index(_ bound: UInt64, _ way: Way) -> Int { variants.firstIndex { $0.bound == bound && $0.way == way } ?? 0 }
    let large = Self.bounds[1]
    let most = Double(min(bench.cores, Self.workers))
    let each = Self.expectedSum(below: large)
    func speedUp(_ way: Way) -> String {
      let cores = "\(bench.cores) core\(bench.cores == 1 ? "" : "s")"
      return
        "\(trials.timesText(index(large, .serial), to: index(large, way))) as fast as one after another, on \(cores)"
    }

    var result = ExperimentResult(findings: [
      Finding(
        claim: "threads gain nothing where there is only computing", measured: speedUp(.threads),
        most < 2
          ? .cannotBeTried
          : .of(trials.bounds(index(large, .serial), to: index(large, .threads)), holds: 1.1, fails: 0.6 * most)),
      Finding(
        claim: "processes use more cores than one", measured: speedUp(.processes),
        most < 2
          ? .cannotBeTried
          : .of(trials.bounds(index(large, .serial), to: index(large, .processes)), holds: 0.6 * most, fails: 1.1)),
      Finding(
        claim: "processes are the faster of the two",
        measured:
          "by processes \(trials.timesText(index(large, .processes), to: index(large, .threads))) the time of threads",
        .of(trials.bounds(index(large, .processes), to: index(large, .threads)), in: 0...1 / 1.05)),
      Finding(
        claim: "the four sums below 10,000,000 make \(each) (as the article prints it)",
        measured: "each of them is \(each); the four make \(each * UInt128(Self.workers))", .doesNotHold,
        isOfTime: false),
    ])
    var table = LabTable(
      title: "Four sums",
      columns: [TableColumn("below", isNumeric: true), TableColumn("by")] + Trials.columns("ms")
        + [TableColumn("times serial", isNumeric: true)])
    for (number, variant) in variants.enumerated() {
      table.rows.append(
        [NumberText.grouped(variant.bound), variant.way.rawValue] + trials.cells(number, scale: 1e3) + [
          NumberText.threeDigits(1 / trials.ratio(number, to: index(variant.bound, .serial)))
        ])
    }
    result.tables = [table]
    result.samples = trials.raw("s")
    let growth = trials.ratio(index(large, .serial), to: index(Self.bounds[0], .serial))
    result.notes = ["ten times the numbers take \(NumberText.threeDigits(growth)) times as long: every square is made"]
    return result
  }

  private func sums(_ bound: UInt64, _ way: Way, on bench: Bench) throws(LabFailure) -> [UInt128] {
    switch way {
    case .serial: return (0..<Self.workers).map { _ in Self.sum(below: bound) }
    case .threads:
      let sums = Monitor([UInt128](repeating: 0, count: Self.workers))
      let threads = try LabThreads.start(Self.workers) { index in
        let sum = Self.sum(below: bound)
        sums.withLock { $0[index] = sum }
      }
      threads.join()
      return sums.withLock { $0 }
    case .processes:
      var runs: [PartRun] = []
      for _ in 0..<Self.workers { runs.append(try bench.start(self, "sum", ["\(bound)"])) }
      var sums: [UInt128] = []
      for run in runs { sums += try run.succeed().compactMap { UInt128($0) } }
      return sums
    }
  }

  func runPart(_ part: LabPart) throws(LabFailure) -> Int32 {
    try part.say("\(Self.sum(below: UInt64(try part.number(0))))")
    return 0
  }
}
