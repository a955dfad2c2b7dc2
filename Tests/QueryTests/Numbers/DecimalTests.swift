// Decimals as text and as doubles.

import Query
import Testing

@Suite struct DecimalTests {
  @Test(arguments: [
    (0, 0, "0"), (0, 2, "0.00"), (5, 1, "0.5"), (-5, 3, "-0.005"), (123, 0, "123"), (-12345, 2, "-123.45"),
    (100, 2, "1.00"),
  ]) func text(mantissa: Int, scale: Int, text: String) {
    #expect(Decimal(mantissa: Int128(mantissa), scale: scale).text == text)
    #expect(Number.decimal(Decimal(mantissa: Int128(mantissa), scale: scale)).text == text)
  }

  @Test func padding() {
    #expect(Decimal(mantissa: 15, scale: 1).text(scale: 3) == "1.500")
    #expect(Decimal(mantissa: 7, scale: 0).text(scale: 2) == "7.00")
    #expect(Decimal(mantissa: 125, scale: 2).text(scale: 1) == "1.25")
    #expect(Decimal(mantissa: .min, scale: 38).text == "-1.70141183460469231731687303715884105728")
  }

  @Test func appendingGivesTheText() {
    var bytes = Array("x=".utf8)
    Number.decimal(Decimal(mantissa: -25, scale: 1)).append(to: &bytes)
    Number.binary(1e300).append(to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == "x=-2.51e300")
  }

  @Test func nearestDoubles() throws {
    var random = NumberCaseGenerator(seed: 51)
    var words: [String] = []
    while words.count < 2000 {
      let word = HostileNumbers.any(using: &random)
      if let number = HostileNumbers.number(word), !number.isBinary { words.append(word) }
    }
    let answers = try NumberReferee.answers(to: words.map { "column \($0)" })
    for (word, answer) in zip(words, answers) {
      let number = try #require(HostileNumbers.number(word))
      #expect(NumberReferee.word(number.nearestDouble) == answer.split(separator: " ")[3])
    }
  }
}
