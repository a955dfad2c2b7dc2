// The aggregates by the names that questions use, and which implementation stands for each: the registry. What numbers
// need is kept in lanes (`LaneParts` says what each function keeps) and finished by `GroupColumn`.

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
  /// Calls with the same number here have the same argument, and share what is kept of it; nil shares nothing.
  package var argument: Int?

  package init(function: AggregateFunction, kind: ValueKind?, name: [UInt8], argument: Int? = nil) {
    self.function = function
    self.kind = kind
    self.name = name
    self.argument = argument
  }

  /// The implementation of a call over texts or booleans, with states for no groups.
  func makeAggregate() -> any Aggregate {
    switch function {
    case .min: makeExtreme(.least)
    case .max: makeExtreme(.greatest)
    default: ValueCountAggregate()
    }
  }

  private func makeExtreme(_ end: Extreme) -> any Aggregate {
    kind == .boolean ? BooleanExtremeAggregate(end: end) : TextExtremeAggregate(end: end)
  }
}
