// Two who exchange messages: one asks and times, the other answers or only takes, and both know beforehand how many there are.

import Transport

/// What is exchanged.
struct MessageExchange: Equatable, Sendable {
  enum Kind: String, Sendable {
    /// Each message comes back before the next is sent.
    case roundTrips
    /// Messages go one way; the last one is acknowledged.
    case stream
  }

  var kind: Kind
  /// Bytes of a message.
  var size: Int
  var count: Int

  /// Before anything is timed, as part of the same exchange.
  private var warmUp: Int { max(1, count / 10) }

  /// The side that asks. Nanoseconds of `count` messages.
  func lead(_ ends: MessageEnds) throws(LabFailure) -> UInt64 {
    let line = try MessageLine(ends, size: size)
    try lead(line, warmUp)
    let start = MonotonicClock.now()
    try lead(line, count)
    return MonotonicClock.now() - start
  }

  /// The side that answers.
  func follow(_ ends: MessageEnds) throws(LabFailure) {
    let line = try MessageLine(ends, size: size)
    try follow(line, warmUp)
    try follow(line, count)
    try line.settle()
  }

  private func lead(_ line: MessageLine, _ count: Int) throws(LabFailure) {
    for _ in 0..<count {
      try line.send()
      if kind == .roundTrips { try line.receive() }
    }
    if kind == .stream { try line.receive() }
  }

  private func follow(_ line: MessageLine, _ count: Int) throws(LabFailure) {
    for _ in 0..<count {
      try line.receive()
      if kind == .roundTrips { try line.send() }
    }
    if kind == .stream { try line.send() }
  }

  /// For the arguments of a part.
  var words: [String] { [kind.rawValue, "\(size)", "\(count)"] }

  init(_ kind: Kind, size: Int, count: Int) {
    self.kind = kind
    self.size = size
    self.count = count
  }

  /// - Parameter words: nil if they say no exchange.
  init?(words: [String]) {
    guard words.count == 3, let kind = Kind(rawValue: words[0]), let size = Int(words[1]), size > 0,
      let count = Int(words[2]), count > 0
    else { return nil }
    self.init(kind, size: size, count: count)
  }

  /// With a thread on the other side.
  func byThread(_ carrier: MessageCarrier, on bench: Bench) throws(LabFailure) -> UInt64 {
    let ends = try carrier.makeEnds(size: size, on: bench)
    let failure = Monitor<LabFailure?>(nil)
    let thread = try LabThreads.start(1) { _ in
      do throws(LabFailure) {
        try follow(ends.second)
      } catch {
        failure.withLock { $0 = error }
        ends.second.close()
      }
    }
    let led = Result { () throws(LabFailure) in try lead(ends.first) }
    if case .failure = led { ends.first.close() }
    thread.join()
    if let failure = failure.withLock({ $0 }) { throw failure }
    return try led.get()
  }

  /// With a part on the other side.
  func byProcess(
    _ carrier: MessageCarrier, of experiment: some Experiment, on bench: Bench
  ) throws(LabFailure) -> UInt64 {
    let ends = try carrier.makeEnds(size: size, on: bench)
    let part = try bench.start(
      experiment, "follow", [carrier.rawValue] + words,
      descriptors: ends.second.descriptors.enumerated().map { .init(source: $1.number, target: 4 + Int32($0)) })
    // Copies here would hide its end.
    ends.second.close()
    let nanoseconds = try lead(ends.first)
    _ = try part.succeed()
    return nanoseconds
  }
}
