// Whole batches, single values and the slow twin give the same rows: columns of every type, few and many distinct values,
// any mixture of batches and values, any split, order and merge tree, straight or through bytes.

import CSV
import TestTiers
import Testing

@testable import Query

@Suite struct ProfileBatchTests {
  private static let dialect = Dialect(nullTexts: ["NA", "-999", "not available at all"].map { Array($0.utf8) })

  /// Columns, by what their values are drawn from.
  private enum Kind: CaseIterable, Sendable {
    case integers, sixDecimals, mixedScales, wideDecimals, wideIntegers, binary, leadingZeros, signs, shortTexts
    case longTexts, prefixedTexts, anyBytes, dates, timestamps, otherTimestamps, booleans, nulls, numbersThenText
    case datesThenNumbers, outOfRange
  }

  private func digits(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }

  /// One value of a kind; `spread` bounds the number of distinct ones.
  private func value(_ kind: Kind, spread: Int, using source: inout SplitMixSource) -> [UInt8] {
    let number = Int.random(in: 0..<spread, using: &source)
    // Multiplied out, so that few distinct values still differ in their first digits.
    let large = number &* 7_919 % 100_000_000
    switch kind {
    case .integers: return Array("\(number - spread / 2)".utf8)
    case .sixDecimals: return Array("\(large / 1_000_000).\(digits(large % 1_000_000, 6))".utf8)
    case .mixedScales: return Array("\(number / 10).\(digits(number % 10, 1 + number % 9))".utf8)
    case .wideDecimals: return Array("\(number).\(digits(number, 18 - String(number).count))".utf8)
    case .wideIntegers: return Array("\(999_999_999_999_999_999 - number)".utf8)
    case .binary: return Array((number % 3 == 0 ? "\(number)e\(number % 40 - 20)" : "\(number).5").utf8)
    case .leadingZeros: return Array((number == 3 ? "007" : "\(number)").utf8)
    case .signs: return Array("\(["", "+", "-"][number % 3])\(number)\(number % 2 == 0 ? "" : ".50")".utf8)
    case .shortTexts: return Array("t\(number)".utf8)
    case .longTexts: return Array("\(number) is the number at the start of a text".utf8)
    case .prefixedTexts: return Array(("https://example.com/items/" + digits(number, 1 + number % 12)).utf8)
    case .anyBytes:
      return withUnsafeBytes(of: UInt64(number) &* 0x9e37_79b9_7f4a_7c15) { Array($0.prefix(number % 9)) } + [0]
    case .dates:
      return Array("\(1_000 + number % 8_000)-\(digits(1 + number % 12, 2))-\(digits(1 + large % 30, 2))".utf8)
    case .timestamps:
      let date = "20\(digits(number / 100 % 100, 2))-01-\(digits(1 + number % 31, 2))"
      return Array("\(date) 1\(number % 10):5\(number / 10 % 10):\(digits(number % 61, 2))".utf8)
    case .otherTimestamps: return Array("2024-01-01T10:00:00.\(number)\(["", "Z", "+01:00"][number % 3])".utf8)
    case .booleans: return Array(["true", "False", "TRUE", "false"][number % 4].utf8)
    case .nulls: return []
    case .numbersThenText: return Array((number == 5 ? "x" : "\(number).25").utf8)
    case .datesThenNumbers:
      return Array((number % 5_000 == 5 ? "\(number)" : "2024-01-01 10:00:00.\(digits(number, 3))").utf8)
    case .outOfRange: return Array((number == 4 ? "1e999" : "\(number)e1").utf8)
    }
  }

  private func column(_ kind: Kind, rows: Int, spread: Int, using source: inout SplitMixSource) -> [[UInt8]] {
    let nullShare = [0, 0, 10, 2].randomElement(using: &source) ?? 0
    return (0..<rows).map { _ in
      if nullShare > 0, Int.random(in: 0..<nullShare, using: &source) == 0 {
        return ["", "NA", "-999", "not available at all"].randomElement(using: &source).map { Array($0.utf8) } ?? []
      }
      return value(kind, spread: spread, using: &source)
    }
  }

  private func isNull(_ text: [UInt8]) -> Bool { Self.dialect.isNull(text.span) }

  /// A state of these values, some of them added one by one and some in batches of any length.
  private func state(_ texts: [[UInt8]], scratch: ProfileScratch, using source: inout SplitMixSource) -> ProfileState {
    var state = ProfileState(columnCount: 1)
    var start = 0
    while start < texts.count {
      let most = [1, 10, 3_000, 20_000].randomElement(using: &source) ?? 1
      let length = min(Int.random(in: 1...most, using: &source), texts.count - start)
      let part = Array(texts[start..<start + length])
      switch Int.random(in: 0..<4, using: &source) {
      case 0:
        for text in part {
          state.add(column: 0, text: text.span, isNull: isNull(text))
          state.endRow()
        }
      default:
        BatchColumn(bytes: part).withSlices { base, slices, count in
          state.add(column: 0, base: base, slices: slices, count: count, scratch: scratch)
        }
        state.endRows(part.count)
      }
      start += length
    }
    return state
  }

