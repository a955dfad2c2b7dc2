// The number grammar: what is a number, which numbers are decimals, and that the others are the nearest doubles.

import Query
import Testing

@Suite struct NumberParserTests {
  private func word(_ text: String) -> String {
    switch HostileNumbers.parse(text) {
    case .number(.decimal(let decimal)): "\(decimal.mantissa)@\(decimal.scale)"
    case .number(.binary(let double)): NumberReferee.word(double)
    case .outOfRange: "range"
    case .notANumber: "no"
    }
  }

  @Test(arguments: [
    "", "+", "-", ".", "5.", ".5", "-.5", "0x10", "nan", "inf", "Infinity", "1e", "1e+", "1.e5", "1e5.", "1 ", " 1",
    "1,000",
    "1_000", "--1", "+-1", "1-", "1e5e5", "1.2.3", "٣", "1\u{0}", "1d5", "e5", "½", "1/2", "1:", "1e:", "1e5/", "1E",
  ]) func refused(text: String) {
    #expect(HostileNumbers.parse(text) == .notANumber)
    #expect(!HostileNumbers.isNumber(text))
  }

  @Test(arguments: [
    ("0", 0, 0), ("-0", 0, 0), ("+1", 1, 0), ("007", 7, 0), ("1.50", 150, 2), ("-0.001", -1, 3),
    ("999999999999999999", 999_999_999_999_999_999, 0), ("-0.999999999999999999", -999_999_999_999_999_999, 18),
    ("00000000000000000000000000000000123", 123, 0), ("0.00000000000000000000000000000000123", 123, 35),
    ("1.00000000000000000", 100_000_000_000_000_000, 17),
  ]) func decimals(text: String, mantissa: Int, scale: Int) {
    #expect(HostileNumbers.parse(text) == .number(.decimal(Decimal(mantissa: Int128(mantissa), scale: scale))))
  }

  @Test func limitsOfDecimals() {
    let deepest = "0." + String(repeating: "0", count: 999) + "1"
    #expect(HostileNumbers.parse(deepest) == .number(.decimal(Decimal(mantissa: 1, scale: 1000))))
    #expect(HostileNumbers.parse(deepest + "0") == .number(.binary(0)))
    #expect(HostileNumbers.parse("0." + String(repeating: "0", count: 5000)) == .number(.binary(0)))
    #expect(HostileNumbers.parse("1000000000000000000") == .number(.binary(1e18)))
    #expect(HostileNumbers.parse("1.000000000000000000") == .number(.binary(1)))
    #expect(HostileNumbers.parse("1e0") == .number(.binary(1)))
    #expect(word("-0e0") == NumberReferee.word(0))
    #expect(word("-1e-999") == NumberReferee.word(0))
  }

  @Test(arguments: [
    "1e999", "-1e309", "1.7976931348623159e308", "1e99999999999999999999999", "1" + String(repeating: "0", count: 309),
  ])
  func outOfRange(text: String) {
    #expect(HostileNumbers.parse(text) == .outOfRange)
    #expect(!HostileNumbers.isNumber(text))
  }

  @Test func agreesWithPython() throws {
    var random = NumberCaseGenerator(seed: 31)
    var texts = [
      "1e23", "8.5e22", "9007199254740993e0", "9007199254740993.0000000000000000000000001", "2.2250738585072011e-308",
      "2.4703282292062327208e-324", "2.4703282292062328e-324", "0e99999999999999999999", "1.7976931348623158e308",
      "123456789012345678901234567890", "1e00000000000000000000005", "1e-00000000000000000000005", "0.1e1", "12e+7",
    ]
    let alphabet = Array("0123456789.+-eE 5,0")
    for index in 0..<3000 {
      switch index % 4 {
      case 0:
        texts.append(String((0..<Int.random(in: 1...8, using: &random)).map { _ in random.pick(alphabet) }))
      case 1:
        texts.append(
          HostileNumbers.decimal(
            digits: Int.random(in: 1...40, using: &random), scale: Int.random(in: 0...40, using: &random),
            using: &random))
      case 2:
        texts.append(
          "\(random.sign())\(random.digits(1)).\(random.digits(Int.random(in: 1...25, using: &random)))e\(Int.random(in: -345...320, using: &random))"
        )
      default:
        let digits = Int.random(in: 1...19, using: &random)
        texts.append("\(random.digits(digits))E\(random.sign())\(Int.random(in: 0...25, using: &random))")
      }
    }
    texts = texts.map { $0.replacing(" ", with: "x") }
    let answers = try NumberReferee.answers(to: texts.map { "parse \($0)" })
    for (text, answer) in zip(texts, answers) { #expect(word(text) == answer, "\(text)") }
  }
}
