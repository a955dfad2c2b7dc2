// `count(x)` of texts and booleans: the values that are not null.

import CSV

/// The number of values that are not null.
struct ValueCountAggregate: Aggregate {
  private var counts: [Int] = []

  var groupCount: Int { counts.count }

  mutating func addGroup() { counts.append(0) }

  mutating func add(_ value: Value, in row: borrowing RowScratch, group: Int) {
    if !value.isNull { counts[group] &+= 1 }
  }

  mutating func add(text: Span<UInt8>, group: Int) { counts[group] &+= 1 }

  mutating func merge(_ other: ValueCountAggregate, _ sources: [UInt32], into targets: [UInt32]) {
    for (source, target) in zip(sources, targets) { counts[Int(target)] &+= other.counts[Int(source)] }
  }

  func finish() -> [Cell?] { counts.map { .number(String($0)) } }

  func encode(into writer: inout ByteWriter) {
    for count in counts { writer.write(count: count) }
  }

  mutating func decode(groupCount: Int, from reader: inout ByteReader) throws(ByteCodingError) {
    counts.reserveCapacity(groupCount)
    for _ in 0..<groupCount { counts.append(try reader.readCount()) }
  }
}
