// Variances and standard deviations against Python's fractions, in any order and over merges.

import CSV
import Query
import Testing

@Suite struct ExactMomentsTests {
  private func words(_ moments: ExactMoments) -> [String] {
    [
      NumberReferee.word(moments.variance(sample: true)), NumberReferee.word(moments.variance(sample: false)),
      NumberReferee.word(moments.standardDeviation(sample: true)),
      NumberReferee.word(moments.standardDeviation(sample: false)),
    ]
  }

  private func moments(_ numbers: some Sequence<Number>) -> ExactMoments {
    var moments = ExactMoments()
    for number in numbers { moments.add(number) }
    return moments
  }

  @Test(arguments: [11, 12] as [UInt64]) func agreesWithFractions(seed: UInt64) throws {
    var random = NumberCaseGenerator(seed: seed)
    let columns = (0..<60).map { _ in HostileNumbers.column(using: &random) }
    let answers = try NumberReferee.answers(to: columns.map { "column " + $0.joined(separator: " ") })
    for (column, answer) in zip(columns, answers) {
      let want = answer.split(separator: " ").dropFirst(5).map(String.init)
      let numbers = column.compactMap(HostileNumbers.number)
      try #require(numbers.count == column.count)
      #expect(words(moments(numbers)) == want, "\(column)")
      for _ in 0..<2 {
        let shuffled = numbers.shuffled(using: &random)
        #expect(words(moments(shuffled)) == want, "shuffled \(column)")
        let cut = Int.random(in: 0...shuffled.count, using: &random)
        var writer = ByteWriter()
        moments(shuffled[..<cut]).encode(into: &writer)
        var reader = ByteReader(writer.bytes)
        var merged = try ExactMoments(from: &reader)
        #expect(reader.remaining == 0)
        merged.merge(moments(shuffled[cut...]))
        #expect(words(merged) == want, "merged \(column)")
        #expect(merged.count == column.count)
        #expect(merged.sawBinary == numbers.contains { $0.isBinary })
      }
    }
  }

  @Test func constantsHaveNoSpread() {
    let same = moments(repeatElement(.decimal(Decimal(mantissa: 999_999_999_999_999_999, scale: 9)), count: 1000))
    #expect(same.variance(sample: true) == 0)
    #expect(same.standardDeviation(sample: false) == 0)
  }

  @Test func tooFewNumbersGiveZero() {
    #expect(ExactMoments().variance(sample: false) == 0)
    #expect(moments([.binary(3)]).variance(sample: true) == 0)
    #expect(moments([.binary(3)]).standardDeviation(sample: true) == 0)
  }

  @Test func varianceOutsideTheDoublesIsNilButNotItsRoot() {
    let far = moments([.binary(1e308), .binary(-1e308)])
    #expect(far.variance(sample: false) == nil)
    #expect(far.standardDeviation(sample: false) == 1e308)
  }

  @Test func damagedFormsAreRefused() {
    var writer = ByteWriter()
    moments([.binary(1.5), .decimal(Decimal(mantissa: .max, scale: 3))]).encode(into: &writer)
    for length in 0..<writer.bytes.count {
      var reader = ByteReader(Array(writer.bytes.prefix(length)))
      #expect(throws: ByteCodingError.self) { try ExactMoments(from: &reader) }
    }
  }
}
