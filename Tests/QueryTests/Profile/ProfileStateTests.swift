// The profile's row for columns of every type, and the algebra: any split, order and merge tree gives the same rows.

import CSV
import TestTiers
import Testing

@testable import Query

@Suite struct ProfileStateTests {
  private func state(_ rows: [[String?]], columns: Int) -> ProfileState {
    var state = ProfileState(columnCount: columns)
    for row in rows {
      for (column, text) in row.enumerated() {
        state.add(column: column, text: Array((text ?? "").utf8).span, isNull: text == nil)
      }
      state.endRow()
    }
    return state
  }

  /// The finished row of one column, without its name, cells separated by blanks, null as `-`.
  private func line(_ values: [String?]) throws -> String {
    let row = try state(values.map { [$0] }, columns: 1).finish(names: [Array("c".utf8)])[0]
    #expect(row.count == ProfileState.resultColumns.count)
    #expect(row[0] == .text("c"))
    return row.dropFirst().map { $0.kind == .null ? "-" : String(decoding: $0.bytes, as: UTF8.self) }
      .joined(separator: " ")
  }

  // type rows nulls min max mean stddev distinct distinct_error longest top top_count

  @Test(
    arguments: [
      ([], "null 0 0 - - - - 0 0 - - -"),
      ([nil, nil], "null 2 2 - - - - 0 0 - - -"),
      (["5"], "integer 1 0 5 5 5 - 1 0 1 5 1"),
      (["10", "9", nil, "10"], "integer 4 1 9 10 9.666666666666666 0.5773502691896257 2 0 2 10 2"),
      (["10", "9.50"], "decimal 2 0 9.50 10.00 9.75 0.3535533905932738 2 0 4 10 1"),
      (["1e2", "9.50"], "float 2 0 9.5 100 54.75 63.99316369738255 2 0 4 1e2 1"),
      (["10", "9", "x"], "text 3 0 10 x - - 3 0 2 10 1"),
      (["10", "007"], "text 2 0 007 10 - - 2 0 3 007 1"),
      (["10", "1e999"], "text 2 0 10 1e999 - - 2 0 5 10 1"),
      (["2024-02-29", "2023-12-31"], "date 2 0 2023-12-31 2024-02-29 - - 2 0 10 2023-12-31 1"),
      (["2024-02-29", "1"], "text 2 0 1 2024-02-29 - - 2 0 10 1 1"),
      (["true", "FALSE", "true"], "boolean 3 0 FALSE true - - 2 0 5 true 2"),
      (["é", "zz"], "text 2 0 zz é - - 2 0 2 zz 1"),
    ] as [([String?], String)])
  func describesAColumn(values: [String?], expected: String) throws {
    #expect(try line(values) == expected)
    #expect(try line(values.reversed()) == expected)
  }

  @Test func kindsFollowTheType() throws {
    let row = try state([["1.5", "a", nil]], columns: 3).finish(names: [[65], [66], [67]])
    #expect([4, 5, 11].map { row[0][$0].kind } == [.number, .number, .number])
    #expect([4, 5, 11].map { row[1][$0].kind } == [.text, .text, .text])
    #expect([4, 5, 6, 7, 10, 11, 12].allSatisfy { row[2][$0] == .null })
  }

  @Test func statesTheErrorOnceItEstimates() throws {
    let row = try state((0..<20_000).map { ["\($0)"] }, columns: 1).finish(names: [[65]])[0]
    #expect(row[9] == .number("0.0081"))
    #expect(row[11] == .null)
    #expect(row[12] == .null)
    let distinct = Int(String(decoding: row[8].bytes, as: UTF8.self)) ?? 0
    #expect(abs(distinct - 20_000) < 650)
    #expect(row[6] == .number("9999.5"))
  }

  @Test func refusesADeviationOutsideTheDoubles() {
    let state = state([["1.7e308"], ["-1.7e308"]], columns: 1)
    #expect(throws: AnswerError.self) { try state.finish(names: [Array("x".utf8)]) }
  }

  /// Columns that stay of one type, and columns that widen at some row, with few and with many distinct values.
  private func randomRows(_ count: Int, using source: inout SplitMixSource) -> [[String?]] {
    let pools: [[String?]] = [
      [nil, "1", "2", "-3"], ["1", "2.50", "0.125", "1e3", nil], ["1", "2", "3", "4", "5", "6", "x"],
      ["2024-01-01", "2024-01-01 10:00"], ["true", "false", nil], [nil], ["a", "", "\u{e9}", "e\u{301}"],
    ]
    return (0..<count).map { _ in
      pools.map { $0.randomElement(using: &source)! } + ["\(Int.random(in: 0..<count * 2, using: &source)).5"]
    }
  }

  @Test(arguments: UInt64(1)...TestTier.amount(25, short: 10))
  func anySplitOrderAndMergeTreeGivesTheSameRows(seed: UInt64) throws {
    var source = SplitMixSource(seed: seed)
    let rows = randomRows(seed == 25 ? 16_000 : Int.random(in: 0...60, using: &source), using: &source)
    let names = (0..<8).map { [UInt8(65 + $0)] }
    let expected = try state(rows, columns: 8).finish(names: names)
    for parts in [1, 2, 3, 20] {
      let states = try deal(rows, parts: parts, using: &source).map { part in
        let state = state(part, columns: 8)
        return Bool.random(using: &source) ? state : try decoded(encoded(state))
      }
      let merged = mergeAtRandom(states, using: &source) { $0.merge($1) }
      #expect(try merged.finish(names: names) == expected, "seed \(seed), \(parts) parts")
      #expect(try decoded(encoded(merged)).finish(names: names) == expected, "seed \(seed), from bytes")
    }
  }

  private func encoded(_ state: ProfileState) -> [UInt8] {
    var writer = ByteWriter()
    state.encode(into: &writer)
    return writer.bytes
  }

  private func decoded(_ bytes: [UInt8]) throws -> ProfileState {
    var reader = ByteReader(bytes)
    let state = try ProfileState(columnCount: 8, from: &reader)
    #expect(reader.remaining == 0)
    return state
  }

  @Test func refusesBrokenBytes() {
    var source = SplitMixSource(seed: 8)
    for count in [0, 3, 20] {
      let state = state(randomRows(count, using: &source), columns: 8)
      checkDecoding(of: encoded(state), using: &source, changes: 400) { (reader) throws(ByteCodingError) in
        try ProfileState(columnCount: 8, from: &reader)
      } use: { broken in
        var merged = state
        merged.merge(broken)
        merged.merge(broken)
        _ = try? merged.finish(names: Array(repeating: [65], count: 8))
        _ = encoded(merged)
      }
    }
  }

  @Test func refusesOtherColumns() {
    let bytes = encoded(ProfileState(columnCount: 2))
    #expect(throws: ByteCodingError.self) {
      var reader = ByteReader(bytes)
      _ = try ProfileState(columnCount: 3, from: &reader)
    }
  }
}