  private func sent(_ state: ProfileState) throws -> ProfileState {
    var writer = ByteWriter()
    state.encode(into: &writer)
    var reader = ByteReader(writer.bytes)
    let state = try ProfileState(columnCount: 1, from: &reader)
    #expect(reader.remaining == 0)
    return state
  }

  private func check(
    _ texts: [[UInt8]], _ what: String, parts counts: [Int], using source: inout SplitMixSource
  ) throws {
    var plain = PlainProfile()
    plain.add(texts.map { isNull($0) ? nil : $0 })
    let expected = plain.row
    let scratch = ProfileScratch(Self.dialect)
    for parts in counts {
      let states = try deal(texts, parts: parts, using: &source).map { part in
        let state = state(part, scratch: scratch, using: &source)
        return Bool.random(using: &source) ? state : try sent(state)
      }
      let merged = mergeAtRandom(states, using: &source) { $0.merge($1) }
      let row = try merged.finish(names: [[65]])[0]
      #expect(Array(row.dropFirst()) == expected, "\(what), \(parts) parts")
      #expect(try sent(merged).finish(names: [[65]])[0] == row, "\(what), \(parts) parts, sent")
    }
  }

  @Test(arguments: Kind.allCases)
  private func fewValues(kind: Kind) throws {
    var source = SplitMixSource(seed: 1)
    for rows in [0, 1, 2, 40, 700] {
      try check(column(kind, rows: rows, spread: 30, using: &source), "\(kind) \(rows)", parts: [1, 4], using: &source)
    }
  }

  @Test(arguments: TestTier.thin(Kind.allCases, by: 3))
  private func manyValues(kind: Kind) throws {
    var source = SplitMixSource(seed: 2)
    try check(
      column(kind, rows: 14_000, spread: 40_000, using: &source), "\(kind)",
      parts: TestTier.choose([1, 3], 1), using: &source)
  }

  /// Exactly so many distinct values, null beside them or not.
  @Test(arguments: [9_999, 10_000, 10_001, 10_002], [false, true])
  func aroundTheBound(count: Int, hasNull: Bool) throws {
    var source = SplitMixSource(seed: UInt64(count))
    let texts = (0..<count).map { Array("\($0)".utf8) }
    try check(
      texts + texts.prefix(count / 3) + (hasNull ? [[], Array("NA".utf8)] : []), "\(count) \(hasNull)",
      parts: TestTier.choose([1, 2, 5], 1), using: &source)
  }

  /// More distinct values than are counted, in their order the first and the last of which are no extremes.
  private func beginning(_ kind: Kind) -> [[UInt8]] {
    (0..<10_300).map { number in
      let order = digits(1_000_000 + (number + 5_000) % 10_300, 7)
      switch kind {
      case .sixDecimals: return Array("\(order).\(order.suffix(6))".utf8)
      case .prefixedTexts: return Array("123456789\(order)".utf8)
      case .longTexts: return Array("a text with much before \(order)".utf8)
      case .dates:
        let (year, month, day) = (1_500 + number / 48, number / 4 % 12, number % 4)
        return Array("\(year)-\(digits(1 + month, 2))-\(digits(1 + day, 2))".utf8)
      case .timestamps: return Array("2024-02-28 10:20:00.\(order)".utf8)
      case .shortTexts: return Array("m\(order.suffix(5))".utf8)
      default: return Array(order.utf8)
      }
    }
  }

  /// Texts that only the sixteenth byte, a longer one or a NUL behind the end tells from the extremes.
  private static let edges: [[UInt8]] = [
    "m\0", "m", "a\0\0", "a\0", "a", "1234567891000000", "1234567891009999", "1234567891010299", "12345678910102990",
    "1234567891010300", "123456789\0", "a text with much before 10", "a text with much before 1010300", "zz", "zz\0",
    "zz",
    "123456789101029", "1234567891010299\0", "1234567890", "zz\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "~234567890123456",
    "~234567890123457", "~2345678901234567", "~234567890123457\0", " 23456789012345z", " 23456789012345y",
    " 23456789012345", " 23456789012345\0",
  ].map { Array($0.utf8) }

