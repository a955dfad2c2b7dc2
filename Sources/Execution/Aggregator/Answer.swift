// The aggregator's side of a task: merges partial states and turns the whole into the bytes of the result.

import CSV
import Query

/// The result in the making.
package struct Answer {
  private let plan: Plan
  private let encoder: any RowEncoder
  private var profile: ProfileState
  private var table: GroupTable
  /// Many groups, which arrive by partition.
  private var parts = GroupParts()
  /// Tables that parsers kept for the whole run.
  private var kept: [GroupTable] = []
  private var sorted = SortedRows()
  private var typedRowsAdder: TypedRowsAdder?
  // What is left to be written once everything is merged.
  private var groups: GroupAnswer?
  private var groupKeys: EncodedKeys?
  private var groupsWritten = 0
  private var waiting: [[UInt8]] = []
  /// Rows of the result so far.
  package private(set) var rowCount = 0

  package init(plan: Plan) {
    self.plan = plan
    encoder = plan.question.format.makeEncoder(columns: plan.resultColumns)
    if case .profile = plan.task {
      profile = ProfileState(columnCount: plan.columnCount)
    } else {
      profile = ProfileState(columnCount: 0)
    }
    if case .groups(let task) = plan.task {
      table = GroupTable(calls: task.calls, keyColumns: task.keys.count)
    } else {
      table = GroupTable(calls: [], keyColumns: 0)
    }
  }

  /// Rows of the input that went into the answer, counted by the answer itself; nil where some were dropped on purpose.
  package var usedRows: Int? {
    switch plan.task {
    case .profile: profile.rowCount
    case .groups: kept.reduce(table.rowCount + parts.rowCount) { $0 + $1.rowCount }
    case .rows(let task) where task.sort.isEmpty: rowCount
    case .rows(let task): task.limit == nil ? sorted.rows.count : nil
    }
  }

  /// The bytes before the first row.
  package func prologue() -> [UInt8] { encoder.prologue() }

  /// Merges the state of the next piece in input order. Gives the rows that can be printed now.
  ///
  /// - Parameter loop: how the work on many groups is spread.
  package mutating func merge(
    _ partial: PartialState, in loop: ParallelLoop = .serial
  ) throws(RunFailure) -> [UInt8] {
    switch partial {
    case .rows(let block):
      guard block.count > 0 else { return [] }
      defer { rowCount += block.count }
      return rowCount > 0 ? encoder.separator + block.bytes : block.bytes
    case .sorted(let rows):
      sorted.append(rows)
      if case .rows(let task) = plan.task, let limit = task.limit, sorted.rows.count > 4096,
        sorted.rows.count / 4 > limit
      {
        sorted.sort(descending: task.sort.map(\.isDescending), limit: limit)
      }
    case .groups(let other): table.merge(other)
    case .parts(let tables): parts.merge(tables, in: loop)
    case .profile(let other): profile.merge(other)
    case .typed(let rows, let rest):
      let adder = typedRowsAdder ?? TypedRowsAdder(plan: plan)
      typedRowsAdder = adder
      if case .groups(let task) = plan.task {
        adder.add(rows, to: &table, task: task)
      } else {
        adder.add(rows, to: &profile)
      }
      return try merge(rest, in: loop)
    case .kept: break
    case .encoded: throw RunFailure(.books, "a partial state was merged before it was decoded")
    }
    return []
  }

  /// Takes in what parsers kept for the whole run.
  package mutating func take(_ states: [PartialState]) {
    for state in states {
      switch state {
      case .groups(let table): kept.append(table)
      case .profile(let other): profile.merge(other)
      case .rows, .sorted, .parts, .typed, .encoded, .kept: break
      }
    }
  }

  /// Partial states that give this one when they are merged; not the rows that were given away.
  var partials: [PartialState] {
    switch plan.task {
    case .profile: [.profile(profile)]
    case .groups: [.groups(table)] + (parts.tables.isEmpty ? [] : [.parts(parts.tables)])
    case .rows(let task): task.sort.isEmpty ? [] : [.sorted(sorted)]
    }
  }

  /// About how many bytes these take in their binary form.
  var approximateSize: Int {
    switch plan.task {
    case .profile: 0
    case .groups: parts.tables.reduce(table.approximateSize) { $0 + $1.approximateSize }
    case .rows: sorted.rows.reduce(0) { $0 + $1.bytes.count + 32 }
    }
  }

  /// Groups, or rows to be sorted, that are in memory.
  var extent: Int {
    switch plan.task {
    case .profile: 0
    case .groups: kept.reduce(table.count + parts.count) { $0 + $1.count }
    case .rows: sorted.rows.count
    }
  }

  /// The same in words.
  var extentText: String {
    let count = GroupedDigits.text(extent)
    switch plan.task {
    case .profile: return ""
    case .groups: return "\(count) groups"
    case .rows(let task): return task.sort.isEmpty ? "" : "\(count) rows"
    }
  }

  /// Bytes that `prepare` takes at least, beside what is there: an order of the groups, or the sorted rows put together.
  var leastPreparation: Int {
    switch plan.task {
    case .profile: 0
    case .groups: 8 * extent
    case .rows(let task): task.sort.isEmpty || task.limit != nil ? 0 : sorted.rows.reduce(0) { $0 + $1.bytes.count }
    }
  }

  /// Takes over the number of rows that a predecessor gave away.
  mutating func restore(rowCount: Int) { self.rowCount = rowCount }

  /// Rows that are encoded as one block.
  private static let blockRows = 1 << 13

  /// Makes ready what had to wait for the end. Fails, before anything is written, where the result cannot be given.
  ///
  /// - Parameter loop: how work on large results is spread.
  package mutating func prepare(in loop: ParallelLoop) throws(RunFailure) {
    do throws(AnswerError) {
      switch plan.task {
      case .rows(let task) where task.sort.isEmpty: break
      case .rows(let task):
        sorted.sort(descending: task.sort.map(\.isDescending), limit: task.limit)
        rowCount = sorted.rows.count
        waiting = [Array(sorted.rows.map(\.bytes).joined(separator: encoder.separator))]
      case .profile:
        let rows = try profile.finish(names: plan.survey.columns)
        rowCount = rows.count
        waiting = [encoder.encode(rows: rows)]
      case .groups(let task):
        // Nothing but the answer holds the tables, so that what is done with lets its memory go.
        kept.append(table)
        kept.append(contentsOf: parts.take())
        table = GroupTable(calls: [], keyColumns: 0)
        var tables: [GroupTable] = []
        swap(&tables, &kept)
        var answer = GroupAnswer(tables, in: loop)
        try answer.sort(by: task.sort, limit: task.limit)
        rowCount = answer.count
        // A result that might be outside the doubles is made as a whole, because nothing may be written if it is.
        if answer.canFail {
          let keys = answer.encodedKeys(selection: task.selection, with: encoder)
          waiting = [try answer.encode(0..<answer.count, selection: task.selection, with: encoder, keys: keys)]
        } else {
          groups = answer
          groupKeys = answer.encodedKeys(selection: task.selection, with: encoder)
        }
      }
    } catch {
      throw RunFailure(error)
    }
    waiting.append(encoder.epilogue(isEmpty: rowCount == 0))
  }

  /// Whether all rows were given by `next`: one of the books.
  package var isWritten: Bool {
    if case .groups = plan.task, groupKeys != nil || groups != nil { return groupsWritten == rowCount }
    return waiting.isEmpty
  }

  /// The next bytes of the result behind those that were given as pieces were merged; nil behind the last. To be asked
  /// after `prepare`.
  package mutating func next(in loop: ParallelLoop) throws(RunFailure) -> [UInt8]? {
    // Behind the blocks of groups waits what ends the result.
    if let groups, waiting.count == 1, groupsWritten < groups.count, case .groups(let task) = plan.task {
      let first = groupsWritten
      let blocks = min(4 * loop.width, (groups.count - first + Self.blockRows - 1) / Self.blockRows)
      let encoder = encoder
      let keys = groupKeys
      let results = loop.map(blocks) { block in
        let start = first + block * Self.blockRows
        let rows = start..<min(groups.count, start + Self.blockRows)
        return Result { () throws(AnswerError) in
          try groups.encode(rows, selection: task.selection, with: encoder, keys: keys)
        }
      }
      groupsWritten = min(groups.count, first + blocks * Self.blockRows)
      for (index, result) in results.enumerated() {
        do throws(AnswerError) { waiting.insert(try result.get(), at: 2 * index) } catch { throw RunFailure(error) }
        // Separators stand between any two blocks; behind the last there is none.
        let isEnd = index == results.count - 1 && groupsWritten == groups.count
        waiting.insert(isEnd ? [] : encoder.separator, at: 2 * index + 1)
      }
      return waiting.removeFirst()
    }
    if groupsWritten == rowCount { groups = nil }
    return waiting.isEmpty ? nil : waiting.removeFirst()
  }
}
