// Tables divided into parts, against the same tables merged as wholes.

import CSV
import Testing

@testable import Query

@Suite struct GroupPartsTests {
  @Test(arguments: 1...4, UInt64(1)...4)
  func partsMergeToTheSameRows(keyColumns: Int, seed: UInt64) throws {
    var source = SplitMixSource(seed: seed)
    let tables = GroupMergeTests.tables(
      4, calls: GroupMergeTests.numberCalls, keyColumns: keyColumns, groups: 90, using: &source)
    var simple = GroupTable(calls: GroupMergeTests.numberCalls, keyColumns: keyColumns)
    var whole = GroupParts()
    for table in tables {
      simple.merge(table)
      let parts = try #require(table.parts(from: 0))
      #expect(parts.count == GroupParts.count)
      #expect(parts.reduce(0) { $0 + $1.count } == table.count)
      #expect(parts.reduce(0) { $0 + $1.rowCount } == table.rowCount)
      // As they come back from another process.
      let copies = try parts.map { part in
        var writer = ByteWriter()
        part.encode(into: &writer)
        var reader = ByteReader(writer.bytes)
        return try GroupTable(calls: part.calls, keyColumns: keyColumns, from: &reader)
      }
      whole.merge(copies, in: GroupMergeTests.backwards)
    }
    #expect(whole.rowCount == simple.rowCount)
    let merged = whole.take()
    // Where a key is does not depend on the table that it came in: no key is in two parts.
    #expect(merged.reduce(0) { $0 + $1.count } == simple.count)
    let expected = try? simple.finish()
    #expect((try? GroupAnswer(merged, in: GroupMergeTests.backwards, partitionFrom: 0).cells()) == expected)
    #expect((try? GroupAnswer(merged).cells()) == expected)
    #expect(whole.rowCount == 0)
  }

  @Test func groupsWithoutRowsStayBehind() throws {
    var table = GroupTable(calls: [], keyColumns: 1)
    for number in 0..<50 { table.addRow(group: table.group(key: ["\(number)"])) }
    table.clear()
    for number in 0..<5 { table.addRow(group: table.group(key: ["\(number)"])) }
    let parts = try #require(table.parts(from: 1))
    #expect(parts.reduce(0) { $0 + $1.count } == 5)
  }

  @Test func whatIsSmallOrRareStaysWhole() {
    var table = GroupTable(calls: [], keyColumns: 1)
    for number in 0..<GroupParts.divideFrom - 1 { table.addRow(group: table.group(key: ["\(number)"])) }
    #expect(table.parts() == nil)
    table.addRow(group: table.group(key: ["one more"]))
    #expect(table.parts() != nil)
    #expect(GroupTable(calls: [], keyColumns: 0).parts(from: 0) == nil)
    #expect(GroupTable(calls: GroupMergeTests.calls, keyColumns: 1).parts(from: 0) == nil)
  }
}
