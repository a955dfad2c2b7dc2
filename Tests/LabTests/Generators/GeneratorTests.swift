// What all generators promise: the same bytes for the same seed, other bytes for another, a shorter table as the
// beginning of a longer one, blocks that are large and end at rows, and an end at the first error.

import Lab
import Testing

@Suite struct GeneratorTests {
  /// Enough rows for several blocks.
  private func manyRows(_ set: DataSet) -> Int { set == .measurements ? 60_000 : 12_000 }

  @Test(arguments: DataSet.allCases)
  func sameSeedSameBytes(set: DataSet) {
    let rows = manyRows(set)
    #expect(GeneratedTable.bytes(set, rows: rows, seed: 7) == GeneratedTable.bytes(set, rows: rows, seed: 7))
  }

  @Test(arguments: DataSet.allCases)
  func otherSeedOtherBytes(set: DataSet) {
    let seeds: [UInt64] = [0, 1, 2, 3, .max]
    #expect(Set(seeds.map { GeneratedTable.bytes(set, rows: 20, seed: $0) }).count == seeds.count)
  }

  @Test(arguments: DataSet.allCases)
  func shorterTableBeginsTheLonger(set: DataSet) {
    let long = GeneratedTable.bytes(set, rows: manyRows(set))
    for rows in [0, 1, 2, 1_000, manyRows(set) - 1] {
      let short = GeneratedTable.bytes(set, rows: rows)
      #expect(short.count < long.count && long.starts(with: short), "\(rows) rows")
    }
  }

  @Test(arguments: DataSet.allCases)
  func blocksAreLargeAndEndAtRows(set: DataSet) {
    let blocks = GeneratedTable.blocks(set, rows: manyRows(set))
    #expect(blocks.count > 2)
    #expect(blocks.dropLast().allSatisfy { $0.count >= 65_536 && $0.count < RowBlock.threshold + RowBlock.spare })
    #expect(blocks.allSatisfy { $0.last == UInt8(ascii: "\n") })
  }

  @Test(arguments: DataSet.allCases, [0, -1, Int.min])
  func noRowsLeaveTheHeader(set: DataSet, rows: Int) {
    let lines = GeneratedTable.text(set, rows: rows).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 2 && !lines[0].isEmpty && lines[1].isEmpty)
  }

  @Test(arguments: DataSet.allCases)
  func stopsAtTheFirstError(set: DataSet) {
    struct Full: Error {}
    var calls = 0
    #expect(throws: Full.self) {
      try set.makeGenerator().write(rows: .max, seed: 1) { _ throws(Full) in
        calls += 1
        if calls == 2 { throw Full() }
      }
    }
    #expect(calls == 2)
  }

  @Test func registryKnowsTheNames() {
    #expect(DataSet.allCases.map(\.rawValue) == ["measurements", "groups", "orders"])
    #expect(DataSet(rawValue: "groups")?.makeGenerator() is GroupsGenerator)
    #expect(DataSet(rawValue: "Groups") == nil)
  }
}
