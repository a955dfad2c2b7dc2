// The text of doubles: shortest, reading back as itself, one layout.

import Query
import Testing

@Suite struct DoubleTextTests {
  @Test(arguments: [
    (0.0, "0"), (-0.0, "0"), (1.0, "1"), (-1.5, "-1.5"), (0.1, "0.1"), (100.0, "100"), (1e16, "10000000000000000"),
    (99999999999999984.0, "99999999999999980"), (1e17, "1e17"), (1.5e17, "1.5e17"), (0.00001, "0.00001"),
    (0.000015, "0.000015"), (0.0000099, "9.9e-6"), (1.5e-7, "1.5e-7"), (1e300, "1e300"), (-1e-300, "-1e-300"),
    (Double.leastNonzeroMagnitude, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e308"),
    (123456.789, "123456.789"),
    (1.0 / 3, "0.3333333333333333"), (1e15, "1000000000000000"), (9007199254740993.0, "9007199254740992"),
    (9007199254740991.0, "9007199254740991"), (-9303233268339022.0, "-9303233268339022"), (0.0001, "0.0001"),
    (0.00012345, "0.00012345"), (9999999999999998.0, "9999999999999998"), (2251799813685249.5, "2251799813685249.5"),
  ]) func layout(double: Double, text: String) {
    #expect(DoubleText.shortest(double) == text)
  }

  @Test func agreesWithPython() throws {
    var random = NumberCaseGenerator(seed: 41)
    var doubles: [Double] = []
    for index in 0..<3000 {
      let double = Double(bitPattern: random.next())
      if double.isFinite, index % 2 == 0 { doubles.append(double) }
      doubles.append(
        Double(Int.random(in: -1_000_000_000...1_000_000_000, using: &random)) / random.pick([1, 8, 100, 1e9, 1e14]))
    }
    // Where the standard library begins to print exponents.
    for _ in 0..<500 { doubles.append(Double(Int.random(in: 1 << 50...1 << 58, using: &random)) / 4) }
    for power in -20...20 { doubles.append(Double("1e\(power)") ?? 0) }
    let answers = try NumberReferee.answers(to: doubles.map { "shortest \(NumberReferee.word($0))" })
    for (double, answer) in zip(doubles, answers) {
      let text = DoubleText.shortest(double)
      #expect(text == answer)
      #expect(Double(text) == double)
      let read = try #require(HostileNumbers.number(text))
      #expect(read.nearestDouble == double)
    }
  }
}
