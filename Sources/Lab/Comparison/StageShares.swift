// What a stage did with its time, as shares that add up to one: running, ready without a core, or off the core, and then
// on whom it waited.

/// The shares of one stage, or of all parsers of a run together.
package struct StageShares: Codable, Equatable, Sendable {
  package enum Role: String, CaseIterable, Codable, Sendable {
    case reader, parsers, aggregator
    /// Serial mode, in which one stage does everything.
    case serial
  }

  package var role: Role
  /// How many stages these are the mean of.
  package var count: Int
  /// Seconds from the stage's first moment to its last.
  package var wallSeconds: Double
  /// On a core.
  package var running: Double
  /// Ready to run, but no core was free.
  package var ready: Double
  /// Waiting for the source: reads that had to wait.
  package var source: Double
  /// Waiting for the stage before; the reader: to hear from the aggregator how far the answer is.
  package var input: Double
  /// Waiting for the stage behind to take something; the aggregator: for whoever takes the output.
  package var output: Double
  /// Off the core for any other reason: page faults, locks, the disk.
  package var other: Double

  package init(
    role: Role, count: Int = 1, wallSeconds: Double = 1, running: Double = 0, ready: Double = 0, source: Double = 0,
    input: Double = 0, output: Double = 0, other: Double = 0
  ) {
    self.role = role
    self.count = count
    self.wallSeconds = wallSeconds
    self.running = running
    self.ready = ready
    self.source = source
    self.input = input
    self.output = output
    self.other = other
  }
}

/// What was measured of one stage, in nanoseconds.
package struct StageTimes: Equatable, Sendable {
  package var role: StageShares.Role
  package var wall: UInt64
  /// On a core, and ready without one; nil where the kernel does not keep them.
  package var running: UInt64?
  package var ready: UInt64?
  /// On a core by the accounting of getrusage, which knows milliseconds only.
  package var processor: UInt64
  package var waitedForInput: UInt64
  package var waitedForOutput: UInt64
  /// Time within reads of the source, whether they waited or copied.
  package var source: UInt64

  package init(
    role: StageShares.Role, wall: UInt64, running: UInt64? = nil, ready: UInt64? = nil, processor: UInt64 = 0,
    waitedForInput: UInt64 = 0, waitedForOutput: UInt64 = 0, source: UInt64 = 0
  ) {
    self.role = role
    self.wall = wall
    self.running = running
    self.ready = ready
    self.processor = processor
    self.waitedForInput = waitedForInput
    self.waitedForOutput = waitedForOutput
    self.source = source
  }

  /// The shares.
  ///
  /// The kernel says exactly how long a thread ran and how long it was ready; the rest it was off the core. What stages
  /// measure themselves is wall time around receiving, sending and reading, which holds a little running and readiness,
  /// too. So only the rest is divided: first between waiting for the stages before and behind, by what was measured;
  /// what remains of it was spent in the source, as far as there was time within reads, else elsewhere.
  package var shares: StageShares {
    let whole = Double(max(wall, 1))
    let running = min(whole, Double(self.running ?? min(wall, processor)))
    let ready = min(whole - running, Double(self.ready ?? 0))
    let off = whole - running - ready
    let waits = Double(waitedForInput) + Double(waitedForOutput)
    let scale = waits > off ? off / waits : 1
    let rest = max(0, off - waits * scale)
    let waitedForSource = min(rest, Double(source))
    return StageShares(
      role: role, wallSeconds: whole / 1e9, running: running / whole, ready: ready / whole,
      source: waitedForSource / whole, input: Double(waitedForInput) * scale / whole,
      output: Double(waitedForOutput) * scale / whole, other: (rest - waitedForSource) / whole)
  }
}

extension StageShares {
  /// The mean of several stages or runs, each as heavy as its wall time. nil of none.
  package static func mean(_ all: [StageShares]) -> StageShares? {
    guard let first = all.first else { return nil }
    let total = all.reduce(0) { $0 + $1.wallSeconds }
    guard total > 0 else { return first }
    func part(_ path: KeyPath<StageShares, Double>) -> Double {
      all.reduce(0) { $0 + $1[keyPath: path] * $1.wallSeconds } / total
    }
    return StageShares(
      role: first.role, count: first.count, wallSeconds: total / Double(all.count), running: part(\.running),
      ready: part(\.ready), source: part(\.source), input: part(\.input), output: part(\.output), other: part(\.other))
  }

  /// By role, in the order of the pipeline; several stages of one role are one entry.
  package static func byRole(_ times: [StageTimes]) -> [StageShares] {
    Role.allCases.compactMap { role in
      let own = times.filter { $0.role == role }
      var mean = mean(own.map(\.shares))
      mean?.count = own.count
      return mean
    }
  }
}
