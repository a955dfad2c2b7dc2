// Work that is nearly all waiting: documents from a server that takes its time.

import Glibc
import Report
import Transport

/// Four and 64 documents, one after another, by threads, by processes.
struct IOExperiment: Experiment {
  let name = "io"
  let question = "How long do four documents take, and 64, from a server that takes 100 ms for each?"
  let claim = "article: for work that waits threads are the better choice: as fast as processes, with less memory"
  let method = """
    A server of the lab's own on the loopback interface answers each request after 100 ms. The documents are fetched one after \
    another, by a thread each, by a process each; time from the first start to the last answer. Then the same three times more \
    with a server that does not answer, to see the memory of all who wait (proportional size, less that of one who does \
    nothing; medians).
    """
  let unit = "ms"
  let measuresTime = true
  let threats = [
    "The server waits but does not work: a real one slows down when it is asked 64 times at once.",
    "A fetch needs next to no computing here; parsing what was fetched would make it a matter of cores again.",
  ]

  private static let counts = [4, 64]

  private enum Way: String, CaseIterable { case serial, threads, processes }

  private struct Variant {
    var way: Way
    var documents: Int
    var name: String { "\(documents) documents, \(way.rawValue)" }
  }

  func run(on bench: Bench) throws(LabFailure) -> ExperimentResult {
    let wait = bench.wait(seconds: 0.1)
    let server = try bench.start(self, "server")
    guard let port = try server.line().flatMap({ UInt16($0) }) else { throw LabFailure("the server has no port") }
    let variants = Self.counts.flatMap { count in Way.allCases.map { Variant(way: $0, documents: count) } }
    var trials = Trials(variants.map(\.name))
    // What takes longest is done once: it waits, and nothing else.
    let turns = variants.indices.flatMap { index in
      let isLong = variants[index].documents > 4
      let times = isLong && variants[index].way == .serial ? 1 : bench.choose(quick: Bounds.leastSamples, full: 5)
      return [Int](repeating: index, count: times)
    }
    for index in turns.shuffled() {
      let start = MonotonicClock.now()
      try fetch(variants[index], behind: wait, from: port, on: bench)
      trials.note(index, Double(MonotonicClock.now() - start) / 1e9)
    }
    let alone = try memory(of: [["hold", "\(port)", "0", "0"]], on: bench)
    var memories = Trials(variants.map(\.name))
    for _ in 0..<Bounds.leastSamples {
      for index in variants.indices.shuffled() {
        memories.note(index, max(0, try memory(of: holders(variants[index], port), on: bench) - alone))
      }
    }
    _ = try server.end(by: SIGKILL)
    return result(variants, trials, memories, wait, bench)
  }

  private func result(
    _ variants: [Variant], _ trials: Trials, _ memories: Trials, _ wait: UInt64, _ bench: Bench
  ) -> ExperimentResult {
    func index(_ way: Way, _ documents: Int) -> Int {
      variants.firstIndex { $0.way == way && $0.documents == documents } ?? 0
    }
    func times(_ documents: Int) -> String {
      Way.allCases.map { "\($0.rawValue) \(NumberText.duration(seconds: trials.median(index($0, documents))))" }
        .joined(separator: ", ")
    }
    let seconds = Double(wait) / 1e9
    let few = Self.counts[0]
    let many = Self.counts[1]
    let (thread, process) = (index(.threads, many), index(.processes, many))
    let more = memories.median(process) / max(1, memories.median(thread))
    var result = ExperimentResult(findings: [
      Finding(
        claim: "four documents take four waits one after another, and one wait by threads or processes",
        measured: times(few) + " (a wait is \(NumberText.duration(seconds: seconds)))",
        .all(
          [Way.threads, .processes].map {
            .of(trials.bounds(index(.serial, few), to: index($0, few)), in: 2...(.infinity))
          })),
      Finding(
        claim: "threads are as fast as processes when many wait", measured: "\(many) documents: " + times(many),
        .of(trials.bounds(thread, to: process), in: 0...1.05)),
      Finding(
        claim: "threads take less memory when many wait",
        measured: "\(many) threads \(NumberText.bytes(Int(memories.median(thread)))), \(many) processes "
          + "\(NumberText.bytes(Int(memories.median(process)))): \(NumberText.threeDigits(more)) times as much",
        .of(memories.bounds(process, to: thread), in: 1.5...(.infinity)), isOfTime: false),
    ])
    var table = LabTable(
      title: "Fetched from a server that takes \(NumberText.duration(seconds: seconds))",
      columns: [TableColumn("documents", isNumeric: true), TableColumn("by")] + Trials.columns("ms")
        + [TableColumn("MiB while waiting", isNumeric: true)])
    for (index, variant) in variants.enumerated() {
      table.rows.append(
        ["\(variant.documents)", variant.way.rawValue] + trials.cells(index, scale: 1e3)
          + [NumberText.threeDigits(memories.median(index) / 1_048_576)])
    }
    result.tables = [table]
    result.samples = trials.raw("s") + memories.raw("B", of: "memory while waiting")
    if bench.isQuick { result.notes = ["a wait was \(NumberText.duration(nanoseconds: wait)), not 100 ms"] }
    return result
  }

