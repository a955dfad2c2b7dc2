// What a table of numbers must finish with, by the exact sums and moments and a plain list of the numbers of each group.

import CSV

@testable import Query

/// The numbers that were added to each group of a table with calls over one number.
struct NumberModel {
  /// Sets of functions that the loops over records tell apart, and all of them.
  static let functions: [[AggregateFunction]] = [
    [.count], [.sum], [.min, .max], [.mean, .min, .max], [.min], [.max, .sum], [.variance], [.stddev, .max],
    AggregateFunction.allCases,
  ]

  /// A call that counts rows, then these of one number.
  static func calls(_ functions: [AggregateFunction]) -> [AggregateCall] {
    [AggregateCall(function: .count, kind: nil, name: [99])]
      + functions.map { AggregateCall(function: $0, kind: .number, name: [110], argument: 0) }
  }

  let functions: [AggregateFunction]
  /// nil stands for null.
  private(set) var values: [[Number?]]

  init(_ functions: [AggregateFunction], groups: Int) {
    self.functions = functions
    values = Array(repeating: [], count: groups)
  }

  mutating func add(_ number: Number?, group: Int) { values[group].append(number) }

  mutating func merge(_ other: NumberModel) {
    for group in values.indices { values[group] += other.values[group] }
  }

  mutating func clear() { values = Array(repeating: [], count: values.count) }

  /// The finished rows of groups that have any: the number of the group, then the calls.
  func rows() -> [[Cell?]] {
    var layout = NumberLayout()
    for case let number? in values.joined() { layout.note(number) }
    return values.enumerated().filter { !$0.element.isEmpty }.map { group, values in
      [.number(String(group)), .number(String(values.count))]
        + functions.map { Self.cell($0, values.compactMap { $0 }, layout) }
    }
  }

  private static func cell(_ function: AggregateFunction, _ numbers: [Number], _ layout: NumberLayout) -> Cell? {
    if function == .count { return .number(String(numbers.count)) }
    if numbers.isEmpty { return .null }
    var sum = ExactSum()
    var moments = ExactMoments()
    var least = NumberExtreme()
    var greatest = NumberExtreme()
    for number in numbers {
      sum.add(number)
      moments.add(number)
      least.add(number, for: .least)
      greatest.add(number, for: .greatest)
    }
    switch function {
    case .count: return nil
    case .sum: return layout.isBinary ? .shortest(sum.double()) : .number(sum.decimalText(scale: layout.scale))
    case .mean: return .shortest(sum.mean())
    case .min: return least.number.map { .number(layout.text($0)) }
    case .max: return greatest.number.map { .number(layout.text($0)) }
    case .variance: return numbers.count < 2 ? .null : .shortest(moments.variance(sample: true))
    case .stddev: return numbers.count < 2 ? .null : .shortest(moments.standardDeviation(sample: true))
    case .populationVariance: return .shortest(moments.variance(sample: false))
    case .populationStddev: return .shortest(moments.standardDeviation(sample: false))
    }
  }
}

/// Which numbers a test draws.
enum NumberDraw: CaseIterable, Sendable {
  /// Whole numbers near the ends of 18 digits: sums soon leave 64 bits.
  case large
  /// Any scale up to 18.
  case scales
  /// Few digits, scales that rise by one now and then.
  case prices
  /// As above with nulls.
  case withNulls
  /// Whatever a row can hold, also doubles and decimals that no column of numbers holds.
  case anything

  /// A decimal of at most 18 digits and fraction digits, as columns hold them; nil is null.
  func decimal(using source: inout SplitMixSource) -> (mantissa: Int64, scale: Int)? {
    let most: Int64 = 999_999_999_999_999_999
    switch self {
    case .large: return ([most, -most, most - 1, -most + 1, 1, 0, most / 2].randomElement(using: &source)!, 0)
    case .scales:
      let scale = Int.random(in: 0...18, using: &source)
      return ([most, -most, 1, -1, 0, .random(in: -most...most, using: &source)].randomElement(using: &source)!, scale)
    case .prices:
      let scale = Int.random(in: 0..<60, using: &source) == 0 ? Int.random(in: 0...4, using: &source) : 2
      return (.random(in: -9999...9999, using: &source), scale)
    case .withNulls:
      if Int.random(in: 0..<3, using: &source) == 0 { return nil }
      return NumberDraw.prices.decimal(using: &source)
    case .anything:
      return NumberDraw.allCases.dropLast().randomElement(using: &source)!.decimal(using: &source)
    }
  }

  /// A number as rows give it; nil is null.
  func number(using source: inout SplitMixSource) -> Number? {
    if self == .anything, Int.random(in: 0..<4, using: &source) == 0 { return Self.rare(using: &source) }
    return decimal(using: &source).map { .decimal(Decimal(mantissa: Int128($0.mantissa), scale: $0.scale)) }
  }

  /// What expressions make and columns do not hold: the ends of 64 bits, more digits, deeper scales, doubles.
  private static func rare(using source: inout SplitMixSource) -> Number {
    let mantissas: [Int128] = [
      Int128(Int64.max), Int128(Int64.min), Int128(Int64.max) - 1, Int128(Int64.min) + 1, Int128(Int64.max) + 1,
      Int128(1) << 100, -(Int128(1) << 126), 1,
    ]
    let scale = [0, 0, 1, 18, 19, 40].randomElement(using: &source)!
    if Bool.random(using: &source) {
      return .decimal(Decimal(mantissa: mantissas.randomElement(using: &source)!, scale: scale))
    }
    return .binary([1e15, -2.5, 1e-9, 0, 1e120, -1e120].randomElement(using: &source)!)
  }
}
