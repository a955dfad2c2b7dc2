// Results of small tables by hand, and the algebra: any split, order and merge tree of random rows gives the same rows.

import CSV
import TestTiers
import Testing

@testable import Query

/// One row as the tests write it: key fields, and the values of a number, a text and a boolean column.
struct TestRow {
  var key: [String?] = []
  var number: String?
  var text: String?
  var boolean: Bool?
}

extension GroupTable {
  /// The group of a key; nil stands for null.
  mutating func group(key: [String?]) -> Int {
    var numbers: [UInt32] = []
    for (column, field) in key.enumerated() {
      if let field {
        numbers.append(keyNumber(column: column, Array(field.utf8).span))
      } else {
        numbers.append(nullNumber(column: column))
      }
    }
    return group(numbers: numbers)
  }

  /// The finished rows as cells.
  func finish() throws -> [[Cell]] { try GroupAnswer([self]).cells() }
}

extension GroupAnswer {
  func cells() throws -> [[Cell]] {
    try (0..<count).map { row in try (0..<columnCount).map { try cell(row: row, column: $0) } }
  }
}

/// A table of every function over three columns.
struct TestTable {
  static let calls: [AggregateCall] =
    [call(.count, nil)]
    + AggregateFunction.allCases.map { call($0, .number) }
    + [AggregateFunction.count, .min, .max].flatMap { [call($0, .text), call($0, .boolean)] }

  private static func call(_ function: AggregateFunction, _ kind: ValueKind?) -> AggregateCall {
    let argument = kind.map { "(\($0))" } ?? ""
    // Calls over the number share its state, as those of a plan do.
    return AggregateCall(
      function: function, kind: kind, name: Array("\(function.rawValue)\(argument)".utf8),
      argument: kind == .number ? 0 : nil)
  }

  var table: GroupTable

  init(_ rows: [TestRow] = [], keyColumns: Int? = nil) {
    table = GroupTable(calls: Self.calls, keyColumns: keyColumns ?? rows.first?.key.count ?? 0)
    for row in rows { add(row) }
  }

  mutating func add(_ row: TestRow) {
    let group = table.group(key: row.key)
    table.addRow(group: group)
    var scratch = RowScratch(useCount: 0)
    for (index, call) in Self.calls.enumerated() {
      let value: Value
      switch call.kind {
      case nil: continue
      case .number: value = row.number.map(Self.number) ?? .null
      case .text: value = row.text.map { .text(scratch.append(Array($0.utf8).span)) } ?? .null
      case .boolean: value = row.boolean.map { .boolean($0) } ?? .null
      }
      table.add(value, in: scratch, call: index, group: group)
    }
  }

  private static func number(_ text: String) -> Value {
    guard case .number(let number) = NumberParser.parse(Array(text.utf8).span) else { return .null }
    return .number(number)
  }

  /// Each finished row as text, cells separated by blanks, null as `-`.
  static func texts(_ table: GroupTable) throws -> [String] {
    try table.finish().map { row in
      row.map { $0.kind == .null ? "-" : String(decoding: $0.bytes, as: UTF8.self) }.joined(separator: " ")
    }
  }

  static func encoded(_ table: GroupTable) -> [UInt8] {
    var writer = ByteWriter()
    table.encode(into: &writer)
    return writer.bytes
  }

  static func decoded(_ bytes: [UInt8], keyColumns: Int) throws -> GroupTable {
    var reader = ByteReader(bytes)
    let table = try GroupTable(calls: calls, keyColumns: keyColumns, from: &reader)
    #expect(reader.remaining == 0)
    return table
  }
}

@Suite struct GroupTableTests {
  private func texts(_ rows: [TestRow], keyColumns: Int = 0) throws -> [String] {
    try TestTable.texts(TestTable(rows, keyColumns: keyColumns).table)
  }

  // count, then count sum mean min max var stddev var_pop stddev_pop of numbers, then count, min, max of text, boolean.

  @Test func ofNoRowsHasOneRowWithoutKeyColumnsAndNoneWith() throws {
    #expect(try texts([]) == ["0 0 - - - - - - - - 0 0 - - - -"])
    #expect(try texts([], keyColumns: 1) == [])
  }

