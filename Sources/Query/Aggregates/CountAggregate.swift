// Counts: of rows (`count`) and of values that are not null (`count(x)`).

import CSV

/// The number of values that are not null.
struct ValueCountAggregate: Aggregate {
  private var counts: [Int] = []

  mutating func addGroup() { counts.append(0) }

  mutating func add(_ value: Value, in row: borrowing RowScratch, group: Int) {
    if !value.isNull { counts[group] &+= 1 }
  }

  mutating func merge(_ other: ValueCountAggregate, into groups: [Int]) {
    for (index, group) in groups.enumerated() { counts[group] &+= other.counts[index] }
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

/// The number of rows. The table counts rows once for all such calls, so there is no state here; `GroupTable` puts the
/// results in.
struct RowCountAggregate: Aggregate {
  private var groupCount = 0

  mutating func addGroup() { groupCount += 1 }

  mutating func add(_ value: Value, in row: borrowing RowScratch, group: Int) {}

  mutating func merge(_ other: RowCountAggregate, into groups: [Int]) {}

  func finish() -> [Cell?] { Array(repeating: .null, count: groupCount) }

  func encode(into writer: inout ByteWriter) {}

  mutating func decode(groupCount: Int, from reader: inout ByteReader) { self.groupCount = groupCount }
}
