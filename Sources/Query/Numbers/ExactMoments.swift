// Variances without error: exact sum and exact sum of squares, so that nothing cancels, and one rounding at the end.

import CSV

/// Running sum and sum of squares. Order of additions and shape of merges never change a result.
package struct ExactMoments: Sendable {
  private var values = ExactAccumulator()
  private var squares = ExactAccumulator()
  /// Numbers added.
  package private(set) var count = 0

  package init() {}

  /// The moments of so many numbers with these totals.
  init(values: ExactAccumulator, squares: ExactAccumulator, count: Int) {
    self.values = values
    self.squares = squares
    self.count = count
  }

  /// Whether a double was among the numbers added.
  package var sawBinary: Bool { values.sawBinary }

  /// Adds a number.
  @inline(__always)
  package mutating func add(_ number: Number) {
    switch number {
    case .decimal(let decimal):
      values.add(decimal.mantissa, scale: decimal.scale)
      squares.addSquare(of: decimal.mantissa, scale: decimal.scale)
    case .binary(let double):
      values.add(double)
      squares.addSquare(of: double)
    }
    count &+= 1
  }

  /// Adds what other moments hold.
  package mutating func merge(_ other: ExactMoments) {
    values.merge(other.values)
    squares.merge(other.squares)
    count &+= other.count
  }

  /// The nearest double of the variance, of the sample (over count - 1) or of the population (over count); nil outside
  /// the doubles. Of fewer numbers than it needs (2, or 1): 0, so ask `count` first.
  package func variance(sample: Bool) -> Double? {
    guard let exact = exactVariance(sample: sample) else { return 0 }
    return exact.nearestDouble
  }

  /// The double nearest to the square root of the exact variance; else as `variance`.
  package func standardDeviation(sample: Bool) -> Double? {
    guard let exact = exactVariance(sample: sample) else { return 0 }
    return exact.nearestSquareRoot
  }

  /// (n x sum of squares - square of the sum) / (n x (n - 1)), or / n^2.
  private func exactVariance(sample: Bool) -> ExactRatio? {
    let divisor = sample ? count - 1 : count
    guard divisor > 0 else { return nil }
    let sum = values.total
    let spread = ExactRatio(BigInteger(count)) * squares.total - sum * sum
    return spread / ExactRatio(BigInteger(count) * BigInteger(divisor))
  }

  package func encode(into writer: inout ByteWriter) {
    writer.write(count)
    values.encode(into: &writer)
    squares.encode(into: &writer)
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    count = try reader.readInt()
    guard count >= 0 else { throw ByteCodingError("moments of \(count) numbers") }
    values = try ExactAccumulator(from: &reader)
    squares = try ExactAccumulator(from: &reader)
  }
}
