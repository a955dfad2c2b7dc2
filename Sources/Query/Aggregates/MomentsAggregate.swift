// `var`, `stddev`, `var_pop`, `stddev_pop`: the same exact moments, finished in four ways.

import CSV

/// The measures of spread.
enum SpreadMeasure: Sendable {
  /// Squared deviation over count - 1, and its root.
  case sampleVariance, sampleDeviation
  /// Squared deviation over count, and its root.
  case populationVariance, populationDeviation

  /// The fewest values that have a result.
  var least: Int { self == .sampleVariance || self == .sampleDeviation ? 2 : 1 }

  /// The measure, rounded once; nil outside the doubles.
  func finish(_ moments: ExactMoments) -> Double? {
    switch self {
    case .sampleVariance: moments.variance(sample: true)
    case .sampleDeviation: moments.standardDeviation(sample: true)
    case .populationVariance: moments.variance(sample: false)
    case .populationDeviation: moments.standardDeviation(sample: false)
    }
  }
}

/// A measure of spread, exact and rounded once; null of too few values.
struct MomentsAggregate: Aggregate {
  private let measure: SpreadMeasure
  private var moments: [ExactMoments] = []

  init(measure: SpreadMeasure) { self.measure = measure }

  mutating func addGroup() { moments.append(ExactMoments()) }

  mutating func add(_ value: Value, in row: borrowing RowScratch, group: Int) {
    if case .number(let number) = value { moments[group].add(number) }
  }

  mutating func merge(_ other: MomentsAggregate, into groups: [Int]) {
    for (index, group) in groups.enumerated() { moments[group].merge(other.moments[index]) }
  }

  func finish() -> [Cell?] {
    moments.map { $0.count < measure.least ? .null : .shortest(measure.finish($0)) }
  }

  func encode(into writer: inout ByteWriter) {
    for state in moments { state.encode(into: &writer) }
  }

  mutating func decode(groupCount: Int, from reader: inout ByteReader) throws(ByteCodingError) {
    for _ in 0..<groupCount { moments.append(try ExactMoments(from: &reader)) }
  }
}
