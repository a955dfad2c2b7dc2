// The null test and the binary form of dialects.

import Testing

@testable import CSV

@Suite struct DialectTests {
  @Test(arguments: [("", true), ("NA", true), ("N/A", true), ("na", false), ("NA ", false), ("N", false), (" ", false)])
  func knowsNulls(text: String, expected: Bool) {
    let dialect = Dialect(nullTexts: [Array("NA".utf8), Array("N/A".utf8)])
    #expect(dialect.isNull(Array(text.utf8).span) == expected)
  }

  @Test(arguments: [
    Dialect(), Dialect(delimiter: 0, quote: nil, hasHeader: false, nullTexts: [[], [0xFF, 0], Array("NA".utf8)]),
  ])
  func crossesInBinaryForm(dialect: Dialect) throws {
    var writer = ByteWriter()
    dialect.encode(into: &writer)
    var reader = ByteReader(writer.bytes)
    #expect(try Dialect(from: &reader) == dialect)
    #expect(reader.remaining == 0)
  }
}
