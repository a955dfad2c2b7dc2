// The finished groups: tables merged, in the order that the whole of them decides, and written out row by row. Never in the
// order of arrival or of hashes.

import CSV

/// The result of a grouped question.
package struct GroupAnswer: Sendable {
  /// Tables that have no group in common. Key numbers mean the same in all of them where there are several key columns.
  private let tables: [GroupTable]
  private let dictionaries: [KeyDictionary]
  private let keyOrders: [KeyOrder]
  /// Groups in order: their numbers counted on from one table to the next.
  private var order: [UInt32]
  private let firsts: [Int]
  private let columns: [GroupColumn]
  private let keyColumns: Int

  /// Finishes tables of the same calls.
  ///
  /// Null comes first in each key column; columns count from the left. Without key columns there is exactly one row.
  package init(_ tables: [GroupTable], in loop: ParallelLoop = .serial) {
    self.init(merged: GroupMerge.merge(tables, in: loop))
  }

  /// Finishes tables that have no group in common, as `GroupMerge` gives them.
  init(merged: [GroupTable]) {
    self.tables = merged
    keyColumns = merged[0].keyColumns
    var firsts: [Int] = []
    var total = 0
    for table in merged {
      firsts.append(total)
      total += table.count
    }
    self.firsts = firsts
    switch keyColumns {
    case 0:
      dictionaries = []
      keyOrders = []
      order = [0]
    case 1:
      // The groups are the keys.
      dictionaries = []
      let keys = KeyOrder(merged.map { $0.dictionaries[0] })
      keyOrders = [keys]
      order = keys.ids
    default:
      dictionaries = merged[0].dictionaries
      keyOrders = dictionaries.map { KeyOrder([$0]) }
      order = Self.order(merged, keyOrders)
    }
    columns = merged[0].calls.indices.map { GroupColumn(call: $0, of: merged) }
  }

  /// Key columns, then calls.
  package var columnCount: Int { keyColumns + columns.count }

  /// Whether a result might be outside the doubles: only where states went beyond the words of their lanes.
  package var canFail: Bool { tables.contains { $0.lanes.contains { $0.exact != nil } } }

  /// The number of rows.
  package var count: Int { order.count }

  /// The order of the groups of several key columns: sorted by the ranks of their keys, packed into as few words as they need.
  private static func order(_ tables: [GroupTable], _ keyOrders: [KeyOrder]) -> [UInt32] {
    let ranks = keyOrders.map(\.ranks)
    let width = ranks.count
    // Columns are packed from the right; whatever does not fit a word any more starts another one, which counts for more.
    var words: [[(column: Int, shift: UInt64)]] = [[]]
    var used: UInt64 = 0
    for column in (0..<width).reversed() {
      let bits = UInt64(UInt64.bitWidth - UInt64(max(1, ranks[column].count) - 1).leadingZeroBitCount)
      if used + bits > 64 {
        words.append([])
        used = 0
      }
      words[words.count - 1].append((column, used))
      used += bits
    }
    var entries: [SortEntry] = []
    entries.reserveCapacity(tables.reduce(0) { $0 + $1.count })
    for (step, fields) in words.enumerated() {
      if step == 0 {
        var place: UInt32 = 0
        for table in tables {
          for group in 0..<table.count {
            entries.append(SortEntry(key: key(fields, ranks, table.tuples, group), place: place))
            place += 1
          }
        }
      } else {
        // The sort is stable, so what earlier words decided stays among equals.
        var firsts: [Int] = []
        var total = 0
        for table in tables {
          firsts.append(total)
          total += table.count
        }
        for index in entries.indices {
          var table = firsts.count - 1
          while firsts[table] > Int(entries[index].place) { table -= 1 }
          entries[index].key = key(
            fields, ranks, tables[table].tuples, Int(entries[index].place) - firsts[table])
        }
      }
      RadixSort.sort(&entries)
    }
    return entries.map(\.place)
  }

  @inline(__always)
  private static func key(
    _ fields: [(column: Int, shift: UInt64)], _ ranks: [[UInt32]], _ tuples: TupleTable, _ group: Int
  ) -> UInt64 {
    var key: UInt64 = 0
    for (column, shift) in fields {
      key |= UInt64(ranks[column][Int(tuples.ids[group * tuples.width + column])]) << shift
    }
    return key
  }

  /// Puts the rows into another order, ties as they stand, and keeps the first `limit` of them.
  ///
  /// - Parameter keys: columns count the key columns first, then the calls.
  package mutating func sort(by keys: [CellSortKey], limit: Int?) throws(AnswerError) {
    if !keys.isEmpty {
      var values: [[Cell]] = []
      for row in 0..<count {
        var cells: [Cell] = []
        for key in keys { cells.append(try cell(row: row, column: key.column)) }
        values.append(cells)
      }
      let places = keys.enumerated().map { CellSortKey(column: $0.offset, isDescending: $0.element.isDescending) }
      order = CellOrder.order(values, by: places).map { order[$0] }
    }
    if let limit { order = Array(order.prefix(limit)) }
  }

  /// One cell of a row.
  package func cell(row: Int, column: Int) throws(AnswerError) -> Cell {
    var bytes: [UInt8] = []
    let kind = try append(row: row, column: column, to: &bytes)
    return Cell(kind: kind, bytes: bytes)
  }

  /// Appends the text of one cell.
  private func append(row: Int, column: Int, to bytes: inout [UInt8]) throws(AnswerError) -> Cell.Kind {
    let place = Int(order[row])
    var index = firsts.count - 1
    while firsts[index] > place { index -= 1 }
    let group = place - firsts[index]
    if column >= keyColumns { 
      return try columns[column - keyColumns].append(group, of: tables[index], number: index, to: &bytes)
    }
    let id = keyColumns == 1 ? group : Int(tables[index].tuples.ids[group * keyColumns + column])
    return appendKey(id, column: column, table: index, to: &bytes)
  }

  @inline(__always)
  private func appendKey(_ id: Int, column: Int, table: Int, to bytes: inout [UInt8]) -> Cell.Kind {
    let isNull: Bool
    if keyColumns == 1 {
      isNull = tables[table].dictionaries[0].isNull(id)
      if !isNull { tables[table].dictionaries[0].append(id, to: &bytes) }
    } else {
      isNull = dictionaries[column].isNull(id)
      if !isNull { dictionaries[column].append(id, to: &bytes) }
    }
    if isNull { return .null }
    return keyOrders[column].isNumeric ? .number : .text
  }

  /// The rows of a range, encoded, with separators between them.
  ///
  /// - Parameter selection: the columns to write, key columns first, then the calls.
  package func encode(
    _ rows: Range<Int>, selection: [Int], with encoder: some RowEncoder
  ) throws(AnswerError) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(rows.count * 8 * selection.count)
    let separator = encoder.separator
    var text: [UInt8] = []
    for row in rows {
      if row > rows.lowerBound, !separator.isEmpty { output.append(contentsOf: separator) }
      encoder.beginRow(into: &output)
      for (position, column) in selection.enumerated() {
        text.removeAll(keepingCapacity: true)
        let kind = try append(row: row, column: column, to: &text)
        encoder.append(kind, text.span, column: position, into: &output)
      }
      encoder.endRow(into: &output)
    }
    return output
  }
}
