// What the aggregator leaves behind for a successor: two files that outlive it, of which one is whole at any time. A file
// begins with a state; behind it come the results that were committed since, or newer states where a state is small.
//
// Where what was written was damaged on its way, or where the state must outlive the machine, or was killed together with
// whoever writes the outputs, fewer bytes of these may have arrived than a state says were written. Then an older state
// counts, of either file: the newest one that says of no output more than has arrived.
//
// For whoever changes it: the other file is begun anew only while this one is whole, and counts only once its state is. On
// a disk, this one must be there, and as much of the outputs as its first state says, before the other is given up.

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

  /// Bytes of results that are kept at least before they are put together to a state: in memory so few that a successor
  /// has them merged in a moment, for as long as it takes nothing new is committed; on a disk, which a new state has to
  /// wait for, more.
  static let leastLog = (inMemory: 256 << 10, onDisk: 8 << 20)

  private let leastLog: Int
  /// Where the state must outlive the machine.
  private let marks: DurableMarks?
  private var files: [RecordFile]
  private var current = 0
  private var generation: UInt64 = 0
  /// What the first state of the current file says was written.
  private var firstWritten = OutputCounts()
  /// Bytes of results behind the state.
  private var logged = 0
  /// Bytes of results from which on a new state is considered.
  private var patience: Int

  /// - Parameters:
  ///   - files: open files that nobody else writes meanwhile.
  ///   - leastLog: bytes of results that are kept at least; nil for the standard.
  init(files: StateFiles, leastLog: Int? = nil) {
    let standard = files.marks == nil ? Self.leastLog.inMemory : Self.leastLog.onDisk
    self.leastLog = leastLog ?? standard
    patience = self.leastLog
    self.files = files.journal.map(RecordFile.init)
    marks = files.marks.map(DurableMarks.init)
  }

  /// Bytes of memory that both files take.
  var size: Int { marks == nil ? files.reduce(0) { $0 + $1.length } : 0 }

  /// Gives what the newest state that counts is made of, in order: the whole file up to it, and the results behind it.
  ///
  /// - Parameter delivered: bytes of each output that have arrived; nil where it is not in question.
  /// - Returns: whether there is one.
  mutating func recover(
    delivered: OutputCounts? = nil, _ body: (Entry, [UInt8]) throws(StageError) -> Void
  ) throws(StageError) -> Bool {
    var newest: (find: Find, file: Int, generation: UInt64)?
    for index in files.indices {
      let file = files[index]
      guard let generation = try own({ () throws(TransportError) in try file.generation() }) else { continue }
      // What is begun next is newer than everything that is there, whether it counts or not.
      self.generation = max(self.generation, generation)
      if let newest, newest.generation > generation { continue }
      if let find = try find(in: file, delivered: delivered) { newest = (find, index, generation) }
    }
    guard let newest else { return false }
    current = newest.file
    firstWritten = newest.find.firstWritten
    var file = files[current]
    var bytes = 0
    let failure = failure
    try file.forEach(most: newest.find.records, failing: failure) { (record) throws(StageError) in
      guard let entry = Entry(rawValue: record.kind) else {
        throw .failure(RunFailure(.books, "the saved state holds what nobody wrote"))
      }
      if entry == .result { bytes += record.payload.count }
      try body(entry, record.payload)
    }
    var other = files[1 - current]
    let (isNewer, isDurable) = (generation > newest.generation, marks != nil)
    try own { () throws(TransportError) in
      try file.cut()
      guard isNewer else { return }
      // What was given up would seem to count again as soon as more has arrived.
      if isDurable { try file.synchronize() }
      try other.clear()
    }
    files[current] = file
    files[1 - current] = other
    logged = bytes
    return true
  }

  /// What counts of a file.
  private struct Find {
    /// How many records, from the first on.
    var records: Int
    var firstWritten: OutputCounts
  }

  private func find(in file: RecordFile, delivered: OutputCounts?) throws(StageError) -> Find? {
    var file = file
    var first: OutputCounts?
    var count = 0
    var records: Int?
    // Whether what follows belongs to the state that counts.
    var counts = false
    try file.forEach(failing: failure) { (record) throws(StageError) in
      count += 1
      if record.kind == Entry.state.rawValue {
        let written = delivered == nil ? OutputCounts() : try Self.written(of: record.payload)
        if first == nil { first = written }
        counts = delivered.map { written.isWithin($0) } ?? true
      }
      if counts { records = count }
    }
    guard let first, let records else { return nil }
    return Find(records: records, firstWritten: first)
  }

  /// What a state says was written: it begins with that.
  private static func written(of state: [UInt8]) throws(StageError) -> OutputCounts {
    var reader = ByteReader(state)
    do throws(ByteCodingError) {
      return try OutputCounts(from: &reader)
    } catch {
      throw .failure(RunFailure(.books, "the saved state of the run is damaged: \(error.message)"))
    }
  }

  /// Adds a result that was committed.
  mutating func append(result: [[UInt8]]) throws(StageError) {
    var file = files[current]
    try own { () throws(TransportError) in try file.append(kind: Entry.result.rawValue, result) }
    files[current] = file
    logged += result.reduce(0) { $0 + $1.count }
  }

  /// Adds a state that needs no partial states.
  mutating func append(state: [UInt8]) throws(StageError) {
    if files[current].length > leastLog, try canBeginAnew() { return try begin(state: state, partials: []) }
    var file = files[current]
    try own { () throws(TransportError) in try file.append(kind: Entry.state.rawValue, [state]) }
    files[current] = file
  }

  /// Whether so many results are kept that a state in their place would be worth its while.
  ///
  /// - Parameter stateSize: about how many bytes that would be.
  mutating func wantsState(ofSize stateSize: Int) throws(StageError) -> Bool {
    guard logged >= patience, try canBeginAnew() else { return false }
    if 2 * stateSize < logged { return true }
    // As many groups as results have: asked again when there are twice as many.
    patience = 2 * logged
    return false
  }

  /// Begins anew with a state, in the other file.
  mutating func begin(state: [UInt8], partials: [[UInt8]]) throws(StageError) {
    let next = 1 - current
    let (old, isDurable) = (files[current], marks != nil)
    var file = files[next]
    generation += 1
    let generation = generation
    try own { () throws(TransportError) in
      if isDurable { try old.synchronize() }
      try file.begin(generation: generation)
      for partial in partials { try file.append(kind: Entry.partial.rawValue, [partial]) }
      try file.append(kind: Entry.state.rawValue, [state])
    }
    if isDurable { firstWritten = try Self.written(of: state) }
    files[next] = file
    current = next
    logged = 0
    patience = max(leastLog, 2 * partials.reduce(0) { $0 + $1.count })
  }

  /// Whether the other file can be given up: this one counts then, whatever happens.
  private func canBeginAnew() throws(StageError) -> Bool {
    guard let marks else { return true }
    let mark = try own { () throws(TransportError) in try marks.latest() }
    return firstWritten.isWithin(mark?.written ?? OutputCounts())
  }

  private var failure: (TransportError) -> StageError {
    let isDurable = marks != nil
    return { error in
      .failure(
        isDurable
          ? CheckpointFolder.unwritable(error)
          : RunFailure(
            .system, "the state of the run cannot be saved: \(error.description)",
            remedy: "free memory, or use --mode thread"))
    }
  }

  private func own<Result>(_ body: () throws(TransportError) -> Result) throws(StageError) -> Result {
    do throws(TransportError) { return try body() } catch { throw failure(error) }
  }
}
