// What it costs to hand data over: six ways, between threads and between processes, from 8 bytes to a mebibyte.

import Report
import Transport

/// Latency and throughput of messages.
struct IPCExperiment: Experiment {
  let name = "ipc"
  let question = "What does it cost to hand a message to another thread, and to another process?"
  let claim = """
    article: threads just share memory, processes must pay for communication, which can eat the gain; many small messages \
    (chatty) are the worst
    """
  let method = """
    One side makes each message anew, the other adds up all of its bytes. Latency: time of a round trip, each message coming \
    back before the next is sent. Throughput: messages one way, the last one acknowledged. Between two threads, and between \
    two processes; a bounded queue hands over references, all others copy (vmsplice once, the others twice). Chatty: a row \
    of 64 bytes a message, against 1,000 rows a message.
    """
  let unit = "us; MB/s; rows a second"
  let measuresTime = true
  let threats = [
    "Making and adding up take their share of every figure, the same for all; alone they would hand over long messages faster.",
    "Nobody is pinned: the scheduler may put both on one core or on two, which matters for latency (`switch` tells them apart).",
    "Message queues are made for 10 messages at once, 2 if long: their senders wait more often.",
  ]

  static let rowSize = 64
  static let batch = 1000

  /// What is measured: an exchange over a carrier, with whom.
  private struct Variant {
    var carrier: MessageCarrier
    var exchange: MessageExchange
    var isThreads: Bool

    var place: String { isThreads ? "threads" : "processes" }
    var name: String {
      "\(exchange.kind == .stream ? "stream" : "round trip"), \(exchange.size) B, \(carrier.title), \(place)"
    }
  }

  /// How often, so that it takes some milliseconds.
  private static func exchanges(isQuick: Bool) -> [MessageExchange] {
    let sizes = isQuick ? [8, 1 << 10, 256 << 10] : [8, 64, 1 << 10, 16 << 10, 256 << 10, 1 << 20]
    func times(_ count: Int) -> Int { isQuick ? max(4, count / 5) : count }
    let roundTrips = sizes.map { size in
      MessageExchange(.roundTrips, size: size, count: times(size <= 1 << 10 ? 500 : size <= 16 << 10 ? 300 : 40))
    }
    let streamed = Set(sizes + [rowSize, rowSize * batch]).sorted()
    let streams = streamed.map { size in
      MessageExchange(.stream, size: size, count: times(max(24, min(10_000, (24 << 20) / size))))
    }
    return roundTrips + streams
  }

  func run(on bench: Bench) throws(LabFailure) -> ExperimentResult {
    let all = Self.exchanges(isQuick: bench.isQuick).flatMap { exchange in
      MessageCarrier.allCases.flatMap { carrier in
        [true, false].filter { $0 || carrier.joinsProcesses }.map {
          Variant(carrier: carrier, exchange: exchange, isThreads: $0)
        }
      }
    }
    let (variants, refusals) = Self.possible(all, on: bench)
    let trials = try Trials.run(
      variants.map(\.name), rounds: bench.choose(quick: Bounds.leastSamples, full: 25),
      seconds: bench.choose(quick: 0.5, full: 45),
      warmsUp: false
    ) { (index) throws(LabFailure) in
      let variant = variants[index]
      let exchange = variant.exchange
      let nanoseconds =
        variant.isThreads
        ? try exchange.byThread(variant.carrier, on: bench)
        : try exchange.byProcess(variant.carrier, of: self, on: bench)
      return Double(nanoseconds) / 1e9 / Double(exchange.count)
    }
    let figures = IPCFigures(
      rows: variants.indices.map {
        .init(
          kind: variants[$0].exchange.kind, size: variants[$0].exchange.size, carrier: variants[$0].carrier,
          isThreads: variants[$0].isThreads, samples: trials.samples[$0])
      })
    var result = ExperimentResult(findings: figures.findings)
    result.tables = figures.tables
    result.series = figures.series
    result.samples = trials.raw("s a message")
    result.notes = refusals
    let widths = variants.indices.compactMap { MedianEstimate(trials.samples[$0])?.relativeWidth }
    if let middle = widths.sorted().dropFirst(widths.count / 2).first, middle > 0 {
      result.notes.append(
        "~: the interval of this median is wider than a quarter of it (half of them are at most \(PercentText.of(middle)) wide, the "
          + "widest \(PercentText.of(widths.max() ?? 0))); every sample is in --format json")
    }
    return result
  }

  /// Leaves out what the system refuses, which it says.
  private static func possible(_ all: [Variant], on bench: Bench) -> ([Variant], [String]) {
    var reasons: [Int: String] = [:]
    for size in Set(all.map(\.exchange.size)) {
      do throws(LabFailure) {
        let ends = try MessageCarrier.mqueue.makeEnds(size: size, on: bench)
        ends.first.close()
        ends.second.close()
      } catch {
        reasons[size] = error.message
      }
    }
    guard let shortest = reasons.keys.min(), let reason = reasons[shortest] else { return (all, []) }
    let note = "not for all sizes: \(reason); the bounds are in /proc/sys/fs/mqueue and ulimit -q"
    return (all.filter { $0.carrier != .mqueue || reasons[$0.exchange.size] == nil }, [note])
  }

  func runPart(_ part: LabPart) throws(LabFailure) -> Int32 {
    guard let carrier = part.arguments.first.flatMap(MessageCarrier.init),
      let exchange = MessageExchange(words: Array(part.arguments.dropFirst()))
    else { throw LabFailure("follow what?") }
    let count: Int32 = carrier == .ring ? 4 : 2
    let ends = MessageEnds(carrier, (4..<4 + count).map { Descriptor(owning: $0) })
    try exchange.follow(ends)
    return 0
  }
}
