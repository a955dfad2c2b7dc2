// The resolved question: a value without behaviour. It is made anew from question and survey in every process, so it
// is the same everywhere without crossing anywhere.

import CSV

/// Where a cell of a row comes from.
package enum CellSource: Sendable {
  /// The text of a column of the input.
  case column(Int)
  /// The value of a derived column.
  case derived(SharedExpression)
}

/// A key that rows are sorted by.
package struct RowSortKey: Sendable {
  package var expression: SharedExpression
  package var isDescending: Bool
}

/// A key that finished rows of cells are sorted by.
package struct CellSortKey: Equatable, Sendable {
  package var column: Int
  package var isDescending: Bool
}

/// Rows pass through.
package struct RowTask: Sendable {
  package var outputs: [CellSource]
  /// Empty: rows keep the order of the input.
  package var sort: [RowSortKey]
  package var limit: Int?

  /// Whether reading ends as soon as the limit is reached.
  package var stopsAtLimit: Bool { sort.isEmpty && limit != nil }
}

/// Rows are aggregated by key.
package struct GroupTask: Sendable {
  package var keys: [CellSource]
  package var calls: [AggregateCall]
  /// The argument of each call; nil for `count`.
  package var arguments: [SharedExpression?]
  /// Positions in keys + calls of the columns to print.
  package var selection: [Int]
  package var sort: [CellSortKey]
  package var limit: Int?
}

/// What is to be done with the rows.
package enum Task: Sendable {
  case profile
  case rows(RowTask)
  case groups(GroupTask)
}

/// What must be read of one column, and checked, before a row is used.
package struct ColumnCheck: Sendable {
  package var column: Int
  /// Positions in `Plan.uses` of the uses of this column.
  package var uses: [Int]
  /// The type that the user gave; every value of the column must be of it.
  package var givenType: ColumnType?
}

/// The resolved question.
package struct Plan: Sendable {
  package var question: Question
  package var survey: Survey
  /// The type of every column: as given, else as sampled.
  package var types: [ColumnType]
  /// The operands of all expressions; `RowScratch.values` is in this order.
  package var uses: [ColumnUse]
  package var filter: SharedExpression?
  /// What the filter needs, leftmost column first.
  package var filterChecks: [ColumnCheck]
  /// What is needed beyond that, leftmost column first.
  package var otherChecks: [ColumnCheck]
  package var task: Task
  package var resultColumns: [ResultColumn]

  package var columnCount: Int { survey.columns.count }
  package var dialect: Dialect { survey.dialect }

  /// The rejects after which a run fails: nil for no bound, or one that is judged at the end.
  package var rejectLimit: Int? {
    if question.errorPolicy == .fail { return 1 }
    if case .count(let count)? = question.maxErrors { return count == .max ? nil : count + 1 }
    return nil
  }
}
