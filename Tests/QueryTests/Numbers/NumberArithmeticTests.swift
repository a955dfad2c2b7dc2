// The operators of expressions against Python's fractions and floats, on every pair of kinds and scales.

import Query
import Testing

@Suite struct NumberArithmeticTests {
  private func word(_ result: ArithmeticResult) -> String {
    switch result {
    case .number(.decimal(let decimal)): "\(decimal.mantissa)@\(decimal.scale)"
    case .number(.binary(let double)): NumberReferee.word(double)
    case .null: "null"
    case .outOfRange: "none"
    }
  }

  private func number(_ text: String) throws -> Number { try #require(HostileNumbers.number(text)) }

  @Test func agreesWithPython() throws {
    var random = NumberCaseGenerator(seed: 21)
    let pairs = (0..<3000).map { index in
      let left = HostileNumbers.any(using: &random)
      return (left, index % 20 == 0 ? left : HostileNumbers.any(using: &random))
    }
    let answers = try NumberReferee.answers(to: pairs.map { "arithmetic \($0) \($1)" })
    for ((left, right), answer) in zip(pairs, answers) {
      let (a, b) = (try number(left), try number(right))
      let got = [
        word(Number.add(a, b)), word(Number.subtract(a, b)), word(Number.multiply(a, b)), word(Number.divide(a, b)),
        String(Number.compare(a, b)),
      ]
      #expect(got.joined(separator: " ") == answer, "\(left) and \(right)")
      #expect(Number.compare(b, a) == -Number.compare(a, b))
    }
  }

  @Test func decimalsAreExact() throws {
    #expect(Number.add(try number("0.1"), try number("0.2")) == .number(.decimal(Decimal(mantissa: 3, scale: 1))))
    #expect(
      Number.multiply(try number("1.5"), try number("-0.20")) == .number(.decimal(Decimal(mantissa: -300, scale: 3))))
    #expect(Number.divide(try number("1"), try number("3")) == .number(.binary(1.0 / 3)))
    #expect(Number.divide(try number("1"), try number("0.00")) == .null)
    #expect(Number.divide(try number("0"), try number("0e0")) == .null)
  }

  @Test func differenceThatFitsIsExactEvenWhenAnOperandDoesNotAtItsScale() throws {
    // 2 x 10^38 does not fit an Int128 at scale 38, the difference does.
    let left = try number("200000000000000000@17")
    let right = try number("150000000000000000000000000000000000000@38")
    let want = Decimal(mantissa: 50_000_000_000_000_000_000_000_000_000_000_000_000, scale: 38)
    #expect(Number.subtract(left, right) == .number(.decimal(want)))
    #expect(Number.add(try number("-2"), right) == .number(.decimal(Decimal(mantissa: -want.mantissa, scale: 38))))
  }

  @Test func resultsOutsideTheDoublesAreSaidSo() throws {
    let large = try number("1e308")
    #expect(Number.multiply(large, large) == .outOfRange)
    #expect(Number.add(large, large) == .outOfRange)
    #expect(Number.divide(large, try number("1e-5")) == .outOfRange)
  }

  @Test func zeroHasNoSign() throws {
    for result in [
      Number.multiply(try number("-1e0"), try number("0")), Number.negate(try number("0e0")),
      Number.divide(try number("0"), try number("-5")), Number.multiply(try number("-5e-324"), try number("0.1e0")),
    ] {
      #expect(word(result) == NumberReferee.word(0))
    }
  }

  @Test func negationOfTheLeastMantissaIsADouble() {
    let least = Number.decimal(Decimal(mantissa: .min, scale: 0))
    #expect(Number.negate(least) == .number(.binary(0x1p127)))
    #expect(Number.absolute(least) == .number(.binary(0x1p127)))
    #expect(
      Number.absolute(.decimal(Decimal(mantissa: -5, scale: 1))) == .number(.decimal(Decimal(mantissa: 5, scale: 1))))
  }

  @Test func equalValuesCompareEqualWhateverTheirKind() throws {
    #expect(Number.compare(try number("0.5"), try number("5e-1")) == 0)
    #expect(Number.compare(try number("1.0"), try number("1.000")) == 0)
    // The double nearest to 0.1 is a little more than 0.1.
    #expect(Number.compare(try number("0.1"), try number("1e-1")) == -1)
    #expect(Number.compare(try number("9007199254740993"), try number("9007199254740992e0")) == 1)
  }
}
