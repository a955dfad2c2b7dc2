// Distinct values and their counts: by value and by batch, merged, sent, and refused where the bytes are broken.

import CSV
import Testing

@testable import Query

@Suite struct DistinctValuesTests {
  private func values(_ texts: some Sequence<String>) -> DistinctValues {
    var values = DistinctValues()
    for text in texts { values.add(Array(text.utf8).span) }
    return values
  }

  private func encoded(_ values: DistinctValues) -> [UInt8] {
    var writer = ByteWriter()
    values.encode(into: &writer)
    return writer.bytes
  }

  private func decoded(_ bytes: [UInt8]) throws -> DistinctValues {
    var reader = ByteReader(bytes)
    let values = try DistinctValues(from: &reader)
    #expect(reader.remaining == 0)
    return values
  }

  /// What is held, in the order of the texts.
  private func content(_ values: DistinctValues) -> [String] {
    var lines: [String] = []
    values.visit { text, count in
      var bytes: [UInt8] = []
      bytes.append(copying: text)
      lines.append("\(String(decoding: bytes, as: UTF8.self)) \(count)")
    }
    return lines.sorted() + ["null \(values.nullCount)"]
  }

  @Test func countsValues() {
    var values = values(["b", "a", "b", "a text of more than fifteen bytes", "b"])
    #expect(content(values) == ["a 1", "a text of more than fifteen bytes 1", "b 3", "null 0"])
    values.add(Array("a".utf8).span, times: 7)
    #expect(content(values) == ["a 8", "a text of more than fifteen bytes 1", "b 3", "null 0"])
    #expect(values.count == 3)
  }

  @Test func batchesCountNullApart() throws {
    let dialect = Dialect(nullTexts: [Array("NA".utf8), Array("not available here".utf8)])
    let column = BatchColumn(["b", "", "NA", "b", "not available here", "a text of more than fifteen bytes", nil])
    var values = DistinctValues()
    let scratch = ProfileScratch(dialect)
    let taken = column.withSlices {
      values.add(base: $0, slices: $1, count: $2, nulls: scratch.nullKeys, ids: scratch.ids)
    }
    #expect(taken == 7)
    #expect(content(values) == ["a text of more than fifteen bytes 1", "b 2", "null 4"])
    #expect(values.count == 2)
    #expect(values.mostFrequent()?.count == 2)
    var merged = self.values(["c", "b"])
    merged.merge(try decoded(encoded(values)))
    merged.merge(values)
    #expect(content(merged) == ["a text of more than fifteen bytes 2", "b 5", "c 1", "null 8"])
    #expect(merged.count == 3)
  }

  @Test(arguments: [9_999, 10_000, 10_001, 10_002, 12_000], [false, true])
  func batchesEndBehindTheBound(count: Int, hasNull: Bool) {
    let column = BatchColumn((hasNull ? [nil] : []) + (0..<count).map { "v\($0)" } + ["v0"])
    var values = DistinctValues()
    let scratch = ProfileScratch(Dialect())
    var taken = 0
    column.withSlices { base, slices, rows in
      while taken < rows {
        let length = min(ProfileScratch.capacity, rows - taken)
        let added = values.add(
          base: base, slices: slices + taken, count: length, nulls: scratch.nullKeys, ids: scratch.ids)
        taken += added
        if added < length { break }
      }
      #expect(values.isOverBound == (count > DistinctValues.bound))
      #expect(taken == rows || values.isOverBound)
      #expect(values.count <= DistinctValues.bound + 2)
    }
  }

  @Test(arguments: [20, 9_000])
  func mergesLikeOne(count: Int) throws {
    var source = SplitMixSource(seed: UInt64(count))
    let texts = (Array(0..<count) + Array(0..<count / 3)).map { "v\($0)" }
    let expected = content(values(texts))
    for parts in [2, 5] {
      let states = try deal(texts, parts: parts, using: &source).map { try decoded(encoded(values($0))) }
      #expect(content(mergeAtRandom(states, using: &source) { $0.merge($1) }) == expected)
    }
  }

  @Test func mostFrequentOfEqualsIsTheSmallestByBytes() {
    for texts in [["b", "a", "b", "a", "c"], ["a", "c", "a", "b", "b"], ["c", "b", "b", "a", "a"]] {
      let values = values(texts)
      #expect(values.mostFrequent()?.text == Array("a".utf8))
      #expect(values.mostFrequent()?.count == 2)
    }
    #expect(DistinctValues().mostFrequent() == nil)
  }

  @Test func refusesBrokenBytes() {
    var source = SplitMixSource(seed: 3)
    for state in [values((0..<30).map { "v\($0)" }), values((0..<20).map { "a text of many bytes \($0)" }), values([])]
    {
      checkDecoding(of: encoded(state), using: &source, changes: 200) { (reader) throws(ByteCodingError) in
        try DistinctValues(from: &reader)
      } use: { broken in
        var merged = state
        merged.merge(broken)
        merged.merge(broken)
        _ = (merged.count, merged.mostFrequent()?.count, merged.nullCount)
      }
    }
  }

  @Test func refusesMoreExactValuesThanTheBound() {
    let bytes = encoded(values((0...DistinctValues.bound).map { "\($0)" }))
    #expect(throws: ByteCodingError.self) { try decoded(bytes) }
  }

  @Test func refusesCountsThatAreTooLargeTogether() throws {
    var values = values(["a", "b"])
    values.add(Array("a".utf8).span, times: 1 << 55)
    #expect(try content(decoded(encoded(values))) == content(values))
    values.add(Array("b".utf8).span, times: 1 << 55)
    #expect(throws: ByteCodingError.self) { try decoded(encoded(values)) }
  }
}
