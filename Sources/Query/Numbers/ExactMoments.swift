// Variances without error: exact sum and exact sum of squares, so that nothing cancels, and one rounding at the end.

import CSV

/// Running sum and sum of squares. Order of additions and shape of merges never change a result.
package struct ExactMoments: Sendable {
  /// The sum.
  package private(set) var sum = ExactSum()
  private var squares = ExactAccumulator()

  package init() {}

  /// The moments of so many numbers with these totals.
  init(values: ExactAccumulator, squares: ExactAccumulator, count: Int) {
    sum = ExactSum(values: values, count: count)
    self.squares = squares
  }

  /// Numbers added.
  package var count: Int { sum.count }

  /// Whether a double was among the numbers added.
  package var sawBinary: Bool { sum.sawBinary }

  /// Adds a number.
  @inline(__always)
  package mutating func add(_ number: Number) {
    sum.add(number)
    switch number {
    case .decimal(let decimal): squares.addSquare(of: decimal.mantissa, scale: decimal.scale)
    case .binary(let double): squares.addSquare(of: double)
    }
  }

  /// Adds a number so many times.
  package mutating func add(_ number: Number, times: Int) {
    sum.add(number, times: times)
    switch number {
    case .decimal(let decimal): squares.addSquare(of: decimal.mantissa, scale: decimal.scale, times: times)
    case .binary(let double): squares.addSquare(of: double, times: times)
    }
  }

  /// Adds `count` decimals of one scale by their total and the total of the squares of their mantissas.
  package mutating func add(total: Decimal, squares: Int128, count: Int) {
    sum.add(total: total, count: count)
    self.squares.add(squares, scale: 2 * total.scale)
  }

  /// Adds what other moments hold.
  package mutating func merge(_ other: ExactMoments) {
    sum.merge(other.sum)
    squares.merge(other.squares)
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
    let sum = sum.total()
    let spread = ExactRatio(BigInteger(count)) * squares.total - sum * sum
    return spread / ExactRatio(BigInteger(count) * BigInteger(divisor))
  }

  package func encode(into writer: inout ByteWriter) {
    sum.encode(into: &writer)
    squares.encode(into: &writer)
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    sum = try ExactSum(from: &reader)
    squares = try ExactAccumulator(from: &reader)
  }
}
