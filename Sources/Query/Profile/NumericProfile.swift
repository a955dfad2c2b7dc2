// What the profile knows of a column as numbers, for as long as every value might be one.

import CSV

/// Extremes, mean and spread of the numbers of a column.
package struct NumericProfile: Sendable {
  private var layout = NumberLayout()
  private var least = NumberExtreme()
  private var greatest = NumberExtreme()
  private var sum = ExactSum()
  private var moments = ExactMoments()

  package init() {}

  package mutating func add(_ number: Number) {
    layout.note(number)
    least.add(number, for: .least)
    greatest.add(number, for: .greatest)
    sum.add(number)
    moments.add(number)
  }

  package mutating func merge(_ other: NumericProfile) {
    layout.merge(other.layout)
    least.merge(other.least, for: .least)
    greatest.merge(other.greatest, for: .greatest)
    sum.merge(other.sum)
    moments.merge(other.moments)
  }

  package var minimum: Cell { least.number.map { .number(layout.text($0)) } ?? .null }

  package var maximum: Cell { greatest.number.map { .number(layout.text($0)) } ?? .null }

  /// The mean; null of no numbers, nil outside the doubles.
  package func mean() -> Cell? { sum.count == 0 ? .null : .shortest(sum.mean()) }

  /// The standard deviation of the numbers as a sample; null of fewer than two, nil outside the doubles.
  package func deviation() -> Cell? {
    moments.count < 2 ? .null : .shortest(moments.standardDeviation(sample: true))
  }

  package func encode(into writer: inout ByteWriter) {
    layout.encode(into: &writer)
    least.encode(into: &writer)
    greatest.encode(into: &writer)
    sum.encode(into: &writer)
    moments.encode(into: &writer)
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    layout = try NumberLayout(from: &reader)
    least = try NumberExtreme(from: &reader)
    greatest = try NumberExtreme(from: &reader)
    sum = try ExactSum(from: &reader)
    moments = try ExactMoments(from: &reader)
  }
}