  private func fetch(_ variant: Variant, behind wait: UInt64, from port: UInt16, on bench: Bench) throws(LabFailure) {
    switch variant.way {
    case .serial:
      for number in 0..<variant.documents { try DocumentServer.fetch(number, behind: wait, from: port) }
    case .threads:
      try Self.fetchByThreads(0..<variant.documents) { (number) throws(LabFailure) in
        try DocumentServer.fetch(number, behind: wait, from: port)
      }
    case .processes:
      var runs: [PartRun] = []
      for number in 0..<variant.documents {
        runs.append(try bench.start(self, "fetch", ["\(port)", "\(number)", "\(wait)"]))
      }
      for run in runs { _ = try run.succeed() }
    }
  }

  private static func fetchByThreads(
    _ numbers: Range<Int>, fetch: @escaping @Sendable (Int) throws(LabFailure) -> Void
  ) throws(LabFailure) {
    let failure = Monitor<LabFailure?>(nil)
    let threads = try LabThreads.start(numbers.count) { index in
      do throws(LabFailure) { try fetch(numbers.lowerBound + index) } catch { failure.withLock { $0 = error } }
    }
    threads.join()
    if let failure = failure.withLock({ $0 }) { throw failure }
  }

  /// The parts that wait for the documents of a variant: one that has all requests out, or one for each.
  private func holders(_ variant: Variant, _ port: UInt16) -> [[String]] {
    switch variant.way {
    // One after another: one request is out at any time.
    case .serial: [["hold", "\(port)", "0", "1"]]
    case .threads: [["hold", "\(port)", "0", "\(variant.documents)"]]
    case .processes: (0..<variant.documents).map { ["hold", "\(port)", "\($0)", "1"] }
    }
  }

  /// The proportional sizes of parts when all their requests are out.
  private func memory(of parts: [[String]], on bench: Bench) throws(LabFailure) -> Double {
    var runs: [PartRun] = []
    for part in parts { runs.append(try bench.start(self, part[0], Array(part[1...]))) }
    for run in runs {
      guard try run.line() == "waiting" else { throw LabFailure("\(run.name) does not wait") }
    }
    var sum = 0.0
    for run in runs {
      guard let bytes = ProcessFacts.read(run.child.pid).proportionalBytes else {
        throw LabFailure("the kernel does not say how much memory \(run.name) has")
      }
      sum += Double(bytes)
    }
    for run in runs { _ = try run.end(by: SIGKILL) }
    return sum
  }

  func runPart(_ part: LabPart) throws(LabFailure) -> Int32 {
    switch part.name {
    case "server":
      let (listener, port) = try Loopback.listen()
      try part.say("\(port)")
      try DocumentServer.serve(listener)
    case "fetch":
      let port = UInt16(clamping: try part.number(0))
      try DocumentServer.fetch(try part.number(1), behind: UInt64(try part.number(2)), from: port)
    case "hold":
      let port = UInt16(clamping: try part.number(0))
      let (first, count) = (try part.number(1), try part.number(2))
      let asked = Monitor(0)
      let threads = try LabThreads.start(count) { index in
        do throws(LabFailure) {
          try DocumentServer.fetch(first + index, behind: nil, from: port) { asked.change { $0 += 1 } }
        } catch {
          part.fail(error)
        }
      }
      _ = asked.wait { $0 == count ? true : nil }
      try part.say("waiting")
      // Until the part is killed.
      if count == 0 { while true { pause() } }
      threads.join()
    default: throw LabFailure("the experiment \(name) has no part \(part.name)")
    }
    return 0
  }
}
