// Decides what may be merged. A result is merged when it starts exactly where everything before it has ended, so each
// byte is merged once whatever was tried how often. A value without input or output.
//
// For whoever changes it: a result that starts at the committed boundary is right whichever attempt made it, because it
// was read from a true record start; a result that starts before it is late; one that starts behind it waits.
// But what comes next must be on its way: where a piece replaced others and then stopped within, at a record limit,
// results of those others may still arrive. Merging one would be right, but the rest that was asked for would then come
// late, and nobody would ask for what lies behind: so they are dropped.

import CSV
import Query
import Transport

/// The state of commitment of a whole run.
package struct Committer: Sendable {
  /// What to do with the results that are here.
  package enum Decision: Sendable {
    /// Merge this result now.
    case commit(PieceResult)
    /// Have this range read again; nothing can be merged before it arrives.
    case redo(RedoRequest)
    /// Nothing to do before the next result arrives.
    case wait
    /// The bytes that come next cannot be read.
    case fail(RunFailure)
    /// No more results are wanted.
    case finished(Ending)
  }

  /// Why no more results are wanted.
  package enum Ending: UInt8, Sendable {
    /// Every byte of every input is committed.
    case complete
    /// Enough rows were passed on.
    case rowLimit
    /// The last reject committed is the one that the run fails at.
    case rejectLimit
  }

  package private(set) var boundary = Boundary(input: 0, offset: 0)
  /// Bytes committed of each input.
  package private(set) var committed: [Int]
  /// Results that wait for what lies before them, by their start.
  private var waiting: [Boundary: PieceResult] = [:]
  private var rowsLeft: Int?
  private var rejectsLeft: Int?
  private var ending: Ending?
  private var request: RedoRequest?
  /// Pieces that stopped at a record limit and whose rest is not committed. What ends before one of them and is of no
  /// later attempt is of a piece that it has replaced; its rest, and parts of that, are later attempts.
  private var replacements: [WorkName] = []
  private let chunkSize: Int
  /// Ranges that were read again, and results that arrived too late or started at no record.
  package private(set) var redone = 0
  package private(set) var dropped = 0

  /// - Parameters:
  ///   - rowLimit: rows after which reading ends; nil for no bound.
  ///   - rejectLimit: rejects at which the run fails; nil for no bound.
  package init(inputCount: Int, chunkSize: Int, rowLimit: Int?, rejectLimit: Int?) {
    committed = Array(repeating: 0, count: inputCount)
    self.chunkSize = chunkSize
    rowsLeft = rowLimit
    rejectsLeft = rejectLimit
    if rowLimit == 0 { ending = .rowLimit }
  }

  /// Takes a result in.
  package mutating func receive(_ result: PieceResult) {
    if ending != nil || result.start < boundary || waiting[result.start] != nil || isLeftOver(result) {
      dropped += 1
    } else {
      waiting[result.start] = result
    }
  }

  /// The next thing to do; to be asked until it says `wait` or `finished`.
  package mutating func next() -> Decision {
    if let ending { return .finished(ending) }
    if let request {
      self.request = nil
      redone += 1
      return .redo(request)
    }
    guard let result = waiting.removeValue(forKey: boundary) else { return .wait }
    if let failure = result.failure { return .fail(failure) }
    if needsExactLimits(result) {
      redone += 1
      dropped += 1
      return .redo(
        RedoRequest(from: boundary, minimumEnd: Int(result.work.end), rowLimit: rowsLeft, rejectLimit: rejectsLeft))
    }
    advance(over: result)
    return .commit(result)
  }

  /// Whether a result goes beyond a limit, so that only a part of it may be merged.
  private func needsExactLimits(_ result: PieceResult) -> Bool {
    if result.tally.records == 0 { return false }
    let rows = result.rows
    let meetsRows = rowsLeft.map { rows >= $0 } ?? false
    let meetsRejects = rejectsLeft.map { result.rejects.count >= $0 } ?? false
    guard meetsRows || meetsRejects else { return false }
    switch result.stop {
    // A record limit says nothing of what lies between the row or reject that is the last and the record that is.
    case .none, .recordLimit: return true
    case .rowLimit: return rows != rowsLeft || meetsRejects
    case .rejectLimit: return result.rejects.count != rejectsLeft || meetsRows
    }
  }

  /// Has the reader go on from the committed boundary, within a record or reject that is open there: at least twice as
  /// far as before, so that the work for one long record stays linear in its length. Where the run is to fail at the
  /// reject that is open, nothing behind it is wanted.
  private mutating func requestRest(of result: PieceResult) {
    let minimumEnd = result.end + max(2 * (Int(result.work.end) - result.end), chunkSize)
    request = RedoRequest(from: boundary, minimumEnd: minimumEnd, rejectLimit: rejectsLeft == 0 ? 0 : nil)
  }

  private mutating func advance(over result: PieceResult) {
    committed[boundary.input] = result.end
    if rowsLeft != nil { rowsLeft! -= result.rows }
    if rejectsLeft != nil { rejectsLeft! -= result.rejects.count }
    boundary = result.endBoundary
    switch result.stop {
    case .rowLimit: ending = .rowLimit
    case .rejectLimit:
      // The line of the reject that the run fails at is read to its end.
      if result.endsSkipping { requestRest(of: result) } else { ending = .rejectLimit }
    case .recordLimit where result.end < Int(result.work.end):
      // The pieces behind are right as they are; what is missing is the rest of this one.
      request = RedoRequest(from: boundary, minimumEnd: Int(result.work.end))
      replacements.removeAll { $0.end <= result.work.end && $0.attempt <= result.work.attempt }
      replacements.append(result.work)
    case .none, .recordLimit:
      if result.isOpen || (result.endsSkipping && !result.isLast) {
        requestRest(of: result)
      } else if rejectsLeft == 0 {
        ending = .rejectLimit
      } else if result.isLast {
        boundary = Boundary(input: boundary.input + 1, offset: 0)
        if boundary.input == committed.count { ending = .complete }
      }
    }
    replacements.removeAll { Int($0.input) != boundary.input || Int($0.end) <= boundary.offset }
    let late = waiting.filter { $0.key < boundary || isLeftOver($0.value) }
    for start in late.keys { waiting[start] = nil }
    dropped += late.count
  }

  /// Whether a result is one of a piece that another one has replaced.
  private func isLeftOver(_ result: PieceResult) -> Bool {
    replacements.contains {
      $0.input == result.work.input && result.work.end < $0.end && result.work.attempt <= $0.attempt
    }
  }
}

