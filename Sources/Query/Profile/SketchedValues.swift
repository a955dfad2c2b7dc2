// What is kept of a column with many distinct values: a sketch of how many there are, and the facts of all that went by.

import CSV

/// The values of a column, folded together.
package struct SketchedValues: Sendable {
  var facts = ColumnFacts()
  var sketch = HyperLogLog()

  package init() {}

  /// Takes over what was counted exactly.
  package init(_ values: DistinctValues) { fold(values) }

  /// Forgets everything.
  mutating func clear() {
    facts = ColumnFacts()
    sketch.clear()
  }

  /// The estimated number of distinct values. More than the bound is known for sure; the upper end only keeps the
  /// conversion in range.
  package var count: Int { Int(min(max(sketch.estimate().rounded(), Double(DistinctValues.bound + 1)), 9e18)) }

  /// Adds a value so many times.
  package mutating func add(_ text: Span<UInt8>, times: Int = 1) {
    sketch.add(hash: FixedHash.hash(text))
    facts.add(text, times: times)
  }

  /// Adds what was counted exactly.
  package mutating func fold(_ values: DistinctValues) {
    let numbers = NumberColumn(capacity: ProfileScratch.capacity)
    values.visitBatches { base, slices, times, count in
      add(base: base, slices: slices, count: count, times: times, numbers: numbers)
    }
  }

  package mutating func merge(_ other: SketchedValues) {
    sketch.merge(other.sketch)
    facts.merge(other.facts)
  }

  package func encode(into writer: inout ByteWriter) {
    sketch.encode(into: &writer)
    facts.encode(into: &writer)
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    sketch = try HyperLogLog(from: &reader)
    facts = try ColumnFacts(from: &reader)
  }
}
