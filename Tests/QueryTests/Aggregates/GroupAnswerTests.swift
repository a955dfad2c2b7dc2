// Answers: their rows sorted, limited and written, from one table or from several without a group in common.

import CSV
import Testing

@testable import Query

@Suite struct GroupAnswerTests {
  /// The answer as one table and as partitions, and its rows in the order of the keys.
  private func answers(
    keyColumns: Int, using source: inout SplitMixSource
  ) throws -> (answers: [GroupAnswer], rows: [[Cell]]) {
    while true {
      let calls = [GroupMergeTests.calls, GroupMergeTests.numberCalls].randomElement(using: &source)!
      let tables = GroupMergeTests.tables(3, calls: calls, keyColumns: keyColumns, groups: 40, using: &source)
      var simple = GroupTable(calls: tables[0].calls, keyColumns: keyColumns)
      for table in tables { simple.merge(table) }
      // Results outside the doubles have no rows to compare.
      guard let rows = try? simple.finish(), rows.count > 1 || keyColumns == 0 else { continue }
      let answers = [0, 1000].map { GroupAnswer(tables, in: GroupMergeTests.backwards, partitionFrom: $0) }
      return (answers, rows)
    }
  }

  @Test(arguments: 0...3, UInt64(1)...3)
  func sortAndLimitAreThoseOfCells(keyColumns: Int, seed: UInt64) throws {
    var source = SplitMixSource(seed: seed)
    let (answers, rows) = try answers(keyColumns: keyColumns, using: &source)
    for _ in 0..<8 {
      let keys = (0..<Int.random(in: 0...3, using: &source)).map { _ in
        CellSortKey(column: .random(in: 0..<rows[0].count, using: &source), isDescending: .random(using: &source))
      }
      let limit = [nil, 0, 1, 7, 1000].randomElement(using: &source)!
      let expected = Array(CellOrder.sorted(rows, by: keys).prefix(limit ?? .max))
      for var answer in answers {
        try answer.sort(by: keys, limit: limit)
        #expect(answer.count == expected.count)
        #expect(try answer.cells() == expected)
      }
    }
  }

  @Test(arguments: 1...3)
  func rowsAreWrittenAsSelected(keyColumns: Int) throws {
    var source = SplitMixSource(seed: UInt64(keyColumns))
    let (answers, rows) = try answers(keyColumns: keyColumns, using: &source)
    let all = Array(rows[0].indices)
    for selection in [all, all.reversed(), [0], [all.count - 1, 0, 0]] {
      let columns = selection.map { ResultColumn(name: Array("c\($0)".utf8), isNumeric: false) }
      for format in OutputFormat.allCases where !format.isLaidOut {
        let encoder = format.makeEncoder(columns: columns)
        let expected = encoder.encode(rows: rows.map { row in selection.map { row[$0] } })
        for answer in answers {
          #expect(try answer.encode(0..<rows.count, selection: selection, with: encoder) == expected, "\(format)")
          // In two blocks, as large answers are written.
          let cut = Int.random(in: 1..<rows.count, using: &source)
          let blocks = [
            try answer.encode(0..<cut, selection: selection, with: encoder),
            try answer.encode(cut..<rows.count, selection: selection, with: encoder),
          ]
          #expect(Array(blocks.joined(separator: encoder.separator)) == expected, "\(format), cut at \(cut)")
        }
      }
    }
  }

  /// Ranks of five columns with thousands of keys, twelve bits each, leave no room in a word for the other two.
  @Test func manyKeysOfManyColumnsStayInOrder() throws {
    var table = GroupTable(calls: [], keyColumns: 7)
    var keys: [[Int]] = []
    for number in 0..<2500 {
      let key = [
        3, number % 2, number * 7919 % 2503, number % 2100, number % 2200, number % 2300, number % 2400,
      ]
      keys.append(key)
      table.addRow(group: table.group(key: key.map { String($0) }))
    }
    let expected = keys.sorted { $0.lexicographicallyPrecedes($1) }.map { $0.map { Cell.number(String($0)) } }
    #expect(try table.finish() == expected)
  }

  @Test func canFailOnlyBehindTheWords() throws {
    var table = GroupTable(calls: NumberModel.calls([.sum]), keyColumns: 0)
    table.addRow(group: 0)
    let scratch = RowScratch(useCount: 0)
    table.add(.number(.decimal(Decimal(mantissa: 5, scale: 1))), in: scratch, call: 1, group: 0)
    #expect(!GroupAnswer([table]).canFail)
    table.addRow(group: 0)
    table.add(.number(.binary(1e308)), in: scratch, call: 1, group: 0)
    #expect(GroupAnswer([table]).canFail)
    #expect(GroupAnswer([table]).columnCount == 2)
  }
}
