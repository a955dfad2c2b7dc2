// What the aggregator leaves behind for a successor: two files that outlive it, of which one is whole at any time. A file
// begins with a state; behind it come the results that were committed since, or newer states where a state is small.
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

  /// Gives what the last whole file holds, in order.
  ///
  /// - Returns: whether there is one.
  mutating func recover(_ body: (Entry, [UInt8]) throws(StageError) -> Void) throws(StageError) -> Bool {
    var newest: (file: Int, generation: UInt64)?
    for index in files.indices {
      guard let generation = try Self.own({ () throws(TransportError) in try files[index].generation() }) else {
        continue
      }
      if let newest, newest.generation > generation { continue }
      var isWhole = false
      var file = files[index]
      try file.forEach(failing: Self.failure) { (record) throws(StageError) in
        if record.kind == Entry.state.rawValue { isWhole = true }
      }
      if isWhole { newest = (index, generation) }
    }
    guard let newest else { return false }
    current = newest.file
    generation = newest.generation
    var file = files[current]
    var bytes = 0
    try file.forEach(failing: Self.failure) { (record) throws(StageError) in
      guard let entry = Entry(rawValue: record.kind) else {
        throw .failure(RunFailure(.books, "the saved state holds what nobody wrote"))
      }
      if entry == .result { bytes += record.payload.count }
      try body(entry, record.payload)
    }
    try Self.own { () throws(TransportError) in try file.cut() }
    files[current] = file
    logged = bytes
    return true
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
