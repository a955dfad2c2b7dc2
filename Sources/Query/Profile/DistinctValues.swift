// How many distinct values a column has, and which is the most frequent: exact up to a bound, then a sketch. Which of
// the two depends only on how many distinct values there are, never on how they arrived.

import CSV

/// The distinct values of a column.
package struct DistinctValues: Sendable {
  /// The most distinct values that are counted exactly.
  package static let bound = 10_000

  /// The values and how often each occurs; empty once there is a sketch.
  private var values = KeyTable()
  private var counts: [Int] = []
  private var sketch: HyperLogLog?

  package init() {}

  /// Whether `count` is exact.
  package var isExact: Bool { sketch == nil }

  /// The number of distinct values, exact or estimated.
  package var count: Int {
    guard let sketch else { return values.count }
    // More than the bound is known for sure; the upper end only keeps the conversion in range.
    return Int(min(max(sketch.estimate().rounded(), Double(Self.bound + 1)), 9e18))
  }

  /// Adds one value. False if it is known to have been added before.
  package mutating func add(_ text: Span<UInt8>) -> Bool {
    let hash = FixedHash.hash(text)
    guard sketch == nil else {
      sketch?.add(hash: hash)
      return true
    }
    return add(text, hash: hash, times: 1)
  }

  private mutating func add(_ text: Span<UInt8>, hash: UInt64, times: Int) -> Bool {
    let (number, isNew) = values.insert(text, hash: hash)
    if isNew {
      counts.append(times)
      if counts.count > Self.bound { switchToSketch() }
    } else {
      counts[number] &+= times
    }
    return isNew
  }

  private mutating func switchToSketch() {
    guard sketch == nil else { return }
    var sketch = HyperLogLog()
    for number in 0..<values.count { sketch.add(hash: values.hash(number)) }
    self.sketch = sketch
    values = KeyTable()
    counts = []
  }

  package mutating func merge(_ other: DistinctValues) {
    if let otherSketch = other.sketch {
      switchToSketch()
      sketch?.merge(otherSketch)
      return
    }
    for number in 0..<other.values.count {
      let hash = other.values.hash(number)
      if sketch == nil {
        _ = add(other.values.key(number), hash: hash, times: other.counts[number])
      } else {
        sketch?.add(hash: hash)
      }
    }
  }

  /// The most frequent value and how often it occurs, of equally frequent ones the smallest by bytes; nil of no values
  /// and where the values are not counted exactly.
  package func mostFrequent() -> (text: [UInt8], count: Int)? {
    var best: Int?
    for number in counts.indices {
      if let held = best {
        if counts[number] < counts[held] { continue }
        if counts[number] == counts[held], ByteOrder.compare(values.key(number), values.key(held)) > 0 { continue }
      }
      best = number
    }
    guard let best else { return nil }
    var text: [UInt8] = []
    text.append(copying: values.key(best))
    return (text, counts[best])
  }

  package func encode(into writer: inout ByteWriter) {
    writer.write(sketch) { $1.encode(into: &$0) }
    guard sketch == nil else { return }
    values.encode(into: &writer)
    for count in counts { writer.write(count: count) }
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    sketch = try reader.readOptional { (reader) throws(ByteCodingError) in try HyperLogLog(from: &reader) }
    guard sketch == nil else { return }
    values = try KeyTable(from: &reader)
    guard values.count <= Self.bound else { throw ByteCodingError("\(values.count) values counted exactly") }
    for _ in 0..<values.count { counts.append(try reader.readCount()) }
  }
}
