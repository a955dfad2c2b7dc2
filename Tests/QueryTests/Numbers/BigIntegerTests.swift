// Big integers against Python's, and the cases of the division that random numbers do not meet.

import Query
import Testing

@Suite struct BigIntegerTests {
  /// An integer of up to `words` 64-bit words, with runs of ones and zeros, where carries and wrong estimates live.
  private func integer(words: Int, using random: inout NumberCaseGenerator) -> BigInteger {
    var value = BigInteger.zero
    for _ in 0..<words {
      let word: UInt64 = random.pick([random.next(), 0, .max, 1, 1 << 63, .max - 1, 1 << 32])
      value = value.shiftedLeft(by: 64) + BigInteger(Int128(word))
    }
    return Bool.random(using: &random) ? -value : value
  }

  @Test func agreesWithPython() throws {
    var random = NumberCaseGenerator(seed: 61)
    let pairs = (0..<2000).map { _ in
      (
        integer(words: Int.random(in: 0...9, using: &random), using: &random),
        integer(words: Int.random(in: 0...5, using: &random), using: &random)
      )
    }
    let answers = try NumberReferee.answers(to: pairs.map { "integers \($0) \($1)" })
    for ((a, b), answer) in zip(pairs, answers) {
      let (quotient, remainder) = a.dividedWithRemainder(by: b)
      let order = a < b ? -1 : (a == b ? 0 : 1)
      #expect("\(a + b) \(a - b) \(a * b) \(quotient) \(remainder) \(order)" == answer, "\(a) and \(b)")
      #expect(quotient * b + remainder == a)
    }
  }

  @Test func shiftsArePowersOfTwo() {
    var random = NumberCaseGenerator(seed: 62)
    for count in 0...200 {
      let value = integer(words: 4, using: &random)
      let power = BigInteger(1).shiftedLeft(by: count)
      #expect(power.bitWidth == count + 1)
      #expect(value.shiftedLeft(by: count) == value * power)
      #expect(value.shiftedRight(by: count) == value.dividedWithRemainder(by: power).quotient)
    }
  }

  @Test func divisionThatAddsBack() {
    // Knuth's rare step D6: the estimate is still one too large after the test with the second digit.
    let dividend = BigInteger(1).shiftedLeft(by: 191) - BigInteger(0) + BigInteger(3)
    let divisor = BigInteger(1).shiftedLeft(by: 189) + BigInteger(Int128(UInt64.max)) - BigInteger(1)
    let (quotient, remainder) = dividend.dividedWithRemainder(by: divisor)
    #expect(quotient * divisor + remainder == dividend)
    #expect(quotient == BigInteger(3))
    let high = BigInteger(Int128(0x7fff_ffff_ffff_ffff)).shiftedLeft(by: 192) + BigInteger(1).shiftedLeft(by: 191)
    let low = BigInteger(1).shiftedLeft(by: 191) + BigInteger(1)
    let (second, rest) = high.dividedWithRemainder(by: low)
    #expect(second * low + rest == high)
    #expect(rest < low && !rest.isNegative)
  }

  @Test func powersOfTen() {
    for exponent in [0, 1, 19, 38, 39, 77, 1000, 2000] {
      #expect("\(BigInteger.powerOfTen(exponent))" == "1" + String(repeating: "0", count: exponent))
    }
  }

  @Test func smallWhereItFits() {
    for value in [Int128.min, .max, 0, 1, -1, 1 << 64, -(1 << 64)] { #expect(BigInteger(value).small == value) }
    #expect((BigInteger(Int128.max) + BigInteger(1)).small == nil)
    #expect((BigInteger(Int128.min) - BigInteger(1)).small == nil)
    #expect(BigInteger(1).shiftedLeft(by: 128).small == nil)
  }

  @Test func zeroHasNoSignAndDividesNothing() {
    #expect(-BigInteger.zero == .zero)
    #expect(BigInteger(5) + BigInteger(-5) == .zero)
    #expect("\(BigInteger.zero)" == "0")
    let (quotient, remainder) = BigInteger(7).dividedWithRemainder(by: .zero)
    #expect(quotient == .zero)
    #expect(remainder == BigInteger(7))
    #expect(BigInteger(Int128.min).description == "\(Int128.min)")
  }
}
