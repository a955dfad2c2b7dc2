// The two roundings: nearest double and nearest square root, at ties, in the denormals and at both ends of the doubles.

import Query
import Testing

@Suite struct ExactRatioTests {
  /// Ratios that lie on, just above and just below what rounding decides by.
  private func ratios(using random: inout NumberCaseGenerator) -> [(BigInteger, BigInteger, Int)] {
    var ratios: [(BigInteger, BigInteger, Int)] = []
    for _ in 0..<700 {
      let double = Double(bitPattern: random.next() & 0x7fff_ffff_ffff_ffff)
      guard double.isFinite else { continue }
      // A tie between this double and the next, times a large number, and one off it.
      let ratio = ExactRatio(double)
      let tie = ratio.numerator.shiftedLeft(by: 1) + BigInteger(1)
      let factor = BigInteger(Int128(random.next())) * BigInteger(Int128(random.next()) + 1)
      let offset = BigInteger(random.pick([-1, 0, 1]))
      ratios.append((tie * factor + offset, factor, ratio.exponent - 1))
    }
    for exponent in [-1200, -1080, -1076, -1075, -1074, -1073, -1023, -1022, 969, 970, 971, 972, 1023, 1024, 3000] {
      for numerator in [1, 2, 3, (1 << 53) - 1, 1 << 53, (1 << 54) - 1, Int.max] {
        ratios.append((BigInteger(numerator), BigInteger(1), exponent))
        ratios.append((BigInteger(-numerator), BigInteger(3), exponent))
      }
    }
    return ratios
  }

  private func word(_ ratio: (BigInteger, BigInteger, Int)) -> String {
    let (numerator, denominator, exponent) = ratio
    return exponent >= 0
      ? "\(numerator.shiftedLeft(by: exponent))/\(denominator)"
      : "\(numerator)/\(denominator.shiftedLeft(by: -exponent))"
  }

  @Test func nearestDoubles() throws {
    var random = NumberCaseGenerator(seed: 71)
    let ratios = ratios(using: &random).filter { !$0.1.isZero }
    let answers = try NumberReferee.answers(to: ratios.map { "ratio \(word($0))" })
    for (ratio, answer) in zip(ratios, answers) {
      let exact = ExactRatio(ratio.0, over: ratio.1, exponent: ratio.2)
      #expect(NumberReferee.word(exact.nearestDouble) == answer, "\(ratio)")
    }
  }

  @Test func nearestSquareRoots() throws {
    var random = NumberCaseGenerator(seed: 72)
    // Squares of ties are where a root rounds wrongly if anything is dropped too early.
    var ratios = ratios(using: &random).filter { !$0.1.isZero && !$0.0.isNegative }
    ratios = ratios.flatMap { ratio in
      let square = (ratio.0 * ratio.0, ratio.1 * ratio.1, 2 * ratio.2)
      return [ratio, square, (square.0 + BigInteger(1), square.1, square.2)]
    }
    let answers = try NumberReferee.answers(to: ratios.map { "root \(word($0))" })
    for (ratio, answer) in zip(ratios, answers) {
      let exact = ExactRatio(ratio.0, over: ratio.1, exponent: ratio.2)
      #expect(NumberReferee.word(exact.nearestSquareRoot) == answer, "\(ratio)")
    }
  }

  @Test func noTrapWithoutSense() {
    #expect(ExactRatio(BigInteger(4), over: .zero).nearestDouble == 4)
    #expect(ExactRatio(BigInteger(-4)).nearestSquareRoot == 0)
    #expect(ExactRatio(BigInteger(-4), over: BigInteger(-2)).nearestDouble == 2)
  }
}