  @Test func skipsNullsButCountsTheirRows() throws {
    #expect(try texts([TestRow(), TestRow()]) == ["2 0 - - - - - - - - 0 0 - - - -"])
    let rows = [TestRow(number: "1.5", text: "b", boolean: true), TestRow(), TestRow(text: "a", boolean: false)]
    #expect(try texts(rows) == ["3 1 1.5 1.5 1.5 1.5 - - 0 0 2 2 a false b true"])
  }

  @Test func isExact() throws {
    let rows = ["0.1", "0.2", "0.30"].map { TestRow(number: $0) }
    #expect(try texts(rows) == ["3 3 0.60 0.2 0.10 0.30 0.01 0.1 0.006666666666666667 0.08164965809277261 0 0 - - - -"])
  }

  @Test func printsAtTheScaleOfAllGroups() throws {
    let rows = [TestRow(key: ["a"], number: "1"), TestRow(key: ["b"], number: "2.125"), TestRow(key: ["c"])]
    #expect(
      try texts(rows, keyColumns: 1) == [
        "a 1 1 1.000 1 1.000 1.000 - - 0 0 0 0 - - - -", "b 1 1 2.125 2.125 2.125 2.125 - - 0 0 0 0 - - - -",
        "c 1 0 - - - - - - - - 0 0 - - - -",
      ])
  }

  @Test func printsDoublesInAllGroupsOnceAValueIsBinary() throws {
    let rows = [TestRow(key: ["a"], number: "1.50"), TestRow(key: ["b"], number: "2e0")]
    #expect(
      try texts(rows, keyColumns: 1) == [
        "a 1 1 1.5 1.5 1.5 1.5 - - 0 0 0 0 - - - -", "b 1 1 2 2 2 2 - - 0 0 0 0 - - - -",
      ])
  }

  @Test func comparesExactly() throws {
    let rows = ["123456789012345678", "123456789012345677", "1.23456789012345679e17"].map { TestRow(number: $0) }
    let cells = try TestTable(rows).table.finish()[0]
    #expect(cells[4] == .number("1.2345678901234568e17"))
    #expect(cells[5] == .number("1.2345678901234568e17"))
    let zeros = try texts([TestRow(number: "-0e0"), TestRow(number: "0e0"), TestRow(number: "-0.00")])
    #expect(zeros == ["3 3 0 0 0 0 0 0 0 0 0 0 - - - -"])
  }

  @Test func emptyTextIsAValue() throws {
    #expect(try texts([TestRow(text: ""), TestRow(text: "a")]) == ["2 0 - - - - - - - - 2 0  - a -"])
  }

  @Test func refusesAResultOutsideTheDoubles() {
    let rows = ["1e308", "1e308"].map { TestRow(number: $0) }
    #expect {
      try texts(rows)
    } throws: { error in
      (error as? AnswerError)?.message == "sum(number): a result is outside the range of doubles"
    }
  }

  @Test func sumsThatCancelAreNotOutside() throws {
    let rows = ["1e308", "1e308", "-1e308", "-1e308", "5e-324"].map { TestRow(number: $0) }
    let table = TestTable(rows).table
    #expect(throws: AnswerError.self, "the variance is outside") { try table.finish() }
    var sums = GroupTable(calls: [AggregateCall(function: .sum, kind: .number, name: [115])], keyColumns: 0)
    let group = sums.group(key: [])
    for text in ["1e308", "1e308", "-1e308", "-1e308", "5e-324"] {
      guard case .number(let number) = NumberParser.parse(Array(text.utf8).span) else { continue }
      sums.addRow(group: group)
      sums.add(.number(number), in: RowScratch(useCount: 0), call: 0, group: group)
    }
    #expect(try sums.finish() == [[.number("5e-324")]])
  }

  /// Rows of few keys and hostile values.
  private func randomRows(_ count: Int, using source: inout SplitMixSource) -> [TestRow] {
    let numbers = [
      "0", "-0.0", "0.1", "0.10", "-7", "999999999999999999", "-999999999999999999", "0.000000000000000001", "12.345",
      "1e10", "-1e10", "1e-300", "3e-5", "12345678901234567890", "5e-324", "-5e-324", "1e150", "-1e150", "+4", "007",
    ]
    let decimals = Array(numbers[..<9])
    let isDecimal = Bool.random(using: &source)
    return (0..<count).map { _ in
      TestRow(
        key: [
          ["1", "10", "9", nil, "x"].randomElement(using: &source)!, ["", "-", "2"].randomElement(using: &source)!,
        ],
        number: Int.random(in: 0..<5, using: &source) == 0
          ? nil : (isDecimal ? decimals : numbers).randomElement(using: &source),
        text: [nil, "", "a", "\u{e9}", "e\u{301}", "Zebra", "long enough to need two steps"].randomElement(
          using: &source)!,
        boolean: [nil, true, false].randomElement(using: &source)!)
    }
  }

  @Test(arguments: UInt64(1)...TestTier.amount(40, short: 12))
  func anySplitOrderAndMergeTreeGivesTheSameRows(seed: UInt64) throws {
    var source = SplitMixSource(seed: seed)
    let rows = randomRows(Int.random(in: 0...120, using: &source), using: &source)
    let expected = try TestTable(rows, keyColumns: 2).table.finish()
    for parts in [1, 2, 3, 9, 40] {
      let tables = try deal(rows, parts: parts, using: &source).map { part in
        let table = TestTable(part, keyColumns: 2).table
        return Bool.random(using: &source)
          ? table : try TestTable.decoded(TestTable.encoded(table), keyColumns: 2)
      }
      let merged = mergeAtRandom(tables, using: &source) { $0.merge($1) }
      #expect(try merged.finish() == expected, "seed \(seed), \(parts) parts")
      let copy = try TestTable.decoded(TestTable.encoded(merged), keyColumns: 2)
      #expect(try copy.finish() == expected, "seed \(seed), \(parts) parts, from bytes")
    }
  }

  @Test func agreesWithAPlainModel() throws {
    var source = SplitMixSource(seed: 77)
    var table = GroupTable(
      calls: [
        AggregateCall(function: .count, kind: nil, name: [99]),
        AggregateCall(function: .sum, kind: .number, name: [115]),
        AggregateCall(function: .max, kind: .number, name: [109]),
      ], keyColumns: 1)
    var model: [Int: [Int]] = [:]
    let scratch = RowScratch(useCount: 0)
    for _ in 0..<20_000 {
      let (key, value) = (Int.random(in: -700...700, using: &source), Int.random(in: -9999...9999, using: &source))
      model[key, default: []].append(value)
      let group = table.group(key: [String(key)])
      table.addRow(group: group)
      for call in [1, 2] {
        table.add(.number(.decimal(Decimal(mantissa: Int128(value), scale: 0))), in: scratch, call: call, group: group)
      }
    }
    let expected = model.keys.sorted().map { key -> [Cell] in
      let values = model[key] ?? []
      return [key, values.count, values.reduce(0, +), values.max() ?? 0].map { .number(String($0)) }
    }
    #expect(try table.finish() == expected)
  }

  @Test func refusesBrokenBytes() throws {
    var source = SplitMixSource(seed: 5)
    for _ in 0..<TestTier.amount(4, short: 2) {
      let table = TestTable(randomRows(12, using: &source)).table
      checkDecoding(of: TestTable.encoded(table), using: &source, changes: 250) { (reader) throws(ByteCodingError) in
        try GroupTable(calls: TestTable.calls, keyColumns: 2, from: &reader)
      } use: { broken in
        var merged = table
        merged.merge(broken)
        merged.merge(broken)
        _ = try? merged.finish()
        _ = TestTable.encoded(merged)
      }
    }
  }

  /// Each value overflows the word of its group: what that costs must not grow with the number of groups. With a copy of all
  /// exact states for each overflow this would take minutes, or hours with all groups of CI.
  @Test func sumsBeyondTheirWordsCostTheirOwnGroupOnly() throws {
    let calls = [AggregateCall(function: .sum, kind: .number, name: [115], argument: 0)]
    var tables = [GroupTable(calls: calls, keyColumns: 1), GroupTable(calls: calls, keyColumns: 1)]
    let groups = TestTier.amount(20_000, short: 5000)
    let value: Int128 = 999_999_999_999_999_999
    for index in tables.indices {
      for number in 0..<groups { _ = tables[index].group(key: ["\(number)"]) }
      for _ in 0..<20 {
        for group in 0..<groups {
          tables[index].addRow(group: group)
          tables[index].add(.decimal(Decimal(mantissa: value, scale: 0)), lane: 0, group: group)
        }
      }
    }
    tables[0].merge(tables[1])
    let rows = try tables[0].finish()
    #expect(rows.count == groups)
    #expect(rows.allSatisfy { $0[1] == .number((40 * value).description) })
  }
}
