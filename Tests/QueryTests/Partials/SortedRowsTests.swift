// Rows that wait for their order: the order of values, stability, limits, any split into pieces, and the binary form.

import CSV
import Testing

@testable import Query

@Suite struct SortedRowsTests {
  private static let values: [SortValue] = [
    .null, .boolean(false), .boolean(true), .number(.decimal(Decimal(mantissa: -5, scale: 1))),
    .number(.decimal(Decimal(mantissa: 3, scale: 0))), .number(.binary(3.5)), .number(.binary(1e300)), .text([]),
    .text(Array("a".utf8)), .text(Array("a\0".utf8)), .text([0xFF]),
  ]

  @Test func valuesAreInTotalOrder() {
    for (left, a) in Self.values.enumerated() {
      for (right, b) in Self.values.enumerated() {
        #expect(SortValue.compare(a, b) == (left == right ? 0 : left < right ? -1 : 1), "\(a) and \(b)")
      }
    }
    #expect(SortValue.compare(.number(.binary(0.5)), .number(.decimal(Decimal(mantissa: 50, scale: 2)))) == 0)
  }

  private func random(_ count: Int, _ source: inout SplitMixSource) -> [SortedRows.Row] {
    (0..<count).map { number in
      SortedRows.Row(
        keys: [Self.values.randomElement(using: &source)!, Self.values.randomElement(using: &source)!],
        bytes: Array("row \(number)".utf8))
    }
  }

  private func rows(_ rows: [SortedRows.Row]) -> SortedRows {
    var result = SortedRows()
    for row in rows { result.append(keys: row.keys, bytes: row.bytes) }
    return result
  }

  @Test(arguments: [[false, false], [true, false], [true, true]])
  func sortingIsStable(descending: [Bool]) {
    var source = SplitMixSource(seed: 3)
    let all = random(200, &source)
    var sorted = rows(all)
    sorted.sort(descending: descending, limit: nil)
    // Insertion by hand: each row behind those that are not after it.
    var want: [SortedRows.Row] = []
    for row in all {
      let place = want.firstIndex { other in
        for (index, isDescending) in descending.enumerated() {
          let result = SortValue.compare(row.keys[index], other.keys[index])
          if result != 0 { return isDescending ? result > 0 : result < 0 }
        }
        return false
      }
      want.insert(row, at: place ?? want.count)
    }
    #expect(sorted.rows.map(\.bytes) == want.map(\.bytes))
  }

  @Test func anySplitWithLimitsGivesTheSameFirstRows() {
    for seed in UInt64(0)..<40 {
      var source = SplitMixSource(seed: seed)
      let all = random(60, &source)
      let limit = [0, 1, 5, 60, 1000, .max].randomElement(using: &source)!
      let descending = [Bool.random(using: &source), Bool.random(using: &source)]
      var whole = rows(all)
      whole.sort(descending: descending, limit: limit)
      var merged = SortedRows()
      var start = 0
      while start < all.count {
        let end = min(all.count, start + Int.random(in: 1...20, using: &source))
        var piece = rows(Array(all[start..<end]))
        // Pieces are cut to the limit first, and so is what has come together now and then.
        piece.sort(descending: descending, limit: limit)
        merged.append(piece)
        if Bool.random(using: &source) { merged.sort(descending: descending, limit: limit) }
        start = end
      }
      merged.sort(descending: descending, limit: limit)
      #expect(merged.rows.map(\.bytes) == whole.rows.map(\.bytes), "seed \(seed)")
    }
  }

  @Test func theBinaryFormComesBack() throws {
    var source = SplitMixSource(seed: 9)
    for count in [0, 1, 30] {
      let original = rows(random(count, &source))
      var writer = ByteWriter()
      original.encode(into: &writer)
      var reader = ByteReader(writer.bytes)
      let copy = try SortedRows(from: &reader)
      #expect(reader.remaining == 0)
      #expect(copy.rows.map(\.bytes) == original.rows.map(\.bytes))
      #expect(
        zip(copy.rows, original.rows).allSatisfy { zip($0.keys, $1.keys).allSatisfy { SortValue.compare($0, $1) == 0 } }
      )
      if count > 0 {
        checkDecoding(
          of: writer.bytes, using: &source, changes: 1000,
          decode: { (reader) throws(ByteCodingError) in try SortedRows(from: &reader) },
          use: { rows in
            // Damage may change how many keys a row has; comparing values is what must not fail.
            let keys = rows.rows.flatMap(\.keys)
            for (a, b) in zip(keys, keys.dropFirst()) { _ = SortValue.compare(a, b) }
          })
      }
    }
  }
}
