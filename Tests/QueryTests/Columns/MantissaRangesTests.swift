// Ranges of mantissas against the comparison of numbers, at every scale and around every bound.

import Testing

@testable import Query

@Suite struct MantissaRangesTests {
  private static let comparisons: [ComparisonOperator] = [
    .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual,
  ]

  private func check(_ constant: Decimal) {
    for comparison in Self.comparisons {
      let ranges = MantissaRanges(comparison, constant)
      for scale in 0...Int(NumberColumn.maxScale) {
        // The bounds, their neighbours, and the ends of what a column holds.
        let far = ColumnKernels.bound - 1
        var mantissas: Set<Int64> = [0, 1, -1, far, -far]
        for bound in [ranges.low[scale], ranges.high[scale]] {
          for step in [-1, 0, 1] as [Int64] { mantissas.insert(max(-far, min(far, bound &+ step))) }
        }
        for mantissa in mantissas {
          let order = Number.compare(.decimal(Decimal(mantissa: Int128(mantissa), scale: scale)), .decimal(constant))
          let isWithin = mantissa >= ranges.low[scale] && mantissa <= ranges.high[scale]
          if (isWithin != ranges.isInverted) != comparison.holds(order) {
            Issue.record("\(mantissa) at scale \(scale) \(comparison.rawValue) \(constant)")
          }
        }
      }
    }
  }

  @Test func boundsAtEveryScale() {
    for (mantissa, scale) in [
      (0, 0), (0, 40), (1, 0), (-1, 0), (15, 1), (-15, 1), (150, 2), (-7, 3), (999_999_999_999_999_999, 0),
      (-999_999_999_999_999_999, 18), (1, 18), (-1, 19), (1, 40), (-1, 1000), (123_456_789, 5),
    ] {
      check(Decimal(mantissa: Int128(mantissa), scale: scale))
    }
    // Constants that arithmetic made are not bound to 18 digits.
    check(Decimal(mantissa: .max, scale: 0))
    check(Decimal(mantissa: .min, scale: 0))
    check(Decimal(mantissa: .max, scale: 30))
    check(Decimal(mantissa: .min, scale: 38))
  }

  @Test func randomConstants() {
    var random = NumberCaseGenerator(seed: 3)
    for _ in 0..<200 {
      let mantissa =
        Int128(Int64.random(in: .min ... .max, using: &random)) >> Int128.random(in: 0...63, using: &random)
      check(Decimal(mantissa: mantissa, scale: Int.random(in: 0...20, using: &random)))
    }
  }
}
