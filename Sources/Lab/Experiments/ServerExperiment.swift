// A small server in four ways: what each serves, and what it takes.

import Glibc
import Report
import Transport

/// A server that computes a little, asked by eight clients at a time.
struct ServerExperiment: Experiment {
  let name = "server"
  let question = "What does a server answer with a process or a thread for each request, or with workers made before?"
  let claim =
    "article: a process for each request is dear, a thread cheaper, workers that wait best; threads save memory"
  let method = """
    A server on the loopback interface answers a number by the steps that the hundred numbers from it on take to 1 by halving \
    and 3n + 1 (some 10,000 steps). Eight clients ask at a time, each request over a new connection, and check every \
    answer. The server forks a process for each connection, or starts a thread, or has forked eight processes before, or two \
    of four threads each, which all accept from one listening socket. Server and clients are processes of their own; rounds \
    are interleaved, and the medians of all rounds given. Memory is the proportional set size of all processes of the server, \
    under load.
    """
  let unit = "requests/s"
  let measuresTime = true
  let threats = [
    "The clients run on the same cores as the server and take their share of them.",
    "The process that forks is small; a larger one has more to copy with every fork (see `create`).",
    "A connection for each request; servers that keep connections pay for creation less often.",
    "Nothing of a request crosses a network card.",
  ]

  private static let clients = 8
  private static let listenerTarget: Int32 = 4
  private static let leaveTarget: Int32 = 5

  /// A round of one kind of server.
  struct Round: Equatable, Sendable {
    var figures: LoadFigures
    /// nil where the kernel does not tell.
    var proportionalBytes: UInt64?
  }

  func run(on bench: Bench) throws(LabFailure) -> ExperimentResult {
    try Loopback.requireConnections()
    let time = bench.choose(quick: UInt64(100_000_000), full: 1_250_000_000)
    var rounds: [ServerKind: [Round]] = [:]
    for _ in 0..<bench.choose(quick: Bounds.leastSamples, full: MedianEstimate.enough) {
      for kind in ServerKind.allCases.shuffled() { rounds[kind, default: []].append(try load(kind, time, on: bench)) }
    }
    return Self.result(rounds)
  }

  /// - Parameter rounds: of every kind at least one.
  static func result(_ rounds: [ServerKind: [Round]]) -> ExperimentResult {
    func rates(_ kind: ServerKind) -> MedianEstimate? {
      MedianEstimate(rounds[kind, default: []].map(\.figures.requestsPerSecond))
    }
    func compare(
      _ claim: String, _ better: ServerKind, _ worse: ServerKind, by judge: (MedianEstimate, MedianEstimate) -> Holding
    ) -> Finding {
      guard let better = rates(better), let worse = rates(worse), worse.median > 0 else {
        return Finding(claim: claim, measured: "nothing", .cannotBeTried)
      }
      let figures = [better, worse].map { NumberText.fixed($0.median, decimals: 0) }.joined(separator: " against ")
      let ratio = NumberText.fixed(better.median / worse.median, decimals: 2)
      return Finding(
        claim: claim, measured: "\(figures) requests/s: \(ratio) times", judge(better, worse))
    }
    var result = ExperimentResult(findings: [
      compare(
        "a thread for each request is cheaper than a process", .threadPerRequest, .forkPerRequest, by: more(_:than:)),
      compare(
        "workers made before are better than a process for each request", .preforked, .forkPerRequest, by: more(_:than:)
      ),
      compare(
        "workers made before are better than a thread for each request", .preforked, .threadPerRequest,
        by: more(_:than:)),
      compare("threads in pre-forked processes serve as much", .preforkedThreads, .preforked, by: atLeast),
      memory(rounds),
    ])
    result.tables = [table(rounds)]
    result.samples = ServerKind.allCases.flatMap { kind in
      let own = rounds[kind, default: []]
      return [
        LabSamples(name: kind.rawValue, unit: "requests/s", values: own.map(\.figures.requestsPerSecond)),
        LabSamples(name: "\(kind.rawValue), median", unit: "s", values: own.map { Double($0.figures.median) / 1e9 }),
        LabSamples(name: "\(kind.rawValue), p99", unit: "s", values: own.map { Double($0.figures.p99) / 1e9 }),
        LabSamples(
          name: "\(kind.rawValue), memory", unit: "bytes",
          values: own.compactMap(\.proportionalBytes).map { Double($0) }),
      ]
    }
    return result
  }

  /// Whether the first is more: partly if they are the same within 5 %.
  static func more(_ first: MedianEstimate, than second: MedianEstimate) -> Holding {
    .of(Bounds(first) / Bounds(second), holds: 1.05, fails: 1 / 1.05)
  }

  /// Whether the first is more, or the same within 5 %.
  private static func atLeast(_ first: MedianEstimate, _ second: MedianEstimate) -> Holding {
    .of(Bounds(first) / Bounds(second), in: 1 / 1.05...(.infinity))
  }

  private static func sizes(_ rounds: [Round]) -> MedianEstimate? {
    MedianEstimate(rounds.compactMap(\.proportionalBytes).map { Double($0) })
  }

