// Batches of rows against the same rows one by one, with any number of key columns, over tables that are cleared and merged
// as parsers do it.

import CSV
import TestTiers
import Testing

@testable import Query

@Suite struct GroupBatchTests {
  /// A row as columns hold it.
  private struct Row {
    /// Fields of the key columns; what is null is decided by the dialect.
    var keys: [[UInt8]]
    var value: (mantissa: Int64, scale: Int)?
    var text: [UInt8]
  }

  private static let dialect = Dialect(nullTexts: ["NA", "a null text that is long"].bytes)

  private static let calls: [AggregateCall] =
    [AggregateCall(function: .count, kind: nil, name: [99])]
    + [.sum, .min, .max, .stddev].map { AggregateCall(function: $0, kind: .number, name: [110], argument: 0) }
    + [.count, .min, .max].map { AggregateCall(function: $0, kind: .text, name: [116], argument: 1) }

  private func randomRows(_ count: Int, keyColumns: Int, keys: Int, using source: inout SplitMixSource) -> [Row] {
    (0..<count).map { _ in
      let fields = (0..<keyColumns).map { column -> [UInt8] in
        switch Int.random(in: 0..<12, using: &source) {
        case 0: []
        case 1: Self.dialect.nullTexts.randomElement(using: &source)!
        case 2: KeyTexts.random(using: &source)
        default: Array("\(column) key \(Int.random(in: 0..<keys, using: &source))".utf8)
        }
      }
      let draw = NumberDraw.allCases.randomElement(using: &source)!
      return Row(
        keys: fields, value: draw.decimal(using: &source),
        text: ["", "x", "NA", "zz"].bytes.randomElement(using: &source)!)
    }
  }

  private func addByRows(_ rows: [Row], to table: inout GroupTable) {
    for row in rows {
      let numbers = row.keys.enumerated().map { column, key in
        Self.dialect.isNull(key.span) ? table.nullNumber(column: column) : table.keyNumber(column: column, key.span)
      }
      let group = table.group(numbers: numbers)
      table.addRow(group: group)
      var scratch = RowScratch(useCount: 0)
      let number = row.value.map {
        Value.number(.decimal(Decimal(mantissa: Int128($0.mantissa), scale: $0.scale)))
      }
      let text: Value = Self.dialect.isNull(row.text.span) ? .null : .text(scratch.append(row.text.span))
      for (call, kind) in Self.calls.map(\.kind).enumerated() where kind != nil {
        table.add(kind == .number ? number ?? .null : text, in: scratch, call: call, group: group)
      }
    }
  }

  private func addByColumns(
    _ rows: [Row], to table: inout GroupTable, in scratch: GroupScratch, using source: inout SplitMixSource
  ) {
    let numbers = NumberColumn()
    numbers.reserve(rows.count)
    for (row, value) in rows.map(\.value).enumerated() {
      numbers.mantissas[row] = value?.mantissa ?? 0
      numbers.marks[row] = value.map { UInt8($0.scale) } ?? NumberColumn.null
    }
    numbers.seal()
    let texts = Self.column(rows.map(\.text))
    let keyTexts = (0..<table.keyColumns).map { column in Self.column(rows.map { $0.keys[column] }) }
    let nulls = NullKeys(Self.dialect)
    var first = 0
    while first < rows.count {
      let count = Int.random(in: 1...min(scratch.capacity, rows.count - first), using: &source)
      for column in 0..<table.keyColumns {
        if Bool.random(using: &source) {
          TextBatch(rows[first..<first + count].map { $0.keys[column] }, using: &source).withSlices { base, slices in
            table.identifyKeys(column: column, base: base, slices: slices, rows: count, nulls: nulls, in: scratch)
          }
        } else {
          table.identifyKeys(column: column, texts: keyTexts[column], from: first, rows: count, in: scratch)
        }
      }
      table.identifyGroups(rows: count, in: scratch)
      var isCounted = false
      for call in Self.calls.indices {
        if let lane = table.lane(ofCall: call) {
          table.add(numbers, from: first, rows: count, lane: lane, counting: !isCounted, in: scratch)
          isCounted = true
        } else if table.isOverTexts(call: call) {
          table.addTexts(texts, from: first, rows: count, call: call, in: scratch)
        }
      }
      if !isCounted { table.countRows(count, in: scratch) }
      first += count
    }
  }

