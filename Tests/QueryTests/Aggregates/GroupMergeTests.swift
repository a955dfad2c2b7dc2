// Partitioned merging against merging tables one into the other.

import CSV
import TestTiers
import Testing

@testable import Query

@Suite struct GroupMergeTests {
  /// A loop that runs its bodies backwards: their order must not matter.
  static let backwards = ParallelLoop(width: 3) { count, body in
    for index in (0..<count).reversed() { body(index) }
  }

  /// Calls of numbers; tables of nothing else are partitioned, or sorted. The standard deviation stands for all measures of
  /// spread: they come from one state, and each takes long integers a while.
  static let numberCalls: [AggregateCall] =
    [AggregateCall(function: .count, kind: nil, name: [99])]
    + AggregateFunction.allCases.filter { ![.variance, .populationVariance, .populationStddev].contains($0) }
    .map { AggregateCall(function: $0, kind: .number, name: [110], argument: 0) }

  static let calls: [AggregateCall] =
    numberCalls
    + [AggregateCall(function: .max, kind: .text, name: [116], argument: 1)]
    + [AggregateCall(function: .min, kind: .boolean, name: [98], argument: 2)]

  /// Tables as parsers leave them: of different sizes, some with groups in common, some empty.
  static func tables(
    _ count: Int, calls: [AggregateCall] = GroupMergeTests.calls, keyColumns: Int, groups: Int,
    using source: inout SplitMixSource
  ) -> [GroupTable] {
    (0..<count).map { _ in
      var table = GroupTable(calls: calls, keyColumns: keyColumns)
      let size = [0, 1, groups / 4, groups].randomElement(using: &source)!
      let base = Int.random(in: 0...groups, using: &source)
      for _ in 0..<size {
        let number = base + Int.random(in: 0..<max(1, groups), using: &source)
        let key: [String?] = (0..<keyColumns).map { column in
          let part = (number >> (3 * column)) & (column + 1 < keyColumns ? 7 : .max)
          return part == 3 ? nil : part % 5 == 0 ? "a long key, number \(part)" : String(part)
        }
        let group = table.group(key: key)
        table.addRow(group: group)
        var scratch = RowScratch(useCount: 0)
        let number2 = NumberDraw.allCases.randomElement(using: &source)!.number(using: &source)
        for (call, kind) in calls.map(\.kind).enumerated() {
          switch kind {
          case nil: break
          case .number: table.add(number2.map { .number($0) } ?? .null, in: scratch, call: call, group: group)
          case .text:
            table.add(.text(scratch.append(Array("\(number)".utf8).span)), in: scratch, call: call, group: group)
          case .boolean: table.add(.boolean(number % 3 == 0), in: scratch, call: call, group: group)
          }
        }
      }
      return table
    }
  }

  @Test(arguments: 0...4, [GroupMergeTests.calls, GroupMergeTests.numberCalls])
  func partitionsGiveTheSameRows(keyColumns: Int, calls: [AggregateCall]) throws {
    var source = SplitMixSource(seed: UInt64(keyColumns * 100 + calls.count))
    for count in TestTier.choose([1, 2, 3, 6, 2, 3, 6], 0, 2, 3) {
      let tables = Self.tables(count, calls: calls, keyColumns: keyColumns, groups: 60, using: &source)
      var simple = GroupTable(calls: calls, keyColumns: keyColumns)
      for table in tables { simple.merge(table) }
      let expected = try? simple.finish()
      for loop in [ParallelLoop.serial, Self.backwards] {
        for partitionFrom in [0, 1, 40, GroupMerge.partitionFrom] {
          let merged = GroupMerge.merge(tables, in: loop, partitionFrom: partitionFrom)
          #expect(merged.rowCount == simple.rowCount)
          #expect(merged.count == simple.count)
          try #require((try? merged.finish()) == expected, "\(count) tables, partitions from \(partitionFrom)")
          // Several key columns are sorted instead.
          let answer = GroupAnswer(tables, in: loop, partitionFrom: partitionFrom)
          try #require((try? answer.cells()) == expected, "\(count) tables, sorted from \(partitionFrom)")
        }
      }
    }
  }

  @Test func largeTablesOfSeveralKeysAreSorted() throws {
    var source = SplitMixSource(seed: 3)
    let tables = Self.tables(4, calls: Self.numberCalls, keyColumns: 2, groups: 60, using: &source)
    #expect(GroupMerge.mergeSorted(tables, in: .serial, partitionFrom: 1) != nil)
    #expect(GroupMerge.mergeSorted(tables, in: .serial) == nil)
  }

  @Test func tablesWithoutGroupsHaveNoRows() throws {
    for keyColumns in 1...3 {
      let empty = GroupTable(calls: Self.calls, keyColumns: keyColumns)
      #expect(try GroupAnswer([empty, empty], partitionFrom: 0).cells() == [])
    }
  }
}
