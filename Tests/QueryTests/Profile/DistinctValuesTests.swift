// The switch from exact to sketch happens at one number of distinct values, however they arrive.

import CSV
import Testing

@testable import Query

@Suite struct DistinctValuesTests {
  private func values(_ numbers: some Sequence<Int>) -> DistinctValues {
    var values = DistinctValues()
    for number in numbers { _ = values.add(Array("v\(number)".utf8).span) }
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

  @Test func saysWhetherAValueIsKnown() {
    var values = DistinctValues()
    let (a, b) = (Array("a".utf8), Array("b".utf8))
    let answers = [values.add(a.span), values.add(b.span), values.add(a.span)]
    #expect(answers == [true, true, false])
  }

  @Test func switchesBehindTheBound() {
    let bound = DistinctValues.bound
    var exact = values(0..<bound)
    #expect(exact.isExact)
    #expect(exact.count == bound)
    #expect(exact.mostFrequent()?.count == 1)
    _ = exact.add(Array("v0".utf8).span)
    #expect(exact.isExact)
    _ = exact.add(Array("one more".utf8).span)
    #expect(!exact.isExact)
    #expect(exact.count > bound)
    #expect(exact.count < bound + 400)
    #expect(exact.mostFrequent() == nil)
  }

  @Test(arguments: [9_999, 10_000, 10_001, 12_000])
  func mergesLikeOne(count: Int) throws {
    var source = SplitMixSource(seed: UInt64(count))
    let expected = values(0..<count)
    let numbers = Array(0..<count) + Array(0..<count / 3)
    for parts in [2, 5] {
      var states = try deal(numbers, parts: parts, using: &source).map { try decoded(encoded(values($0))) }
      states.append(values(0..<count * 2 / 3))
      let merged = mergeAtRandom(states, using: &source) { $0.merge($1) }
      #expect(merged.isExact == expected.isExact)
      #expect(merged.count == expected.count)
    }
  }

  @Test func mostFrequentOfEqualsIsTheSmallestByBytes() {
    for texts in [["b", "a", "b", "a", "c"], ["a", "c", "a", "b", "b"], ["c", "b", "b", "a", "a"]] {
      var values = DistinctValues()
      for text in texts { _ = values.add(Array(text.utf8).span) }
      #expect(values.mostFrequent()?.text == Array("a".utf8))
      #expect(values.mostFrequent()?.count == 2)
    }
    #expect(DistinctValues().mostFrequent() == nil)
  }

  @Test func refusesBrokenBytes() {
    var source = SplitMixSource(seed: 3)
    for state in [values(0..<30), values(0..<10_001), values(0..<0)] {
      checkDecoding(of: encoded(state), using: &source, changes: 100) { (reader) throws(ByteCodingError) in
        try DistinctValues(from: &reader)
      } use: { broken in
        var merged = state
        merged.merge(broken)
        merged.merge(broken)
        _ = (merged.count, merged.mostFrequent()?.count)
      }
    }
  }

  @Test func refusesMoreExactValuesThanTheBound() {
    var table = KeyTable()
    for number in 0...DistinctValues.bound { _ = table.insert(Array("\(number)".utf8).span) }
    var writer = ByteWriter()
    writer.write(false)
    table.encode(into: &writer)
    for _ in 0..<table.count { writer.write(count: 1) }
    #expect(throws: ByteCodingError.self) {
      var reader = ByteReader(writer.bytes)
      _ = try DistinctValues(from: &reader)
    }
  }
}