  /// A column of texts as expressions make them.
  private static func column(_ texts: [[UInt8]]) -> TextColumn {
    let column = TextColumn()
    column.begin(count: texts.count)
    for (row, text) in texts.enumerated() {
      if dialect.isNull(text.span) { column.setNull(row) } else { column.set(row, text.span) }
    }
    column.finish()
    return column
  }

  @Test(arguments: 0...4, UInt64(1)...TestTier.amount(4, short: 2))
  func giveWhatRowsGive(keyColumns: Int, seed: UInt64) throws {
    var source = SplitMixSource(seed: seed)
    let empty = GroupTable(calls: Self.calls, keyColumns: keyColumns)
    let scratch = GroupScratch(keyColumns: keyColumns, capacity: 64)
    var (byRows, byColumns, mixed) = (empty, empty, empty)
    for _ in 0..<6 {
      let count = [0, 1, 40, 200].randomElement(using: &source)!
      let rows = randomRows(count, keyColumns: keyColumns, keys: 9, using: &source)
      addByRows(rows, to: &byRows)
      addByColumns(rows, to: &byColumns, in: scratch, using: &source)
      // Exceptions within a batch go row by row.
      let cut = Int.random(in: 0...rows.count, using: &source)
      addByColumns(Array(rows[..<cut]), to: &mixed, in: scratch, using: &source)
      addByRows(Array(rows[cut...]), to: &mixed)
      let expected = try byRows.finish()
      try #require(try byColumns.finish() == expected)
      try #require(try mixed.finish() == expected)
      #expect(byColumns.rowCount == byRows.rowCount)
    }
  }

  /// A parser's table for pieces is cleared and merged into what is kept, again and again.
  @Test(arguments: 0...3, UInt64(1)...3)
  func clearedTablesMergeWithTheirMaps(keyColumns: Int, seed: UInt64) throws {
    var source = SplitMixSource(seed: seed)
    let empty = GroupTable(calls: Self.calls, keyColumns: keyColumns)
    let scratch = GroupScratch(keyColumns: keyColumns, capacity: 50)
    var (byRows, kept) = (empty, empty)
    // Two tables of two parsers, each with the map of what it was merged into.
    var parts = [(table: empty, map: GroupTable.GroupMap()), (table: empty, map: GroupTable.GroupMap())]
    for round in 0..<10 {
      let index = Int.random(in: 0..<2, using: &source)
      let rows = randomRows(Int.random(in: 0...80, using: &source), keyColumns: keyColumns, keys: 12, using: &source)
      addByColumns(rows, to: &parts[index].table, in: scratch, using: &source)
      // What is dropped instead of merged leaves nothing behind.
      if Int.random(in: 0..<3, using: &source) > 0 {
        addByRows(rows, to: &byRows)
        kept.merge(parts[index].table, map: &parts[index].map)
        try #require(try kept.finish() == byRows.finish(), "round \(round)")
      }
      parts[index].table.clear()
      #expect(parts[index].table.rowCount == 0)
      var used = empty
      used.merge(parts[index].table)
      #expect(try used.finish() == empty.finish())
      #expect(TestTable.encoded(parts[index].table) == TestTable.encoded(empty))
    }
  }

  /// Of many keys none are kept when a table is cleared: their numbers are given anew, and maps must not remember them.
  @Test(arguments: [1, 2])
  func mapsForgetKeysThatATableForgot(keyColumns: Int) throws {
    let calls = [AggregateCall(function: .count, kind: nil, name: [99])]
    var (part, kept) = (
      GroupTable(calls: calls, keyColumns: keyColumns), GroupTable(calls: calls, keyColumns: keyColumns)
    )
    var map = GroupTable.GroupMap()
    var expected: [String: Int] = [:]
    for (first, last) in [(0, 10), (5, 5005), (4000, 4100), (0, 50), (2, 4200)] {
      for number in (first..<last).reversed() {
        let key = keyColumns == 1 ? ["\(number)"] : ["\(number % 7)", "\(number)"]
        part.addRow(group: part.group(key: key))
        expected["\(number)", default: 0] += 1
      }
      kept.merge(part, map: &map)
      part.clear()
    }
    let rows = try kept.finish()
    #expect(rows.count == expected.count)
    for row in rows {
      let key = String(decoding: row[keyColumns - 1].bytes, as: UTF8.self)
      #expect(row[keyColumns] == .number(String(expected[key] ?? 0)))
    }
  }
}
