// The aggregates by the names that questions use, and which implementation stands for each: the registry.

import CSV

/// An aggregate function.
package enum AggregateFunction: String, CaseIterable, Sendable {
  case count, sum, mean, min, max
  /// Variance and standard deviation of a sample.
  case variance = "var"
  case stddev
  /// Variance and standard deviation of a whole population.
  case populationVariance = "var_pop"
  case populationStddev = "stddev_pop"

  /// Whether a call must have an argument: only `count` can do without.
  package var needsArgument: Bool { self != .count }

  /// What the argument is read as, where it would be read as `natural` without the call around it.
  package func argumentKind(for natural: ValueKind) -> ValueKind {
    switch self {
    case .count, .min, .max: natural
    case .sum, .mean, .variance, .stddev, .populationVariance, .populationStddev: .number
    }
  }

  /// Whether the results are numbers, where the argument is read as `kind`.
  package func isNumeric(of kind: ValueKind?) -> Bool {
    switch self {
    case .min, .max: kind == .number
    default: true
    }
  }
}

/// One aggregate of a question, resolved.
package struct AggregateCall: Equatable, Sendable {
  package var function: AggregateFunction
  /// What the argument is read as; nil where there is none (`count`).
  package var kind: ValueKind?
  /// The name of the result column, which errors name too.
  package var name: [UInt8]

  package init(function: AggregateFunction, kind: ValueKind?, name: [UInt8]) {
    self.function = function
    self.kind = kind
    self.name = name
  }

  /// The implementation of this call, with states for no groups.
  func makeAggregate() -> any Aggregate {
    switch (function, kind) {
    case (.count, nil): RowCountAggregate()
    case (.count, _): ValueCountAggregate()
    case (.sum, _): SumAggregate()
    case (.mean, _): MeanAggregate()
    case (.min, _): makeExtreme(.least)
    case (.max, _): makeExtreme(.greatest)
    case (.variance, _): MomentsAggregate(measure: .sampleVariance)
    case (.stddev, _): MomentsAggregate(measure: .sampleDeviation)
    case (.populationVariance, _): MomentsAggregate(measure: .populationVariance)
    case (.populationStddev, _): MomentsAggregate(measure: .populationDeviation)
    }
  }

  private func makeExtreme(_ end: Extreme) -> any Aggregate {
    switch kind {
    case .number: NumberExtremeAggregate(end: end)
    case .boolean: BooleanExtremeAggregate(end: end)
    case .text, nil: TextExtremeAggregate(end: end)
    }
  }
}
