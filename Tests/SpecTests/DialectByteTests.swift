// Delimiters and quotes as users write them.

import Query
import Testing

@testable import Spec

@Suite struct DialectByteTests {
  @Test(
    arguments: [
      (";", 0x3B), ("\t", 0x09), ("tab", 0x09), ("\\t", 0x09), ("\\x1F", 0x1F), ("\\x1f", 0x1F), ("\\xA7", 0xA7),
      (" ", 0x20), ("\\", 0x5C),
    ] as [(String, UInt8)])
  func readsOneByte(text: String, byte: UInt8) throws {
    #expect(try DialectByte.parse(text) == byte)
  }

  @Test(arguments: ["", ";;", "§", "\\x", "\\x1", "\\x+1", "\\xGG", "\\x111", "\n", "\r", "\\x0A", "\\x0d"])
  func refusesOtherTexts(text: String) {
    #expect(throws: QuestionError.self) { try DialectByte.parse(text) }
  }

  @Test func noQuoteHasTwoNames() throws {
    #expect(try DialectByte.parseQuote("none") == nil)
    #expect(try DialectByte.parseQuote("") == nil)
    #expect(try DialectByte.parseQuote("'") == UInt8(ascii: "'"))
  }

  @Test func everyByteReadsBack() throws {
    for byte in UInt8.min...UInt8.max where byte != 0x0A && byte != 0x0D {
      #expect(try DialectByte.parse(DialectByte.text(byte)) == byte)
    }
  }
}