  /// Values of every kind that come when the sketch is there, in batches and in states that are merged.
  @Test(
    arguments: TestTier.thin(
      [Kind.integers, .sixDecimals, .prefixedTexts, .longTexts, .dates, .timestamps, .shortTexts], by: 3))
  private func behindTheBound(first: Kind) throws {
    var source = SplitMixSource(seed: 9)
    let beginning = beginning(first)
    let scratch = ProfileScratch(Self.dialect)
    let begun = state(beginning, scratch: scratch, using: &source)
    var plainBegun = PlainProfile()
    plainBegun.add(beginning)
    try #expect(Array(begun.finish(names: [[65]])[0].dropFirst()) == plainBegun.row)
    #expect(plainBegun.row[8] == .number("0.0081"))
    var follows = Kind.allCases.flatMap { kind in
      TestTier.choose([3, 40], 1).map { column(kind, rows: $0, spread: 30, using: &source) }
    }
    // Three at a time each of them comes once, or at every place.
    follows += stride(from: 0, to: Self.edges.count, by: TestTier.amount(1, short: 3)).map {
      Array(Self.edges[$0...].prefix(3))
    }
    if !TestTier.isShort { follows += Self.edges.map { [$0] } }
    follows += [Self.edges, [[], Array("1".utf8)], [Array("+007".utf8)], [Array("-00.5".utf8)], [Array("0.5".utf8)]]
    for follow in follows {
      let what = "\(first), \(follow.prefix(3).map { String(decoding: $0, as: UTF8.self) })"
      var plain = plainBegun
      plain.add(follow.map { isNull($0) ? nil : $0 })
      var batched = begun
      BatchColumn(bytes: follow).withSlices { base, slices, count in
        batched.add(column: 0, base: base, slices: slices, count: count, scratch: scratch)
      }
      batched.endRows(follow.count)
      try #expect(Array(batched.finish(names: [[65]])[0].dropFirst()) == plain.row, "batch: \(what)")
      let other = state(follow, scratch: scratch, using: &source)
      var merged = begun
      merged.merge(other)
      try #expect(Array(merged.finish(names: [[65]])[0].dropFirst()) == plain.row, "merged: \(what)")
      merged = try sent(other)
      merged.merge(begun)
      try #expect(Array(merged.finish(names: [[65]])[0].dropFirst()) == plain.row, "merged into: \(what)")
    }
  }

  /// States of pieces that begin with the sketch where another part of the answer has one, and their memory used again.
  @Test(arguments: [Kind.integers, .prefixedTexts, .shortTexts])
  private func clearedStatesBeginLikeOthers(first: Kind) throws {
    var source = SplitMixSource(seed: 12)
    let beginning = beginning(first)
    let scratch = ProfileScratch(Self.dialect)
    for start in [beginning, Array(beginning.prefix(50))] {
      var kept = state(start, scratch: scratch, using: &source)
      var plain = PlainProfile()
      plain.add(start)
      var piece = ProfileState(columnCount: 1)
      for kind in [Kind.integers, .numbersThenText, .longTexts, .nulls, .dates] {
        let follow = column(kind, rows: 400, spread: 300, using: &source)
        plain.add(follow.map { isNull($0) ? nil : $0 })
        // What is known once stays known.
        piece.clear(besides: Bool.random(using: &source) ? kept : nil)
        if Bool.random(using: &source) { piece.clear() }
        BatchColumn(bytes: follow).withSlices { base, slices, count in
          piece.add(column: 0, base: base, slices: slices, count: count, scratch: scratch)
        }
        piece.endRows(follow.count)
        try kept.merge(Bool.random(using: &source) ? piece : sent(piece))
        try #expect(Array(kept.finish(names: [[65]])[0].dropFirst()) == plain.row, "\(first) \(kind)")
      }
      piece = state(beginning, scratch: scratch, using: &source)
      piece.clear()
      try #expect(Array(piece.finish(names: [[65]])[0].dropFirst()) == PlainProfile().row)
    }
  }

  /// A dialect without null texts has a test of its own for the empty field.
  @Test func emptyFieldsAreNull() throws {
    let beginning = beginning(.integers)
    for follow in [["5", "", "6"], ["", ""], [""], ["7"]] {
      let texts = beginning + follow.map { Array($0.utf8) }
      var plain = PlainProfile()
      plain.add(texts.map { $0.isEmpty ? nil : $0 })
      var state = ProfileState(columnCount: 1)
      BatchColumn(bytes: texts).withSlices { base, slices, count in
        state.add(column: 0, base: base, slices: slices, count: count, scratch: ProfileScratch(Dialect()))
      }
      state.endRows(texts.count)
      try #expect(Array(state.finish(names: [[65]])[0].dropFirst()) == plain.row)
    }
  }

  /// Columns of every kind beside each other: a row more or less in one does not matter to another.
  @Test func columnsAreApart() throws {
    var source = SplitMixSource(seed: 5)
    let kinds = Kind.allCases
    let columns = kinds.map { column($0, rows: 500, spread: 1_000, using: &source) }
    let scratch = ProfileScratch(Self.dialect)
    var state = ProfileState(columnCount: kinds.count)
    for (index, column) in columns.enumerated() {
      BatchColumn(bytes: column).withSlices { base, slices, count in
        state.add(column: index, base: base, slices: slices, count: count, scratch: scratch)
      }
    }
    state.endRows(500)
    let rows = try state.finish(names: Array(repeating: [65], count: kinds.count))
    for (index, row) in rows.enumerated() {
      var plain = PlainProfile()
      plain.add(columns[index].map { isNull($0) ? nil : $0 })
      #expect(Array(row.dropFirst()) == plain.row)
    }
  }
}