  private static func memory(_ rounds: [ServerKind: [Round]]) -> Finding {
    let claim = "as many workers need less memory as threads"
    guard let processes = sizes(rounds[.preforked, default: []]),
      let threads = sizes(rounds[.preforkedThreads, default: []]), threads.median > 0
    else {
      return Finding(claim: claim, measured: "the kernel tells no proportional set size", .cannotBeTried)
    }
    let figures = [threads, processes].map { NumberText.bytes(Int($0.median)) }
    let ratio = NumberText.fixed(processes.median / threads.median, decimals: 2)
    return Finding(
      claim: claim,
      measured:
        "\(ServerKind.workers) workers: \(figures[0]) in \(ServerKind.hybridProcesses) processes, \(figures[1]) in "
        + "\(ServerKind.workers): \(ratio) times",
      more(processes, than: threads), isOfTime: false)
  }

  private static func table(_ rounds: [ServerKind: [Round]]) -> LabTable {
    let titles = ["requests/s", "from", "to", "median us", "p99 us", "memory MiB", "requests"]
    return LabTable(
      title: "Eight clients at a time, all answers right",
      columns: [TableColumn("server")] + titles.map { TableColumn($0, isNumeric: true) },
      rows: ServerKind.allCases.compactMap { kind in
        let own = rounds[kind, default: []]
        guard let rates = MedianEstimate(own.map(\.figures.requestsPerSecond)) else { return nil }
        let latencies = [own.map(\.figures.median), own.map(\.figures.p99)].map {
          NumberText.threeDigits(MedianEstimate.median($0.map { Double($0) }) / 1000)
        }
        return [kind.rawValue]
          + [rates.median, rates.lower, rates.upper].map { NumberText.fixed($0, decimals: 0) } + latencies + [
            sizes(own).map { NumberText.threeDigits($0.median / 1_048_576) } ?? "-",
            NumberText.grouped(own.reduce(0) { $0 + $1.figures.requests }),
          ]
      })
  }

  /// A server of this kind, loaded for a while.
  private func load(_ kind: ServerKind, _ time: UInt64, on bench: Bench) throws(LabFailure) -> Round {
    let (listener, port) = try Loopback.listen()
    let leave: (read: Descriptor, write: Descriptor)
    do throws(TransportError) { leave = try Descriptor.pipe() } catch { throw LabFailure(error.description) }
    let server = try bench.start(
      self, "serve", [kind.rawValue],
      descriptors: [
        .init(source: listener.number, target: Self.listenerTarget),
        .init(source: leave.read.number, target: Self.leaveTarget),
      ])
    // The server alone has it now: if it dies, clients are refused instead of waiting.
    listener.close()
    leave.read.close()
    let clients = try bench.start(self, "load", ["\(port)", "\(time)"])
    // In the middle of the load, and not often: each look at a process takes a tenth of a millisecond.
    var sizes: [UInt64] = []
    for _ in 0..<3 {
      Pause.nanoseconds(time / 4)
      if let size = ProcessTree.proportionalBytes(of: server.child.pid) { sizes.append(size) }
    }
    let end = try clients.finish()
    leave.write.close()
    let served = try server.finish(within: 20)
    for (run, status) in [(clients, end.status), (server, served.status)] where status != .exited(code: 0) {
      throw LabFailure("\(run.name) (\(kind.rawValue)) ended with \(status)")
    }
    let figures = LoadFigures(
      requests: try PartWords.number("requests", in: end.lines),
      seconds: Double(try PartWords.number("nanoseconds", in: end.lines)) / 1e9,
      median: UInt64(try PartWords.number("median", in: end.lines)),
      p99: UInt64(try PartWords.number("p99", in: end.lines)))
    return Round(figures: figures, proportionalBytes: sizes.isEmpty ? nil : sizes.sorted()[sizes.count / 2])
  }

  func runPart(_ part: LabPart) throws(LabFailure) -> Int32 {
    if part.name == "serve" {
      guard let kind = part.arguments.first.flatMap(ServerKind.init(rawValue:)) else {
        throw LabFailure("the part serve wants a kind of server")
      }
      try kind.serve(Descriptor(owning: Self.listenerTarget), until: Descriptor(owning: Self.leaveTarget))
      return 0
    }
    let generator = LoadGenerator(
      port: UInt16(clamping: try part.number(0)), clients: Self.clients, nanoseconds: UInt64(try part.number(1)))
    let figures = try generator.run()
    try part.say("requests \(figures.requests)")
    try part.say("nanoseconds \(UInt64(figures.seconds * 1e9))")
    try part.say("median \(figures.median)")
    try part.say("p99 \(figures.p99)")
    return 0
  }
}

/// A process and those that it has forked.
enum ProcessTree {
  /// Memory of a process and its children, shared pages divided among all who have them; nil where the kernel does not
  /// tell. Only children of its first thread are seen.
  static func proportionalBytes(of pid: Int32) -> UInt64? {
    guard var sum = ProcessFacts.read(pid).proportionalBytes,
      let children = ProcFile.read("/proc/\(pid)/task/\(pid)/children")
    else { return nil }
    for child in children.split(whereSeparator: { $0 == " " || $0 == "\n" }).compactMap({ Int32($0) }) {
      // One that has ended meanwhile has none.
      sum += ProcessFacts.read(child).proportionalBytes ?? 0
    }
    return sum
  }
}
