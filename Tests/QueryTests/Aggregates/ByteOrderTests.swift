// Byte order is that of unsigned bytes, a prefix first; equality looks at every byte.

import Testing

@testable import Query

@Suite struct ByteOrderTests {
  private func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool { ByteOrder.areEqual(left.span, right.span) }

  private func compare(_ left: [UInt8], _ right: [UInt8]) -> Int { ByteOrder.compare(left.span, right.span) }

  @Test(arguments: [
    ("", "", 0), ("", "a", -1), ("a", "", 1), ("a", "b", -1), ("ab", "a", 1), ("a", "é", -1), ("Z", "a", -1),
    ("10", "9", -1), ("é", "e\u{301}", 1),
  ])
  func comparesByBytes(left: String, right: String, order: Int) {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    #expect(compare(left, right) == order)
    #expect(areEqual(left, right) == (order == 0))
  }

  @Test func equalityLooksAtEveryByte() {
    for length in 0...40 {
      let bytes = (0..<length).map { UInt8($0) }
      #expect(areEqual(bytes, Array(bytes)))
      for index in 0..<length {
        var other = bytes
        other[index] ^= 0x80
        #expect(!areEqual(bytes, other))
        #expect(compare(bytes, other) == -1)
      }
      #expect(!areEqual(bytes, (bytes + [0])))
    }
  }

  @Test func orderIsThatOfTheFirstDifference() {
    var source = SplitMixSource(seed: 6)
    for _ in 0..<2_000 {
      let left = (0..<Int.random(in: 0...40, using: &source)).map { _ in UInt8.random(in: 0...255, using: &source) }
      var right = Array(left.prefix(Int.random(in: 0...40, using: &source)))
      if !right.isEmpty { right[Int.random(in: 0..<right.count, using: &source)] &+= 1 }
      right += (0..<Int.random(in: 0...9, using: &source)).map { _ in UInt8.random(in: 0...255, using: &source) }
      let order = left == right ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1
      #expect(compare(left, right) == order)
      #expect(compare(right, left) == -order)
    }
  }
}
