// Numbers added by count and by column against numbers added one by one.

import CSV
import Testing

@testable import Query

@Suite struct NumericProfileTests {
  private func cells(_ profile: NumericProfile) -> [Cell?] {
    [profile.minimum, profile.maximum, profile.mean(), profile.deviation()]
  }

  private func oneByOne(_ numbers: [Number]) -> NumericProfile {
    var profile = NumericProfile()
    for number in numbers { profile.add(number) }
    return profile
  }

  private func column(_ decimals: [(mantissa: Int64, scale: Int)]) -> NumberColumn {
    let column = NumberColumn()
    column.reserve(decimals.count)
    var seen: UInt64 = 0
    for (index, decimal) in decimals.enumerated() {
      column.mantissas[index] = decimal.mantissa
      column.marks[index] = UInt8(decimal.scale)
      seen |= 1 << UInt64(decimal.scale & 63)
    }
    column.seal(marksSeen: seen)
    return column
  }

  @Test(arguments: [1, 127, 128, 129, 4_096, 4_097, 10_000])
  func columnsAddLikeSingleValues(count: Int) {
    var source = SplitMixSource(seed: UInt64(count))
    let limits: [Int64] = [9, 1 << 57, 1 << 58, 999_999_999_999_999_999]
    for limit in limits {
      for scales in [[0], [6], [18], [0, 1], [0, 3, 18], Array(0...18)] {
        let decimals = (0..<count).map { _ in
          (Int64.random(in: -limit...limit, using: &source), scales.randomElement(using: &source) ?? 0)
        }
        let numbers = decimals.map { Number.decimal(Decimal(mantissa: Int128($0.0), scale: $0.1)) }
        var profile = NumericProfile()
        profile.add(column(decimals))
        #expect(cells(profile) == cells(oneByOne(numbers)), "\(limit) \(scales)")
      }
    }
  }

  /// The most that a lane can be asked to hold.
  @Test(arguments: [Int64(1) << 57, 999_999_999_999_999_999])
  func lanesHoldTheLargest(magnitude: Int64) {
    for sign in [Int64(1), -1] {
      let number = Number.decimal(Decimal(mantissa: Int128(sign * magnitude), scale: 3))
      let zero = Number.decimal(Decimal(mantissa: 0, scale: 3))
      var profile = NumericProfile()
      profile.add(column(Array(repeating: (sign * magnitude, 3), count: 4_096)))
      profile.add(column([(0, 3)]))
      var expected = NumericProfile()
      expected.add(number, times: 4_096)
      expected.add(zero)
      #expect(cells(profile) == cells(expected))
      #expect(cells(profile) == cells(oneByOne(Array(repeating: number, count: 4_096) + [zero])))
    }
  }

  @Test func passesOverNullsAndExceptions() {
    var profile = NumericProfile()
    profile.add(column([(5, 0), (0, 0xFF), (70, 1), (0, 0xFE)]))
    #expect(profile.minimum == .number("5.0"))
    #expect(profile.maximum == .number("7.0"))
    #expect(profile.mean() == .number("6"))
    profile = NumericProfile()
    profile.add(column([(0, 0xFF), (0, 0xFE)]))
    #expect(profile.minimum == .null)
    #expect(profile.mean() == .null)
  }

  @Test(arguments: UInt64(1)...60)
  func manyTimesIsLikeOneByOne(seed: UInt64) {
    var random = NumberCaseGenerator(seed: seed)
    var profile = NumericProfile()
    var numbers: [Number] = []
    for word in HostileNumbers.column(using: &random).prefix(12) {
      guard let number = HostileNumbers.number(word) else { continue }
      let times = random.pick([1, 2, 3, 50])
      profile.add(number, times: times)
      numbers += Array(repeating: number, count: times)
    }
    #expect(cells(profile) == cells(oneByOne(numbers)))
  }

  /// More often than anybody could add one by one: doubling gives the same.
  @Test func enormousCounts() {
    for word in [
      "999999999999999999", "0.000000000000000001", "-1.5", "1.7e300", "-3e-300", "5e-324",
      "170141183460469231731687303715884105727@3", "-170141183460469231731687303715884105728@0",
    ] {
      guard let number = HostileNumbers.number(word) else { continue }
      var doubled = ExactMoments()
      doubled.add(number)
      for _ in 0..<55 {
        let copy = doubled
        doubled.merge(copy)
      }
      var counted = ExactMoments()
      counted.add(number, times: 1 << 55)
      doubled.add(.decimal(Decimal(mantissa: 1, scale: 0)))
      counted.add(.decimal(Decimal(mantissa: 1, scale: 0)))
      #expect(counted.count == doubled.count)
      #expect(counted.sum.mean() == doubled.sum.mean(), "\(word)")
      #expect(counted.sum.double() == doubled.sum.double(), "\(word)")
      #expect(counted.variance(sample: true) == doubled.variance(sample: true), "\(word)")
    }
  }
}
