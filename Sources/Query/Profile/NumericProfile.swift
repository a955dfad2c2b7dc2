// What the profile knows of a column as numbers, for as long as every value might be one.

import CSV

/// Extremes, mean and spread of the numbers of a column.
package struct NumericProfile: Sendable {
  private var layout = NumberLayout()
  private var least = NumberExtreme()
  private var greatest = NumberExtreme()
  private var moments = ExactMoments()

  package init() {}

  /// Adds a number so many times.
  package mutating func add(_ number: Number, times: Int = 1) {
    note(number)
    moments.add(number, times: times)
  }

  private mutating func note(_ number: Number) {
    layout.note(number)
    least.add(number, for: .least)
    greatest.add(number, for: .greatest)
  }

  /// Adds the decimals of one scale that a lane holds.
  mutating func add(_ lane: ScaleLane, scale: Int) {
    note(.decimal(Decimal(mantissa: Int128(lane.least), scale: scale)))
    note(.decimal(Decimal(mantissa: Int128(lane.greatest), scale: scale)))
    moments.add(
      total: Decimal(mantissa: lane.total, scale: scale), squares: Int128(truncatingIfNeeded: lane.squares),
      count: lane.count)
  }

  package mutating func merge(_ other: NumericProfile) {
    layout.merge(other.layout)
    least.merge(other.least, for: .least)
    greatest.merge(other.greatest, for: .greatest)
    moments.merge(other.moments)
  }

  package var minimum: Cell { least.number.map { .number(layout.text($0)) } ?? .null }

  package var maximum: Cell { greatest.number.map { .number(layout.text($0)) } ?? .null }

  /// The mean; null of no numbers, nil outside the doubles.
  package func mean() -> Cell? { moments.count == 0 ? .null : .shortest(moments.sum.mean()) }

  /// The standard deviation of the numbers as a sample; null of fewer than two, nil outside the doubles.
  package func deviation() -> Cell? {
    moments.count < 2 ? .null : .shortest(moments.standardDeviation(sample: true))
  }

  package func encode(into writer: inout ByteWriter) {
    layout.encode(into: &writer)
    least.encode(into: &writer)
    greatest.encode(into: &writer)
    moments.encode(into: &writer)
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    layout = try NumberLayout(from: &reader)
    least = try NumberExtreme(from: &reader)
    greatest = try NumberExtreme(from: &reader)
    moments = try ExactMoments(from: &reader)
  }
}
