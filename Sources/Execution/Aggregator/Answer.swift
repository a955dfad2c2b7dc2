// The aggregator's side of a task: merges partial states and turns the whole into the bytes of the result.

import CSV
import Query

/// The result in the making.
package struct Answer {
  private let plan: Plan
  private let encoder: any RowEncoder
  private var profile: ProfileState
  private var table: GroupTable
  private var sorted = SortedRows()
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
      table = GroupTable(calls: task.calls)
    } else {
      table = GroupTable(calls: [])
    }
  }

  /// Rows of the input that went into the answer, counted by the answer itself; nil where some were dropped on purpose.
  package var usedRows: Int? {
    switch plan.task {
    case .profile: profile.rowCount
    case .groups: (0..<table.count).reduce(0) { $0 + table.rowCount(group: $1) }
    case .rows(let task) where task.sort.isEmpty: rowCount
    case .rows(let task): task.limit == nil ? sorted.rows.count : nil
    }
  }

  /// The bytes before the first row.
  package func prologue() -> [UInt8] { encoder.prologue() }

  /// Merges the state of the next piece in input order. Gives the rows that can be printed now.
  package mutating func merge(_ partial: PartialState) throws(RunFailure) -> [UInt8] {
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
    case .profile(let other): profile.merge(other)
    case .encoded: throw RunFailure(.books, "a partial state was merged before it was decoded")
    }
    return []
  }

  /// The rows that had to wait for the end, and the bytes behind the last row.
  package mutating func finish() throws(RunFailure) -> [UInt8] {
    var bytes: [UInt8]
    do throws(AnswerError) {
      bytes = try rest()
    } catch {
      throw RunFailure(error)
    }
    bytes.append(contentsOf: encoder.epilogue(isEmpty: rowCount == 0))
    return bytes
  }

  private mutating func rest() throws(AnswerError) -> [UInt8] {
    switch plan.task {
    case .rows(let task):
      guard !task.sort.isEmpty else { return [] }
      sorted.sort(descending: task.sort.map(\.isDescending), limit: task.limit)
      rowCount = sorted.rows.count
      return Array(sorted.rows.map(\.bytes).joined(separator: encoder.separator))
    case .profile:
      let rows = try profile.finish(names: plan.survey.columns)
      rowCount = rows.count
      return encoder.encode(rows: rows)
    case .groups(let task):
      var rows = try table.finish(keyColumns: task.keys.count)
      if !task.sort.isEmpty { rows = CellOrder.sorted(rows, by: task.sort) }
      if let limit = task.limit { rows = Array(rows.prefix(limit)) }
      if task.selection != Array(0..<task.keys.count + task.calls.count) {
        rows = rows.map { row in task.selection.map { row[$0] } }
      }
      rowCount = rows.count
      return encoder.encode(rows: rows)
    }
  }
}
