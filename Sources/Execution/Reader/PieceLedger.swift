// Which pieces are out, in the order of the input. A value without input or output: the reader asks it what to do.
//
// For whoever changes it: an entry lives from the moment its piece is given out until the committed boundary has passed
// its start. Ends and starts of neighbouring entries are equal, so a redone range always ends at a start that is known.

import Transport

/// The pieces that are given out and not committed.
package struct PieceLedger: Sendable {
  /// A piece that is out.
  package struct Entry: Equatable, Sendable {
    package var start: Boundary
    package var cut: Cut
    package var attempt: UInt32
    package var isReceived: Bool
    /// Whether the byte before the start is known to end a line.
    package var startsAfterLine: Bool
    /// Where its parser stops before the end.
    package var rowLimit: Int?
    package var rejectLimit: Int?
  }

  /// The most entries at a time: how far reading may run ahead of the oldest uncommitted piece.
  package let window: Int
  package private(set) var entries: [Entry] = []
  package private(set) var committed: Boundary
  /// Attempts of an older generation are never mistaken for those of this one.
  private let firstAttempt: UInt32
  private var attempts: UInt32

  /// - Parameters:
  ///   - committed: what lies before this is committed already.
  ///   - generation: how many ledgers of this run there were before this one.
  package init(window: Int, committed: Boundary = Boundary(input: 0, offset: 0), generation: Int = 0) {
    self.window = window
    self.committed = committed
    firstAttempt = UInt32(truncatingIfNeeded: generation) << 16
    attempts = firstAttempt
  }

  package var hasRoom: Bool { entries.count < window }
  package var isEmpty: Bool { entries.isEmpty }

  /// Enters the next piece in input order and names it.
  package mutating func append(start: Boundary, startsAfterLine: Bool, cut: Cut) -> WorkName {
    entries.append(
      Entry(start: start, cut: cut, attempt: firstAttempt, isReceived: false, startsAfterLine: startsAfterLine))
    return name(start, cut, firstAttempt)
  }

  /// Notes that a result has arrived and how far the input is committed; forgets what lies before that.
  package mutating func receive(_ work: WorkName, committed boundary: Boundary) {
    if let index = index(of: work) { entries[index].isReceived = true }
    committed = max(committed, boundary)
    entries.removeAll { $0.start < committed }
  }

  /// The entries that lie within a range to be redone are forgotten. Gives the cut at which the redone piece ends: the
  /// start of the next entry, or nil where nothing behind the range is out.
  package mutating func drop(for redo: RedoRequest) -> Cut? {
    let from = redo.from
    entries.removeAll {
      $0.start.input == from.input && $0.start.offset >= from.offset && $0.start.offset < redo.minimumEnd
    }
    guard let next = entries.first(where: { $0.start.input == from.input && $0.start.offset >= redo.minimumEnd }) else {
      return nil
    }
    return Cut(offset: next.start.offset, isLast: false, endsLine: next.startsAfterLine)
  }

  /// Enters a redone piece in its place and names it.
  package mutating func insert(start: Boundary, cut: Cut, rowLimit: Int? = nil, rejectLimit: Int? = nil) -> WorkName {
    attempts += 1
    let index = entries.firstIndex { $0.start > start } ?? entries.count
    entries.insert(
      Entry(
        start: start, cut: cut, attempt: attempts, isReceived: false, startsAfterLine: true, rowLimit: rowLimit,
        rejectLimit: rejectLimit), at: index)
    return name(start, cut, attempts)
  }

  /// Names a piece anew whose result will not arrive; nil if it is of no use any more.
  package mutating func renew(_ work: WorkName) -> (entry: Entry, work: WorkName)? {
    guard let index = index(of: work), !entries[index].isReceived else { return nil }
    attempts += 1
    entries[index].attempt = attempts
    return (entries[index], name(entries[index].start, entries[index].cut, attempts))
  }

  /// Divides a piece whose result will not arrive at a cut within it: both parts are to be given out again. nil if it is of
  /// no use any more. What bounds its records bounds those of the first part; the other is asked for again if it must be.
  package mutating func divide(_ work: WorkName, at cut: Cut) -> (first: WorkName, second: WorkName)? {
    guard let index = index(of: work), !entries[index].isReceived else { return nil }
    let whole = entries[index]
    guard whole.start.offset < cut.offset, cut.offset < whole.cut.offset else { return nil }
    entries[index].cut = cut
    let start = Boundary(input: whole.start.input, offset: cut.offset)
    let second = insert(start: start, cut: whole.cut)
    if let index = entries.firstIndex(where: { $0.start == start }) { entries[index].startsAfterLine = cut.endsLine }
    return (name(whole.start, cut, whole.attempt), second)
  }

  private func index(of work: WorkName) -> Int? {
    entries.firstIndex {
      $0.start.input == Int(work.input) && $0.start.offset == Int(work.first) && $0.attempt == work.attempt
    }
  }

  private func name(_ start: Boundary, _ cut: Cut, _ attempt: UInt32) -> WorkName {
    WorkName(input: UInt32(start.input), first: UInt64(start.offset), end: UInt64(cut.offset), attempt: attempt)
  }
}
