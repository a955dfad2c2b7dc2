// `mean`: the exact sum over the count, rounded once.

import CSV

/// The mean of the values, as the nearest double; null of none.
struct MeanAggregate: Aggregate {
  private var sums: [ExactSum] = []

  mutating func addGroup() { sums.append(ExactSum()) }

  mutating func add(_ value: Value, in row: borrowing RowScratch, group: Int) {
    if case .number(let number) = value { sums[group].add(number) }
  }

  mutating func merge(_ other: MeanAggregate, into groups: [Int]) {
    for (index, group) in groups.enumerated() { sums[group].merge(other.sums[index]) }
  }

  func finish() -> [Cell?] {
    sums.map { $0.count == 0 ? .null : .shortest($0.mean()) }
  }

  func encode(into writer: inout ByteWriter) {
    for sum in sums { sum.encode(into: &writer) }
  }

  mutating func decode(groupCount: Int, from reader: inout ByteReader) throws(ByteCodingError) {
    for _ in 0..<groupCount { sums.append(try ExactSum(from: &reader)) }
  }
}
