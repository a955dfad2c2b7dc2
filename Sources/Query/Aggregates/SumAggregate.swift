// `sum`: exact, printed as a decimal at the scale of all values of the call, or as a double once any was binary.

import CSV

/// The exact sum of the values; null of none.
struct SumAggregate: Aggregate {
  private var sums: [ExactSum] = []

  mutating func addGroup() { sums.append(ExactSum()) }

  mutating func add(_ value: Value, in row: borrowing RowScratch, group: Int) {
    if case .number(let number) = value { sums[group].add(number) }
  }

  mutating func merge(_ other: SumAggregate, into groups: [Int]) {
    for (index, group) in groups.enumerated() { sums[group].merge(other.sums[index]) }
  }

  func finish() -> [Cell?] {
    let isBinary = sums.contains(where: \.sawBinary)
    let scale = sums.reduce(0) { max($0, $1.scale) }
    return sums.map { sum in
      if sum.count == 0 { return .null }
      return isBinary ? .shortest(sum.double()) : .number(sum.decimalText(scale: scale))
    }
  }

  func encode(into writer: inout ByteWriter) {
    for sum in sums { sum.encode(into: &writer) }
  }

  mutating func decode(groupCount: Int, from reader: inout ByteReader) throws(ByteCodingError) {
    for _ in 0..<groupCount { sums.append(try ExactSum(from: &reader)) }
  }
}
