// Lanes of numbers against exact sums, moments and extremes: whatever way a value goes, in words or in exact states, and
// however tables are merged, sent and cleared.

import CSV
import TestTiers
import Testing

@testable import Query

@Suite struct NumberLaneTests {
  private static let groups = 5

  /// A table and what it must hold.
  private struct Pair {
    var table: GroupTable
    var model: NumberModel

    init(_ functions: [AggregateFunction]) {
      table = GroupTable(calls: NumberModel.calls(functions), keyColumns: 1)
      model = NumberModel(functions, groups: groups)
    }

    /// Adds a row the way rows are read.
    mutating func add(_ number: Number?, group: Int) {
      let place = table.group(key: [String(group)])
      table.addRow(group: place)
      let value = number.map { Value.number($0) } ?? .null
      for call in 1..<table.calls.count { table.add(value, in: RowScratch(useCount: 0), call: call, group: place) }
      model.add(number, group: group)
    }

    /// Adds a batch the way columns are read, a part of the column at a time.
    mutating func add(_ rows: [(group: Int, value: (mantissa: Int64, scale: Int)?)], using source: inout SplitMixSource)
    {
      let column = NumberColumn()
      column.reserve(rows.count)
      for (row, (group, value)) in rows.enumerated() {
        column.mantissas[row] = value?.mantissa ?? 0
        column.marks[row] = value.map { UInt8($0.scale) } ?? NumberColumn.null
        model.add(value.map { .decimal(Decimal(mantissa: Int128($0.mantissa), scale: $0.scale)) }, group: group)
      }
      column.seal()
      let scratch = GroupScratch(keyColumns: 1, capacity: max(1, rows.count))
      let counting = Bool.random(using: &source)
      var first = 0
      while first < rows.count {
        let count = Int.random(in: 1...rows.count - first, using: &source)
        let batch = TextBatch(rows[first..<first + count].map { Array(String($0.group).utf8) }, using: &source)
        batch.withSlices { base, slices in
          table.identifyKeys(
            column: 0, base: base, slices: slices, rows: count, nulls: NullKeys(Dialect()), in: scratch)
        }
        table.identifyGroups(rows: count, in: scratch)
        if !counting { table.countRows(count, in: scratch) }
        if let lane = table.lane(ofCall: 1) {
          table.add(column, from: first, rows: count, lane: lane, counting: counting, in: scratch)
        }
        first += count
      }
    }

    mutating func merge(_ other: Pair) {
      table.merge(other.table)
      model.merge(other.model)
    }