extension Committer {
  /// The state without the results that wait, and without a request that nobody has heard of: both are asked for again
  /// by whoever goes on from `boundary`.
  func encode(into writer: inout ByteWriter) {
    boundary.encode(into: &writer)
    writer.write(committed) { $0.write($1) }
    writer.write(rowsLeft) { $0.write($1) }
    writer.write(rejectsLeft) { $0.write($1) }
    writer.write(ending) { $0.write($1.rawValue) }
    writer.write(redone)
    writer.write(dropped)
  }

  /// Takes over a state of the same run.
  mutating func restore(from reader: inout ByteReader) throws(ByteCodingError) {
    boundary = try Boundary(from: &reader)
    let committed = try reader.readArray { (reader) throws(ByteCodingError) in try reader.readInt() }
    guard committed.count == self.committed.count, (0...committed.count).contains(boundary.input) else {
      throw ByteCodingError("a state of other inputs")
    }
    self.committed = committed
    rowsLeft = try reader.readOptional { (reader) throws(ByteCodingError) in try reader.readInt() }
    rejectsLeft = try reader.readOptional { (reader) throws(ByteCodingError) in try reader.readInt() }
    ending = try reader.readOptional { (reader) throws(ByteCodingError) in
      guard let ending = Ending(rawValue: try reader.read()) else { throw ByteCodingError("unknown ending") }
      return ending
    }
    redone = try reader.readInt()
    dropped = try reader.readInt()
  }
}
