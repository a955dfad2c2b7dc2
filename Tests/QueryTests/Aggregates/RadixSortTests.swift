// The radix sort against the standard library's sort with places that break ties.

import Testing

@testable import Query

@Suite struct RadixSortTests {
  @Test(arguments: [0, 1, 2, 3, 100, 511, 512, 513, 3000])
  func sortsAndKeepsTheOrderOfEqualKeys(count: Int) {
    var source = SplitMixSource(seed: UInt64(count))
    // Bits that vary: all, some digits only, few values, none, the ends of the range.
    let masks: [UInt64] = [.max, 0xFF00_0000_00FF_0000, 0x0101_0101_0101_0101, 0x7, 0, 0xFF << 56, 0x100]
    for mask in masks {
      for base in [0, UInt64.max, 0x0123_4567_89AB_CDEF] {
        let entries = (0..<count).map { place in
          SortEntry(key: base ^ (source.next() & mask), place: UInt32(place))
        }
        let expected = entries.sorted { ($0.key, $0.place) < ($1.key, $1.place) }
        var sorted = entries
        RadixSort.sort(&sorted)
        #expect(sorted.map(\.key) == expected.map(\.key))
        #expect(sorted.map(\.place) == expected.map(\.place))
      }
    }
  }
}