    func check(_ note: String) throws {
      let expected = model.rows()
      let answer = GroupAnswer([table])
      // A table that was cleared keeps groups without rows: they count for nothing once it is merged.
      try #require(answer.count == expected.count, "\(note)")
      for (row, cells) in expected.enumerated() {
        for (column, cell) in cells.enumerated() {
          if let cell {
            try #require(
              try answer.cell(row: row, column: column) == cell, "\(note), row \(row), column \(column)")
          } else {
            #expect(throws: AnswerError.self) { try answer.cell(row: row, column: column) }
          }
        }
      }
    }
  }

  private func randomRows(
    _ draw: NumberDraw, _ count: Int, using source: inout SplitMixSource
  ) -> [(group: Int, value: (mantissa: Int64, scale: Int)?)] {
    (0..<count).map { _ in (.random(in: 0..<Self.groups, using: &source), draw.decimal(using: &source)) }
  }

  @Test(arguments: TestTier.thin(NumberModel.functions, by: 2), NumberDraw.allCases)
  func areExact(functions: [AggregateFunction], draw: NumberDraw) throws {
    for seed in UInt64(1)...3 {
      var source = SplitMixSource(seed: seed)
      var whole = Pair(functions)
      for part in 0..<5 {
        var pair = Pair(functions)
        // Columns, rows, or both in turns: exceptions of a batch go row by row.
        for _ in 0..<Int.random(in: 0...3, using: &source) {
          if Bool.random(using: &source) {
            pair.add(randomRows(draw, .random(in: 1...60, using: &source), using: &source), using: &source)
          }
          for _ in 0..<Int.random(in: 0...20, using: &source) {
            pair.add(draw.number(using: &source), group: .random(in: 0..<Self.groups, using: &source))
          }
        }
        let note = "seed \(seed), part \(part)"
        try pair.check(note)
        if Bool.random(using: &source) {
          var writer = ByteWriter()
          pair.table.encode(into: &writer)
          var reader = ByteReader(writer.bytes)
          pair.table = try GroupTable(calls: pair.table.calls, keyColumns: 1, from: &reader)
          try pair.check("\(note), from bytes")
        }
        if Bool.random(using: &source) {
          whole.merge(pair)
        } else {
          pair.merge(whole)
          whole = pair
        }
        try whole.check("\(note), merged")
      }
    }
  }

  @Test func sumsThatLeave64BitsStayExact() throws {
    var pair = Pair([.sum, .mean, .min, .max])
    var source = SplitMixSource(seed: 1)
    for sign in [1, -1] as [Int64] {
      pair.add((0..<100).map { _ in (0, (999_999_999_999_999_999 * sign, 0)) }, using: &source)
      try pair.check("sign \(sign)")
      #expect((pair.table.lanes[0].exact != nil))
    }
    #expect(try pair.table.finish()[0][2] == .number("0"))
  }

  @Test func squaresThatLeave128BitsStayExact() throws {
    var pair = Pair([.variance])
    var source = SplitMixSource(seed: 2)
    // Each square has 126 bits, so the words are full after four of them.
    pair.add((0..<300).map { _ in (0, (999_999_999_999_999_999, 0)) }, using: &source)
    pair.add((0..<100).map { (1, (Int64($0), 18)) }, using: &source)
    try pair.check("squares")
  }

  @Test func raisingTheScaleLosesNothing() throws {
    for functions in NumberModel.functions {
      var pair = Pair(functions)
      for scale in 0...18 {
        for (group, mantissa) in [1, 999_999_999_999_999_999, -999_999_999_999_999_999, 0, -7].enumerated() {
          pair.add(.decimal(Decimal(mantissa: Int128(mantissa), scale: scale)), group: group)
        }
        try pair.check("scale \(scale)")
      }
    }
  }

  /// The words that stand for no value are numbers too, which expressions can make.
  @Test(arguments: [Int64.max, Int64.min, Int64.max - 1, Int64.min + 1])
  func theEndsOf64BitsAreValues(mantissa: Int64) throws {
    let number = Number.decimal(Decimal(mantissa: Int128(mantissa), scale: 0))
    for functions in [[.min, .max], [.min], [.max], AggregateFunction.allCases] as [[AggregateFunction]] {
      var pair = Pair(functions)
      pair.add(number, group: 0)
      try pair.check("alone")
      var other = Pair(functions)
      other.add(.decimal(Decimal(mantissa: 5, scale: 1)), group: 1)
      other.merge(pair)
      try other.check("merged into a greater scale")
      pair.add(.decimal(Decimal(mantissa: 5, scale: 1)), group: 1)
      try pair.check("raised")
      pair.add(.decimal(Decimal(mantissa: 25, scale: 2)), group: 0)
      try pair.check("beside another")
    }
  }

  @Test(arguments: NumberDraw.allCases)
  func forgetsAllWhenCleared(draw: NumberDraw) throws {
    var source = SplitMixSource(seed: 6)
    for functions in NumberModel.functions {
      var pair = Pair(functions)
      var kept = Pair(functions)
      var map = GroupTable.GroupMap()
      for round in 0..<6 {
        pair.add(randomRows(draw, .random(in: 0...30, using: &source), using: &source), using: &source)
        for _ in 0..<Int.random(in: 0...9, using: &source) {
          pair.add(draw.number(using: &source), group: .random(in: 0..<Self.groups, using: &source))
        }
        kept.table.merge(pair.table, map: &map)
        kept.model.merge(pair.model)
        try kept.check("round \(round)")
        pair.table.clear()
        pair.model.clear()
        #expect(pair.table.rowCount == 0)
        #expect(pair.table.lanes[0].scale == 0)
      }
    }
  }

  @Test func refusesBrokenBytesOrBearsThem() throws {
    var source = SplitMixSource(seed: 12)
    for draw in NumberDraw.allCases {
      var pair = Pair(AggregateFunction.allCases)
      for _ in 0..<12 {
        pair.add(draw.number(using: &source), group: .random(in: 0..<Self.groups, using: &source))
      }
      var writer = ByteWriter()
      pair.table.encode(into: &writer)
      let table = pair.table
      checkDecoding(of: writer.bytes, using: &source, changes: 200) { (reader) throws(ByteCodingError) in
        try GroupTable(calls: table.calls, keyColumns: 1, from: &reader)
      } use: { broken in
        _ = try? broken.finish()
        var merged = table
        merged.merge(broken)
        merged.merge(broken)
        _ = try? merged.finish()
        var writer = ByteWriter()
        merged.encode(into: &writer)
      }
    }
  }
}
