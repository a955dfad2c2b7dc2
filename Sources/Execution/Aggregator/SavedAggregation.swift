// The aggregator's state as it is saved for a successor, and how that takes it over. Everything else that happens in a run
// can be done again; what was merged and what was written cannot.

import CSV
import Query
import Transport

extension AggregatorStage {
  /// From now on the state is kept in files. What they hold of an earlier aggregator is taken over: the results that
  /// it had committed are committed again, and of the outputs only what lies behind `delivered` is written.
  ///
  /// - Parameters:
  ///   - files: they outlive this process, and nobody else writes them.
  ///   - delivered: bytes of each output that have arrived where they go.
  ///   - leastLog: bytes of results that are kept at least before they are put together; nil for the standard.
  package mutating func keepState(
    in files: StateFiles, delivered: OutputCounts, sink: some OutputSink, meter: inout StageMeter,
    leastLog: Int? = nil
  ) throws(StageError) {
    self.delivered = delivered
    var journal = StateJournal(files: files, leastLog: leastLog)
    // Nothing more is written to an output that is closed, whatever has arrived there.
    let known = isOutputClosed ? nil : delivered
    let isResumed = try journal.recover(delivered: known) { (entry, bytes) throws(StageError) in
      switch entry {
      case .partial:
        let state = try Self.decoded { () throws(ByteCodingError) in
          try PartialState.encoded(bytes).decoded(plan: plan, in: loop)
        }
        _ = try StageError.own { () throws(RunFailure) in try answer.merge(state, in: loop) }
      case .state: try restore(from: bytes)
      case .result:
        committer.receive(try Self.result(from: bytes))
        _ = try commitAll(to: sink, meter: &meter)
      }
    }
    if !isResumed { try journal.begin(state: encodedState(), partials: []) }
    self.journal = journal
  }

  /// Notes a result that was committed just now.
  mutating func note(_ result: PieceResult) throws(StageError) {
    guard journal != nil else { return }
    var writer = ByteWriter(capacity: 32)
    result.work.encode(into: &writer)
    try journal?.append(result: [writer.bytes] + result.encodePayload())
  }

  /// Makes sure that a successor would go on from here.
  mutating func save() throws(StageError) {
    guard journal != nil else { return }
    if streamsRows {
      // The rows are written: what is left is small.
      let state = encodedState()
      try journal?.append(state: state)
    } else if try journal?.wantsState(ofSize: answer.approximateSize) == true {
      let (state, partials) = (encodedState(), answer.partials.map { $0.encoded() })
      try journal?.begin(state: state, partials: partials)
    }
  }

  private func encodedState() -> [UInt8] {
    var writer = ByteWriter(capacity: 512)
    // First of all: `StateJournal` looks at it.
    written.encode(into: &writer)
    committer.encode(into: &writer)
    log.encode(into: &writer)
    tally.encode(into: &writer)
    writer.write(ending) { $0.write($1.rawValue) }
    writer.write(hasStarted)
    writer.write(answer.rowCount)
    return writer.bytes
  }

  private mutating func restore(from bytes: [UInt8]) throws(StageError) {
    var reader = ByteReader(bytes)
    try Self.decoded { () throws(ByteCodingError) in
      written = try OutputCounts(from: &reader)
      try committer.restore(from: &reader)
      try log.restore(from: &reader)
      tally = try Tally(from: &reader)
      ending = try reader.readOptional { (reader) throws(ByteCodingError) in
        guard let ending = Committer.Ending(rawValue: try reader.read()) else {
          throw ByteCodingError("unknown ending")
        }
        return ending
      }
      hasStarted = try reader.readBool()
      answer.restore(rowCount: try reader.readInt())
    }
  }

  private static func result(from bytes: [UInt8]) throws(StageError) -> PieceResult {
    var reader = ByteReader(bytes)
    let work = try decoded { () throws(ByteCodingError) in try WorkName(from: &reader) }
    return try StageError.link { () throws(LinkError) in
      try PieceResult(frameKind: 3, work: work, payload: Array(bytes[reader.position...]))
    }
  }

  private static func decoded<Value>(_ body: () throws(ByteCodingError) -> Value) throws(StageError) -> Value {
    do throws(ByteCodingError) {
      return try body()
    } catch {
      throw .failure(RunFailure(.books, "the saved state of the run is damaged: \(error.message)"))
    }
  }
}
