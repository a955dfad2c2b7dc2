// The UTF-8 mark, whole and cut short.

import Testing

@testable import CSV

@Suite struct ByteOrderMarkTests {
  @Test(arguments: [
    ([0xEF, 0xBB, 0xBF], 3), ([0xEF, 0xBB, 0xBF, 0x61], 3), ([0xEF, 0xBB], 0), ([], 0), ([0xEF, 0xBB, 0xBE], 0),
    ([0x61, 0xEF, 0xBB, 0xBF], 0), ([0xFE, 0xFF, 0x00], 0),
  ])
  func measures(prefix: [UInt8], expected: Int) {
    #expect(ByteOrderMark.length(of: prefix.span) == expected)
  }
}
