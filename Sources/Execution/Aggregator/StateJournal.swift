// What the aggregator leaves behind for a successor: two files that outlive it, of which one is whole at any time. A file
// begins with a state; behind it come the results that were committed since, or newer states where a state is small.
//
// Where what was written was damaged on its way, less of it has arrived than a state says. Then an older state counts, of
// either file: the newest one that says of no output more than has arrived.
//
// For whoever changes it: the other file is begun anew only while this one is whole, and counts only once its state is.

import CSV
import Transport

/// Keeps the state of an aggregation.
struct StateJournal: Sendable {
  /// What a file holds, in this order: partial states, the state that they belong to, then results or further states.
  enum Entry: UInt32, Sendable {
    case partial = 1
    case state = 2
    case result = 3
  }

  /// Bytes of results that are kept at least before they are put together to a state.
  static let leastLog = 8 << 20

  private let leastLog: Int
  private var files: [RecordFile]
  private var current = 0
  private var generation: UInt64 = 0
  /// Bytes of results behind the state.
  private var logged = 0
  /// Bytes of results from which on a new state is considered.
  private var patience: Int

  /// - Parameters:
  ///   - files: two open files that nobody else writes meanwhile.
  ///   - leastLog: bytes of results that are kept at least.
  init(files: [Descriptor], leastLog: Int = Self.leastLog) {
    precondition(files.count == 2, "a journal is two files")
    self.leastLog = leastLog
    patience = leastLog
    self.files = files.map(RecordFile.init)
  }

  /// Bytes that both files take.
  var size: Int { files.reduce(0) { $0 + $1.length } }

  /// Gives what the newest file with a state that counts holds, in order, but for states that do not count.
  ///
  /// - Parameter delivered: bytes of each output that have arrived; nil where it is not in question.
  /// - Returns: whether there is one.
  mutating func recover(
    delivered: OutputCounts? = nil, _ body: (Entry, [UInt8]) throws(StageError) -> Void
  ) throws(StageError) -> Bool {
    var newest: (file: Int, generation: UInt64)?
    for index in files.indices {
      guard let generation = try Self.own({ () throws(TransportError) in try files[index].generation() }) else {
        continue
      }
      // What is begun next is newer than everything that is there, whether it counts or not.
      self.generation = max(self.generation, generation)
      if let newest, newest.generation > generation { continue }
      var isWhole = false
      var file = files[index]
      try file.forEach(failing: Self.failure) { (record) throws(StageError) in
        if record.kind == Entry.state.rawValue, Self.counts(record.payload, delivered) { isWhole = true }
      }
      if isWhole { newest = (index, generation) }
    }
    guard let newest else { return false }
    current = newest.file
    var file = files[current]
    var bytes = 0
    try file.forEach(failing: Self.failure) { (record) throws(StageError) in
      guard let entry = Entry(rawValue: record.kind) else {
        throw .failure(RunFailure(.books, "the saved state holds what nobody wrote"))
      }
      if entry == .result { bytes += record.payload.count }
      if entry == .state, !Self.counts(record.payload, delivered) { return }
      try body(entry, record.payload)
    }
    try Self.own { () throws(TransportError) in try file.cut() }
    files[current] = file
    logged = bytes
    return true
  }

  /// Whether all that a state says was written has arrived: it begins with that.
  private static func counts(_ state: [UInt8], _ delivered: OutputCounts?) -> Bool {
    guard let delivered else { return true }
    var reader = ByteReader(state)
    return (try? OutputCounts(from: &reader))?.isWithin(delivered) ?? false
  }

  /// Adds a result that was committed.
  mutating func append(result: [[UInt8]]) throws(StageError) {
    try Self.own { () throws(TransportError) in try files[current].append(kind: Entry.result.rawValue, result) }
    logged += result.reduce(0) { $0 + $1.count }
  }

  /// Adds a state that needs no partial states.
  mutating func append(state: [UInt8]) throws(StageError) {
    if files[current].length > leastLog { return try begin(state: state, partials: []) }
    try Self.own { () throws(TransportError) in try files[current].append(kind: Entry.state.rawValue, [state]) }
  }

  /// Whether so many results are kept that a state in their place would be worth its while.
  ///
  /// - Parameter stateSize: about how many bytes that would be.
  mutating func wantsState(ofSize stateSize: Int) -> Bool {
    if logged < patience { return false }
    if 2 * stateSize < logged { return true }
    // As many groups as results have: asked again when there are twice as many.
    patience = 2 * logged
    return false
  }

  /// Begins anew with a state, in the other file.
  mutating func begin(state: [UInt8], partials: [[UInt8]]) throws(StageError) {
    let next = 1 - current
    generation += 1
    let generation = generation
    try Self.own { () throws(TransportError) in
      try files[next].begin(generation: generation)
      for partial in partials { try files[next].append(kind: Entry.partial.rawValue, [partial]) }
      try files[next].append(kind: Entry.state.rawValue, [state])
    }
    current = next
    logged = 0
    patience = max(leastLog, 2 * partials.reduce(0) { $0 + $1.count })
  }

  private static func failure(_ error: TransportError) -> StageError {
    .failure(
      RunFailure(
        .system, "the state of the run cannot be saved: \(error.description)",
        remedy: "free memory, or use --mode thread"))
  }

  private static func own<Result>(_ body: () throws(TransportError) -> Result) throws(StageError) -> Result {
    do throws(TransportError) { return try body() } catch { throw failure(error) }
  }
}
