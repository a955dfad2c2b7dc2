// Loops over threads: every index once, results in order, and large answers as the calling thread alone gives them.

import CSV
import Testing
import Transport

@testable import Execution
@testable import Query

@Suite struct ThreadLoopTests {
  @Test(arguments: [0, 1, 2, 3, 8], [0, 1, 2, 5, 200])
  func runsEveryIndexOnce(width: Int, count: Int) {
    let loop = ParallelLoop.threads(width)
    #expect(loop.width == max(1, width))
    let seen = Monitor([Int](repeating: 0, count: count))
    loop(count) { index in seen.withLock { $0[index] += 1 } }
    #expect(seen.withLock { $0 } == [Int](repeating: 1, count: count))
    #expect(loop.map(count) { "\($0)" } == (0..<count).map { "\($0)" })
  }

  @Test(arguments: 1...3, [true, false])
  func partitionsMergeSideBySide(keyColumns: Int, withTexts: Bool) throws {
    let calls =
      [
        AggregateCall(function: .count, kind: nil, name: [99]),
        AggregateCall(function: .sum, kind: .number, name: [115], argument: 0),
      ] + (withTexts ? [AggregateCall(function: .min, kind: .text, name: [109], argument: 1)] : [])
    var generator = SeededGenerator(seed: UInt64(keyColumns))
    let tables = (0..<4).map { _ in
      var table = GroupTable(calls: calls, keyColumns: keyColumns)
      for _ in 0..<1500 {
        let number = Int.random(in: 0..<2000, using: &generator)
        let group = table.group(
          numbers: (0..<keyColumns).map { column in
            table.keyNumber(column: column, Array("\(number >> (2 * column))".utf8).span)
          })
        table.addRow(group: group)
        var scratch = RowScratch(useCount: 0)
        let value = Decimal(mantissa: Int128(number % 97), scale: number % 3)
        table.add(.number(.decimal(value)), in: scratch, call: 1, group: group)
        guard withTexts else { continue }
        table.add(.text(scratch.append(Array("\(number % 89)".utf8).span)), in: scratch, call: 2, group: group)
      }
      return table
    }
    let encoder = CSVRowEncoder(columns: [])
    let columns = Array(0..<keyColumns + calls.count)
    let simple = GroupAnswer(tables)
    let expected = try simple.encode(0..<simple.count, selection: columns, with: encoder)
    for width in [1, 2, 4] {
      let answer = GroupAnswer(tables, in: .threads(width), partitionFrom: 0)
      #expect(answer.count == simple.count)
      #expect(try answer.encode(0..<answer.count, selection: columns, with: encoder) == expected)
    }
  }
}
