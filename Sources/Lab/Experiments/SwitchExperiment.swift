// What it costs to hand the core from one to the other: two threads, two processes, on one core and on two.

import Glibc
import Report
import Transport

/// Ping-pong between two threads and between two processes.
struct SwitchExperiment: Experiment {
  let name = "switch"
  let question = "What does a switch between two threads cost, and one between two processes?"
  let claim = "article: a switch takes microseconds between threads and tens of microseconds between processes"
  let method = """
    Two threads of one process, or two processes, hand a turn to and fro by a futex, a pipe or an eventfd: each wakes the \
    other and sleeps. Both are pinned, to the same core or to two different ones. Time of a one-way hand-over: that of many \
    round trips, divided. The calls alone: one thread that makes the same calls, but finds its turn at once.
    """
  let unit = "us"
  let measuresTime = true
  let threats = [
    "A hand-over is more than a switch: a system call to wake, one to sleep, and the scheduler's choice in between.",
    "On different cores nothing is switched away if the core was idle; it has to be woken, which can take longer.",
    "The two touch next to no memory. What a switch costs a program whose data is driven out of the cache comes on top.",
  ]

  /// What passes for ten times as much.
  private static let tenfold = 5.0...20

  /// Who plays where.
  private struct Setting {
    var isThreads: Bool
    var carrier: TurnCarrier
    var cores: [Int32]

    var isSameCore: Bool { cores[0] == cores[1] }
    var place: String { isSameCore ? "same core" : "different cores" }
    var players: String { isThreads ? "threads" : "processes" }
  }

  func run(on bench: Bench) throws(LabFailure) -> ExperimentResult {
    let cores = try CoreSet.allowed()
    var places = [[cores[0], cores[0]]]
    if cores.count > 1 { places.append([cores[0], cores[1]]) }
    let settings = places.flatMap { cores in
      TurnCarrier.allCases.flatMap { carrier in
        [true, false].map { Setting(isThreads: $0, carrier: carrier, cores: cores) }
      }
    }
    let rounds = bench.choose(quick: 400, full: 4000)
    let names = settings.map { "\($0.players), \($0.carrier.rawValue), \($0.place)" }
    var switches = settings.map { _ in [Double]() }
    let trials = try Trials.run(
      names, rounds: bench.choose(quick: 3, full: 15), seconds: bench.choose(quick: 0.6, full: 25),
      warmsUp: !bench.isQuick
    ) { (index) throws(LabFailure) in
      let turn = try play(settings[index], rounds: rounds, on: bench)
      switches[index].append(turn.switches)
      return turn.seconds
    }
    switches = trials.kept(switches)
    let alone = try aloneTimes(rounds: rounds, on: bench)

    var result = ExperimentResult(findings: findings(settings, trials))
    var table = LabTable(
      title: "One hand-over",
      columns: ["between", "by", "on"].map { TableColumn($0) } + Trials.columns("us")
        + [TableColumn("calls alone, us", isNumeric: true), TableColumn("switches", isNumeric: true)])
    for index in settings.indices {
      let setting = settings[index]
      let calls = alone[setting.carrier].map { NumberText.threeDigits($0 * 1e6) } ?? "-"
      table.rows.append(
        [setting.players, setting.carrier.rawValue, setting.place] + trials.cells(index, scale: 1e6)
          + [calls, NumberText.fixed(MedianEstimate.median(switches[index]), decimals: 2)])
    }
    result.tables = [table]
    result.samples = trials.raw("s")
    result.notes = [
      "switches: how often the kernel took the core away from the first of the two, for each of its turns; less than 1 where "
        + "the turn was back before it slept"
    ]
    if cores.count == 1 { result.notes.append("there is one core: nothing was measured on different cores") }
    return result
  }

  private func findings(_ settings: [Setting], _ trials: Trials) -> [Finding] {
    func times(isThreads: Bool, isSameCore: Bool) -> [(carrier: TurnCarrier, index: Int)] {
      settings.indices.filter { settings[$0].isThreads == isThreads && settings[$0].isSameCore == isSameCore }
        .map { (settings[$0].carrier, $0) }
    }
    func measured(_ times: [(carrier: TurnCarrier, index: Int)]) -> String {
      times.map { "\($0.carrier.rawValue) \(trials.text($0.index) { NumberText.duration(seconds: $0) })" }.joined(
        separator: ", ")
    }
    func holding(_ times: [(carrier: TurnCarrier, index: Int)], within range: ClosedRange<Double>) -> Holding {
      .all(times.map { .of(trials.bounds($0.index), in: range) })
    }
    var findings: [Finding] = []
    for isSameCore in [true, false] {
      let place = isSameCore ? "on one core" : "from core to core"
      let (threads, processes) = (
        times(isThreads: true, isSameCore: isSameCore), times(isThreads: false, isSameCore: isSameCore)
      )
      guard !threads.isEmpty else { continue }
      findings.append(
        Finding(
          claim: "1 to 10 us between threads \(place)", measured: measured(threads),
          holding(threads, within: 1e-6...1e-5)))
      findings.append(
        Finding(
          claim: "10 to 100 us between processes \(place)", measured: measured(processes),
          holding(processes, within: 1e-5...1e-4)))
      let pairs = zip(threads, processes)
      findings.append(
        Finding(
          claim: "ten times as much between processes as between threads \(place)",
          measured: pairs.map {
            "\($0.carrier.rawValue) \(trials.timesText($1.index, to: $0.index))"
          }.joined(separator: ", "),
          .all(pairs.map { .of(trials.bounds($1.index, to: $0.index), in: Self.tenfold) })))
    }
    return findings
  }

