// The table of tuples against the standard library's dictionary: row by row, in batches, merged, translated, and from bytes.

import CSV
import Testing

@testable import Query

@Suite struct TupleTableTests {
  private struct Model {
    var numbers: [[UInt32]: Int] = [:]
    var tuples: [[UInt32]] = []

    mutating func insert(_ tuple: [UInt32]) -> Int {
      if let number = numbers[tuple] { return number }
      numbers[tuple] = tuples.count
      tuples.append(tuple)
      return tuples.count - 1
    }
  }

  private func check(_ table: TupleTable, _ model: Model) throws {
    try #require(table.count == model.tuples.count)
    for (group, tuple) in model.tuples.enumerated() { try #require(Array(table.tuple(group)) == tuple) }
  }

  private func randomTuple(_ width: Int, _ values: UInt32, using source: inout SplitMixSource) -> [UInt32] {
    (0..<width).map { _ in .random(in: 0..<values, using: &source) }
  }

  private func identify(_ rows: [[UInt32]], in table: inout TupleTable) -> [UInt32] {
    let columns = (0..<table.width).map { column in
      let place = UnsafeMutablePointer<UInt32>.allocate(capacity: rows.count)
      for (row, tuple) in rows.enumerated() { (place + row).initialize(to: tuple[column]) }
      return place
    }
    defer { for column in columns { column.deallocate() } }
    var groups = [UInt32](repeating: .max, count: rows.count + 1)
    groups.withUnsafeMutableBufferPointer {
      table.identify(columns: columns.map { UnsafePointer($0) }, rows: rows.count, into: $0.baseAddress!)
    }
    return Array(groups[..<rows.count])
  }

  @Test(arguments: [2, 3, 4, 5, 7], [UInt64(1), 2])
  func numbersTuplesLikeADictionary(width: Int, seed: UInt64) throws {
    var source = SplitMixSource(seed: seed)
    var table = TupleTable(width: width)
    var model = Model()
    for _ in 0..<30 {
      let values: UInt32 = [2, 5, .max].randomElement(using: &source)!
      let rows = (0..<[0, 1, 31, 32, 33, 300].randomElement(using: &source)!).map { _ in
        randomTuple(width, values, using: &source)
      }
      let expected = rows.map { UInt32(model.insert($0)) }
      switch Int.random(in: 0..<4, using: &source) {
      case 0: for (row, group) in zip(rows, expected) { try #require(table.insert(row) == Int(group)) }
      case 1: try #require(table.insert(all: rows.flatMap { $0 }) == expected)
      default: try #require(identify(rows, in: &table) == expected)
      }
      if seed == 2, Int.random(in: 0..<8, using: &source) == 0 {
        table.removeAll()
        #expect(table.count == 0)
        model = Model()
      }
    }
    try check(table, model)
  }

  @Test(arguments: [2, 3, 5])
  func takesGroupsOfOtherTables(width: Int) throws {
    var source = SplitMixSource(seed: UInt64(width))
    var table = TupleTable(width: width)
    table.reserve(100)
    var model = Model()
    for _ in 0..<10 {
      var other = TupleTable(width: width)
      var theirs = Model()
      for _ in 0..<Int.random(in: 0...100, using: &source) {
        let tuple = randomTuple(width, 4, using: &source)
        try #require(other.insert(tuple) == theirs.insert(tuple))
      }
      let sources = theirs.tuples.indices.filter { _ in Bool.random(using: &source) }.shuffled(using: &source)
      let expected = sources.map { UInt32(model.insert(theirs.tuples[$0])) }
      try #require(table.insert(sources.map { UInt32($0) }, of: other) == expected)
      for (place, group) in expected.enumerated() {
        #expect(table.hash(Int(group)) == other.hash(sources[place]))
      }
    }
    table.forgetSlots()
    try check(table, model)
    // What has no slots makes them anew.
    for (group, tuple) in model.tuples.enumerated() { #expect(table.insert(tuple) == group) }
  }

  @Test func translatesItsNumbers() throws {
    var table = TupleTable(width: 2)
    for tuple in [[0, 0], [1, 0], [0, 1], [1, 2]] as [[UInt32]] { _ = table.insert(tuple) }
    table.translate([[7, 3], [5, 0, 9]])
    var model = Model()
    for tuple in [[7, 5], [3, 5], [7, 0], [3, 9]] as [[UInt32]] { _ = model.insert(tuple) }
    try check(table, model)
    for (group, tuple) in model.tuples.enumerated() { #expect(table.insert(tuple) == group) }
    #expect(table.insert([0, 0]) == 4)
  }

  @Test func comesBackFromBytes() throws {
    var source = SplitMixSource(seed: 9)
    for width in [2, 3] {
      var table = TupleTable(width: width)
      var model = Model()
      for _ in 0..<200 {
        let tuple = randomTuple(width, 6, using: &source)
        _ = table.insert(tuple)
        _ = model.insert(tuple)
      }
      var writer = ByteWriter()
      table.encode(into: &writer)
      let limits = [Int](repeating: 6, count: width)
      var reader = ByteReader(writer.bytes)
      var copy = try TupleTable(limits: limits, from: &reader)
      #expect(reader.remaining == 0)
      try check(copy, model)
      for (group, tuple) in model.tuples.enumerated() { #expect(copy.insert(tuple) == group) }
      #expect(throws: ByteCodingError.self, "a number that no key has") {
        var reader = ByteReader(writer.bytes)
        _ = try TupleTable(limits: [5] + limits.dropFirst(), from: &reader)
      }
      checkDecoding(of: writer.bytes, using: &source) { (reader) throws(ByteCodingError) in
        try TupleTable(limits: limits, from: &reader)
      } use: { broken in
        var merged = table
        _ = merged.insert((0..<UInt32(broken.count)).map { $0 }, of: broken)
        for group in 0..<broken.count {
          for (column, number) in broken.tuple(group).enumerated() { #expect(number < limits[column]) }
        }
      }
    }
  }
}
