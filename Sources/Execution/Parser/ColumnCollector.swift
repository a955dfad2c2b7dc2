// The fast way through a piece: runs of regular records, column by column. What is out of the ordinary in a record is
// left to the row path (`RowCollector`), whose states these are too.
//
// Why the pointers hold: slices and numbers are those of the batch, good until the next `load`; the memory for numbers
// of keys and groups (`GroupScratch`) belongs to this object and has room for a whole run.

import CSV
import Query

/// Adds runs of records to groups or to a profile, or encodes them.
package final class ColumnCollector {
  private enum Work {
    case profile
    case groups(GroupTask)
    case rows(CSVColumnEncoder)
  }

  private let plan: Plan
  private let work: Work
  private let tape: FieldTape
  private let batch: ColumnBatch
  private let nulls: NullKeys
  private let profileScratch: ProfileScratch
  private let scratch: GroupScratch
  private var exceptions: [Int] = []
  /// Places of the selection that are behind the records added so far.
  private var place = 0

  /// - Returns: nil where the scanner or the question leave nothing to be done by columns.
  package init?(plan: Plan) {
    guard plan.question.scanner != .scalar, ColumnBatch.suits(plan) else { return nil }
    var keyColumns = 0
    switch plan.task {
    case .profile: work = .profile
    case .groups(let task):
      keyColumns = task.keys.count
      // Conditions, and what is always null, are rare as arguments.
      for (call, argument) in zip(task.calls, task.arguments) {
        if let argument, call.kind == .boolean || argument.isAlwaysNull { return nil }
      }
      work = .groups(task)
    case .rows:
      guard let encoder = CSVColumnEncoder(plan: plan) else { return nil }
      work = .rows(encoder)
    }
    self.plan = plan
    tape = FieldTape(dialect: plan.dialect, columnCount: plan.columnCount, kind: plan.question.scanner)
    batch = ColumnBatch(plan: plan)
    nulls = NullKeys(plan.dialect)
    profileScratch = ProfileScratch(plan.dialect)
    scratch = GroupScratch(keyColumns: keyColumns, capacity: FieldTape.batchLimit)
  }

  /// Forgets what was found in the bytes before: others are in the buffer.
  package func begin() { tape.beginPiece() }

  /// Finds the next run of regular records, and reads of it what the question needs.
  package func load(_ buffer: PieceBuffer, from offset: Int, facts: PieceFacts) -> FieldTape.Stop {
    let stop = tape.advance(buffer, from: offset, facts: facts)
    place = 0
    exceptions.removeAll(keepingCapacity: true)
    if tape.recordCount > 0 {
      batch.load(tape, buffer)
      batch.runFilter()
      batch.loadUses()
      switch work {
      case .profile: for column in 0..<plan.columnCount { _ = batch.slices(column: column) }
      case .groups(let task): for case .column(let column) in task.keys { _ = batch.slices(column: column) }
      case .rows: break
      }
      exceptions = batch.exceptions
    }
    return stop
  }

  /// Records of the run.
  package var recordCount: Int { tape.recordCount }
  package func recordStart(_ record: Int) -> Int { tape.recordStart(record) }
  package func lines(before record: Int) -> Int { tape.lines(before: record) }

  /// The record that is the n-th exception of the run; behind the last exception the count of records.
  package func exception(_ ordinal: Int) -> Int {
    ordinal < exceptions.count ? exceptions[ordinal] : tape.recordCount
  }

  /// Adds records of the run, among which there is no exception. To be called in their order.
  ///
  /// - Parameter room: rows that may still be used; nil for no bound.
  /// - Returns: the records that were taken: fewer only where there was no more room.
  package func add(_ records: Range<Int>, to rows: inout RowCollector, room: Int?) -> Int {
    let first = place
    if records.upperBound == tape.recordCount {
      place = batch.selectedCount
    } else {
      while place < batch.selectedCount, batch.row(at: place) < records.upperBound { place += 1 }
    }
    var taken = records.count
    if let room, place - first >= room {
      place = first + room
      if room > 0 { taken = batch.row(at: place - 1) + 1 - records.lowerBound }
    }
    let count = place - first
    rows.count += count
    rows.filtered += taken - count
    if count == 0 { return taken }
    switch work {
    case .profile where rows.typed != nil: sendProfile(first, count, &rows.typed)
    case .profile: addToProfile(first, count, &rows.state)
    case .groups(let task) where rows.typed != nil: sendGroups(task, first, count, &rows.typed)
    case .groups(let task): addToGroups(task, first, count, &rows.state.table)
    case .rows(let encoder):
      encoder.encode(batch, places: first..<place, into: &rows.block.bytes)
      rows.block.count += count
    }
    return taken
  }

  private func addToProfile(_ first: Int, _ count: Int, _ state: inout PieceState) {
    for column in 0..<plan.columnCount {
      state.profile.add(
        column: column, base: batch.base, slices: batch.selectedSlices(column: column) + first, count: count,
        scratch: profileScratch)
    }
    state.profile.endRows(count)
  }

  private func sendProfile(_ first: Int, _ count: Int, _ rows: inout TypedRows?) {
    for column in 0..<plan.columnCount {
      rows?.append(texts: column, base: batch.base, slices: batch.selectedSlices(column: column) + first, rows: count)
    }
    rows?.endRows(count)
  }

  private func sendGroups(_ task: GroupTask, _ first: Int, _ count: Int, _ rows: inout TypedRows?) {
    for (column, source) in task.keys.enumerated() {
      switch source {
      case .column(let place):
        rows?.append(texts: column, base: batch.base, slices: batch.selectedSlices(column: place) + first, rows: count)
      case .derived(let expression):
        rows?.append(texts: column, batch.texts(of: expression), from: first, rows: count)
      }
    }
    for (call, argument) in task.arguments.enumerated() {
      if let argument { rows?.append(argumentOf: call, batch, argument, from: first, rows: count) }
    }
    rows?.endRows(count)
  }

  private func addToGroups(_ task: GroupTask, _ first: Int, _ count: Int, _ table: inout GroupTable) {
    for (column, source) in task.keys.enumerated() {
      switch source {
      case .column(let place):
        table.identifyKeys(
          column: column, base: batch.base, slices: batch.selectedSlices(column: place) + first, rows: count,
          nulls: nulls,
          in: scratch)
      case .derived(let expression):
        table.identifyKeys(column: column, texts: batch.texts(of: expression), from: first, rows: count, in: scratch)
      }
    }
    table.identifyGroups(rows: count, in: scratch)
    var isCounted = false
    for (call, argument) in task.arguments.enumerated() {
      guard let argument else { continue }
      if let lane = table.lane(ofCall: call) {
        table.add(
          batch.number(of: argument), from: first, rows: count, lane: lane, counting: !isCounted, in: scratch)
        isCounted = true
      } else if table.isOverTexts(call: call) {
        table.addTexts(batch.texts(of: argument), from: first, rows: count, call: call, in: scratch)
      }
    }
    if !isCounted { table.countRows(count, in: scratch) }
  }
}