  /// Seconds of one hand-over, and context switches of the first player for each of its turns.
  private func play(
    _ setting: Setting, rounds: Int, on bench: Bench
  ) throws(LabFailure) -> (seconds: Double, switches: Double) {
    let words: [String]
    if setting.isThreads {
      words = try bench.run(
        self, "threads", [setting.carrier.rawValue, "\(rounds)", "\(setting.cores[0])", "\(setting.cores[1])"])
    } else {
      let ends = try setting.carrier.makeEnds()
      func start(_ side: Int, _ ends: [Descriptor]) throws(LabFailure) -> PartRun {
        defer { for end in ends { end.close() } }
        return try bench.start(
          self, "side", [setting.carrier.rawValue, "\(rounds)", "\(setting.cores[side])", "\(side)"],
          descriptors: ends.enumerated().map { .init(source: $1.number, target: 4 + Int32($0)) })
      }
      let first = try start(0, ends.first)
      let second = try start(1, ends.second)
      words = try first.succeed()
      _ = try second.succeed()
    }
    let figures = words.first?.split(separator: " ").compactMap { Double($0) } ?? []
    guard figures.count == 2 else { throw LabFailure("\(name): a part said \(words)") }
    return (figures[0] / 1e9 / Double(2 * rounds), figures[1] / Double(rounds))
  }

  private func aloneTimes(rounds: Int, on bench: Bench) throws(LabFailure) -> [TurnCarrier: Double] {
    var times: [TurnCarrier: Double] = [:]
    for carrier in TurnCarrier.allCases {
      let words = try bench.run(self, "alone", [carrier.rawValue, "\(rounds)"])
      let samples = words.compactMap { Double($0) }
      guard !samples.isEmpty else { throw LabFailure("\(name): a part said \(words)") }
      times[carrier] = MedianEstimate.median(samples) / 1e9 / Double(rounds)
    }
    return times
  }

  // What the parts do.

  func runPart(_ part: LabPart) throws(LabFailure) -> Int32 {
    guard let carrier = part.arguments.first.flatMap(TurnCarrier.init) else { throw LabFailure("by what?") }
    let rounds = try part.number(1)
    switch part.name {
    case "side":
      try CoreSet.pin(to: [Int32(try part.number(2))])
      let isFirst = try part.number(3) == 0
      let ends = [Descriptor(owning: 4), Descriptor(owning: 5)]
      let figures = try Self.play(try TurnTaker(carrier, isFirst: isFirst, ends), rounds: rounds)
      if isFirst { try part.say(figures) }
    case "threads":
      let cores = [Int32(try part.number(2)), Int32(try part.number(3))]
      let ends = try carrier.makeEnds()
      let (first, second) = (
        try TurnTaker(carrier, isFirst: true, ends.first), try TurnTaker(carrier, isFirst: false, ends.second)
      )
      let other = try LabThreads.start(1) { _ in
        do throws(LabFailure) {
          try CoreSet.pin(to: [cores[1]])
          _ = try Self.play(second, rounds: rounds)
        } catch {
          part.fail(error)
        }
      }
      try CoreSet.pin(to: [cores[0]])
      let figures = try Self.play(first, rounds: rounds)
      other.join()
      try part.say(figures)
    case "alone":
      let taker = try TurnTaker(carrier, isFirst: true, try carrier.makeLoop())
      for _ in 0..<5 {
        let start = MonotonicClock.now()
        try taker.playAlone(rounds: rounds)
        try part.say("\(MonotonicClock.now() - start)")
      }
    default: throw LabFailure("the experiment \(name) has no part \(part.name)")
    }
    return 0
  }

  /// Nanoseconds of the rounds and context switches of the calling thread in them; a tenth more are played first.
  private static func play(_ taker: TurnTaker, rounds: Int) throws(LabFailure) -> String {
    try taker.play(rounds: max(1, rounds / 10))
    let before = ResourceUsage.ofThread()
    let start = MonotonicClock.now()
    try taker.play(rounds: rounds)
    let nanoseconds = MonotonicClock.now() - start
    let after = ResourceUsage.ofThread()
    let switches =
      after.voluntarySwitches - before.voluntarySwitches + after.involuntarySwitches - before.involuntarySwitches
    return "\(nanoseconds) \(switches)"
  }
}
