// Sums and means against Python's fractions, in any order and over any merge tree, and the edges where lanes change.

import CSV
import Query
import Testing

@Suite struct ExactSumTests {
  /// The sum as the referee words it: text, padded text, shortened text, nearest double, mean.
  private func words(_ sum: ExactSum) -> [String] {
    let isBinary = sum.sawBinary
    return [
      isBinary ? "-" : sum.decimalText(scale: sum.scale), isBinary ? "-" : sum.decimalText(scale: sum.scale + 3),
      isBinary ? "-" : sum.decimalText(scale: max(0, sum.scale - 2)),
      NumberReferee.word(sum.double()), NumberReferee.word(sum.mean()),
    ]
  }

  private func sum(_ numbers: [Number]) -> ExactSum {
    var sum = ExactSum()
    for number in numbers { sum.add(number) }
    return sum
  }

  /// Sums parts of random lengths, passes some through their binary form, and merges them in random order.
  private func mergedSum(_ numbers: [Number], using random: inout NumberCaseGenerator) throws -> ExactSum {
    var parts: [ExactSum] = [ExactSum()]
    var rest = numbers[...]
    while !rest.isEmpty {
      let count = Int.random(in: 1...max(1, numbers.count / 3), using: &random)
      parts.append(sum(Array(rest.prefix(count))))
      rest = rest.dropFirst(count)
    }
    while parts.count > 1 {
      var right = parts.remove(at: Int.random(in: 0..<parts.count, using: &random))
      if Bool.random(using: &random) {
        var writer = ByteWriter()
        right.encode(into: &writer)
        var reader = ByteReader(writer.bytes)
        right = try ExactSum(from: &reader)
        #expect(reader.remaining == 0)
      }
      parts[Int.random(in: 0..<parts.count, using: &random)].merge(right)
    }
    return parts[0]
  }

  @Test(arguments: [1, 2] as [UInt64]) func agreesWithFractions(seed: UInt64) throws {
    var random = NumberCaseGenerator(seed: seed)
    let columns = (0..<60).map { _ in HostileNumbers.column(using: &random) }
    let answers = try NumberReferee.answers(to: columns.map { "column " + $0.joined(separator: " ") })
    for (column, answer) in zip(columns, answers) {
      let want = answer.split(separator: " ").prefix(5).map(String.init)
      let numbers = column.compactMap(HostileNumbers.number)
      try #require(numbers.count == column.count)
      #expect(words(sum(numbers)) == want, "\(column)")
      for _ in 0..<3 {
        let shuffled = numbers.shuffled(using: &random)
        #expect(words(sum(shuffled)) == want, "shuffled \(column)")
        let merged = try mergedSum(shuffled, using: &random)
        #expect(words(merged) == want, "merged \(column)")
        #expect(merged.count == column.count)
      }
    }
  }

  @Test func tenthsAreExact() {
    let numbers = ["0.1", "0.2"].compactMap(HostileNumbers.number)
    #expect(sum(numbers).decimalText(scale: 1) == "0.3")
    #expect(sum(numbers).double() == 0.3)
    #expect(sum(numbers).mean() == 0.15)
  }

  @Test func emptySumIsZero() {
    let empty = ExactSum()
    #expect(empty.count == 0)
    #expect(empty.scale == 0)
    #expect(!empty.sawBinary)
    #expect(empty.decimalText(scale: 0) == "0")
    #expect(empty.decimalText(scale: 2) == "0.00")
    #expect(empty.double() == 0)
    #expect(empty.mean() == 0)
  }

  @Test func zerosKeepTheirFacts() {
    let decimals = sum(["0.000", "-0"].compactMap(HostileNumbers.number))
    #expect(decimals.decimalText(scale: decimals.scale) == "0.000")
    let binary = sum(["1", "0e0"].compactMap(HostileNumbers.number))
    #expect(binary.sawBinary)
    #expect(binary.double() == 1)
  }

  @Test func outsideTheDoublesIsNilAndComesBack() {
    var total = sum(["1.7976931348623157e308", "1e308"].compactMap(HostileNumbers.number))
    #expect(total.double() == nil)
    // The mean is inside again: the sum is never rounded before it is divided.
    #expect(total.mean() == 1.3988465674311579e308)
    total.merge(sum(["-1e308"].compactMap(HostileNumbers.number)))
    #expect(total.double() == .greatestFiniteMagnitude)
  }

  @Test func laneOverflowsInBothDirections() {
    for largest in [Int128.max, Int128.min] {
      var sum = ExactSum()
      for _ in 0..<5 { sum.add(Decimal(mantissa: largest, scale: 1)) }
      let fivefold = BigInteger(largest) * BigInteger(5)
      let digits = Array("\(fivefold)")
      #expect(sum.decimalText(scale: 1) == String(digits.dropLast()) + "." + String(digits.suffix(1)))
    }
  }

  @Test func manyMergesOfOneSignDoNotDrift() {
    // Doubles itself 60 times: more numbers than any file holds.
    var sum = sum(["999999999999999999", "1e280", "0.5"].compactMap(HostileNumbers.number))
    for _ in 0..<60 { sum.merge(sum) }
    #expect(sum.count == 3 << 60)
    #expect(sum.mean() == 1e280 / 3)
    #expect(sum.double() == 0x1p60 * 1e280)
  }

  @Test func damagedFormsAreRefused() throws {
    var writer = ByteWriter()
    sum(["1.5", "2e5", "123456789012345678"].compactMap(HostileNumbers.number)).encode(into: &writer)
    for length in 0..<writer.bytes.count {
      var reader = ByteReader(Array(writer.bytes.prefix(length)))
      #expect(throws: ByteCodingError.self) { try ExactSum(from: &reader) }
    }
    // Any bytes at all are read without a trap, and what is read can be used without one.
    var random = NumberCaseGenerator(seed: 7)
    for _ in 0..<5000 {
      var bytes = writer.bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8(truncatingIfNeeded: random.next())
      }
      var reader = ByteReader(bytes)
      guard var read = try? ExactSum(from: &reader) else { continue }
      read.merge(read)
      read.add(.binary(1))
      _ = read.mean()
    }
  }
}
