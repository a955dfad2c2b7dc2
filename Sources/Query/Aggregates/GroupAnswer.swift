// The finished groups: tables merged, put into the order that the whole of them decides, and written out. Never in the
// order of arrival or of hashes.

import CSV

/// The result of a grouped question.
package struct GroupAnswer: Sendable {
  private var table: GroupTable
  private let keyOrders: [KeyOrder]
  /// The keys of rows in order, where they fit one word.
  private var packed: PackedKeys?
  /// Groups in order.
  private var order: [UInt32]
  private let columns: [GroupColumn]
  private let keyColumns: Int

  /// Finishes tables of the same calls.
  ///
  /// Null comes first in each key column; columns count from the left. Without key columns there is exactly one row.
  ///
  /// - Parameters:
  ///   - tables: at least one.
  ///   - partitionFrom: groups in all tables from which on they are merged side by side; tests say fewer.
  package init(
    _ tables: consuming [GroupTable], in loop: ParallelLoop = .serial, partitionFrom: Int = GroupMerge.partitionFrom
  ) {
    if let sorted = GroupMerge.mergeSorted(tables, in: loop, partitionFrom: partitionFrom) {
      table = sorted.table
      keyColumns = table.keyColumns
      keyOrders = sorted.keyOrders
      packed = sorted.packed
      order = sorted.order
      columns = table.calls.indices.map { [table] in GroupColumn(call: $0, of: table) }
      return
    }
    table = GroupMerge.merge(tables, in: loop, partitionFrom: partitionFrom)
    keyColumns = table.keyColumns
    columns = table.calls.indices.map { [table] in GroupColumn(call: $0, of: table) }
    switch keyColumns {
    case 0:
      keyOrders = []
      order = [0]
    case 1:
      // The groups are the keys.
      keyOrders = [KeyOrder([table.dictionaries[0]])]
      order = keyOrders[0].ids
    default:
      let dictionaries = table.dictionaries
      keyOrders = loop.map(dictionaries.count) { KeyOrder([dictionaries[$0]]) }
      let layout = PackedKeys.Layout(counts: dictionaries.map(\.count))
      var entries = layout.sorted(table.tuples, ranks: keyOrders.map(\.ranks))
      order = entries.map(\.place)
      if layout.isOneWord {
        packed = PackedKeys(layout: layout, keys: entries.map(\.key))
        entries = []
        table.tuples.forgetIds()
      }
    }
  }

  /// Key columns, then calls.
  package var columnCount: Int { keyColumns + columns.count }

  /// Whether a result might be outside the doubles: only where states went beyond the words of their lanes.
  package var canFail: Bool { table.lanes.contains { $0.exact != nil } }

  /// The number of rows.
  package var count: Int { order.count }

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
      let sorted = CellOrder.order(values, by: places)
      packed?.reorder(sorted)
      order = sorted.map { order[$0] }
    }
    if let limit { order = Array(order.prefix(limit)) }
  }

  /// One cell of a row.
  package func cell(row: Int, column: Int) throws(AnswerError) -> Cell {
    var cells = CellBlock(rows: 1)
    try append(row..<row + 1, column: column, to: &cells)
    return Cell(kind: cells.kinds[0], bytes: cells.bytes)
  }

  /// The number of a row's key among the keys of its column.
  private func keyNumber(row: Int, column: Int) -> Int {
    let group = Int(order[row])
    if keyColumns == 1 { return group }
    if let packed { return Int(keyOrders[column].ids[packed.rank(row: row, column: column)]) }
    return Int(table.tuples.ids[group * keyColumns + column])
  }

  private func appendKey(_ id: Int, column: Int, to bytes: inout [UInt8]) -> Cell.Kind {
    if table.dictionaries[column].isNull(id) { return .null }
    table.dictionaries[column].append(id, to: &bytes)
    return keyOrders[column].isNumeric ? .number : .text
  }

  // MARK: Writing

  /// Encodes the cells of key columns, which many rows share; nil where that does not help: where keys are not packed,
  /// are nearly all different, or do not stand first.
  package func encodedKeys(selection: [Int], with encoder: some RowEncoder) -> EncodedKeys? {
    guard let packed, encoder.separator.isEmpty, selection == Array(0..<columnCount) else { return nil }
    guard keyOrders.allSatisfy({ $0.ids.count < count }) else { return nil }
    var row: [UInt8] = []
    encoder.beginRow(into: &row)
    // A row that begins with something of its own is written cell by cell.
    guard row.isEmpty else { return nil }
    var keys = EncodedKeys()
    var text: [UInt8] = []
    for column in 0..<keyColumns {
      let (shift, mask) = packed.field(column)
      keys.add(shift: shift, mask: mask, count: keyOrders[column].ids.count) { rank, bytes in
        text.removeAll(keepingCapacity: true)
        let kind = appendKey(Int(keyOrders[column].ids[rank]), column: column, to: &text)
        encoder.append(kind, text.span, column: column, into: &bytes)
      }
    }
    keys.seal()
    return keys
  }

  /// The rows of a range, encoded, with separators between them.
  ///
  /// - Parameters:
  ///   - selection: the columns to write, key columns first, then the calls.
  ///   - keys: what `encodedKeys` gave for the same selection and encoder.
  package func encode(
    _ rows: Range<Int>, selection: [Int], with encoder: some RowEncoder, keys: EncodedKeys? = nil
  ) throws(AnswerError) -> [UInt8] {
    if let keys, let packed { return try encode(rows, with: encoder, keys, packed) }
    var output: [UInt8] = []
    output.reserveCapacity(rows.count * 8 * selection.count)
    let separator = encoder.separator
    for start in stride(from: rows.lowerBound, to: rows.upperBound, by: CellBlock.rows) {
      let block = start..<min(rows.upperBound, start + CellBlock.rows)
      var cells = CellBlock(rows: block.count)
      for column in selection { try append(block, column: column, to: &cells) }
      for row in 0..<block.count {
        if start + row > rows.lowerBound, !separator.isEmpty { output.append(contentsOf: separator) }
        encoder.beginRow(into: &output)
        for position in selection.indices { cells.append(row, position, with: encoder, to: &output) }
        encoder.endRow(into: &output)
      }
    }
    return output
  }

  /// Appends the cells of a column for a block of rows.
  private func append(_ rows: Range<Int>, column: Int, to cells: inout CellBlock) throws(AnswerError) {
    if column >= keyColumns {
      try columns[column - keyColumns].append(order[rows], of: table, to: &cells)
      return
    }
    for row in rows {
      let kind = appendKey(keyNumber(row: row, column: column), column: column, to: &cells.bytes)
      cells.close(kind)
    }
  }

  /// The same, with the cells of keys copied.
  private func encode(
    _ rows: Range<Int>, with encoder: some RowEncoder, _ keys: EncodedKeys, _ packed: PackedKeys
  ) throws(AnswerError) -> [UInt8] {
    var tails: [UInt8] = []
    tails.reserveCapacity(rows.count * 8 * columns.count)
    var ends: [Int] = []
    ends.reserveCapacity(rows.count)
    for start in stride(from: rows.lowerBound, to: rows.upperBound, by: CellBlock.rows) {
      let block = start..<min(rows.upperBound, start + CellBlock.rows)
      var cells = CellBlock(rows: block.count)
      for column in columns { try column.append(order[block], of: table, to: &cells) }
      for row in 0..<block.count {
        for call in columns.indices {
          cells.append(row, call, at: keyColumns + call, with: encoder, to: &tails)
        }
        encoder.endRow(into: &tails)
        ends.append(tails.count)
      }
    }
    return keys.rows(packed.keys[rows], tails: tails, ends: ends)
  }
}
