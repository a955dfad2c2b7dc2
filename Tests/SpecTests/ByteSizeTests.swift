// Sizes as users write them, and the refusal of everything that only looks like one.

import Query
import Testing

@testable import Spec

@Suite struct ByteSizeTests {
  @Test(arguments: [
    ("0", 0), ("64", 64), ("64B", 64), ("1K", 1024), ("64KiB", 65_536), ("64 KiB", 65_536), ("1kb", 1000),
    ("1M", 1_048_576), ("1MiB", 1_048_576), ("1MB", 1_000_000), ("2g", 2 << 30), ("3GB", 3_000_000_000),
    ("1TiB", 1 << 40), ("1TB", 1_000_000_000_000), ("9223372036854775807", Int.max),
  ])
  func readsUnits(text: String, bytes: Int) throws {
    #expect(try ByteSize.parse(text) == bytes)
  }

  @Test(arguments: [
    "", " ", "K", "-1", "+1", "1.5M", "1 ", "1  K", " 1", "1KiBs", "1X", "0x10", "1e3", "1Mi", "٣", "1BB",
  ])
  func refusesOtherTexts(text: String) {
    #expect(throws: QuestionError.self) { try ByteSize.parse(text) }
  }

  @Test(arguments: ["9223372036854775808", "9007199254740992K", "8388608TiB"])
  func refusesOverflow(text: String) {
    let error = #expect(throws: QuestionError.self) { try ByteSize.parse(text) }
    #expect(error?.message == "\(text) is out of range")
  }

  @Test func keepsToTheRange() throws {
    #expect(try ByteSize.parse("1", in: 1...4) == 1)
    #expect(try ByteSize.parse("4", in: 1...4) == 4)
    let error = #expect(throws: QuestionError.self) { try ByteSize.parse("1K", in: 1...4) }
    #expect(error == QuestionError("1K is out of range", remedy: "give 1 to 4 bytes"))
    #expect(throws: QuestionError.self) { try ByteSize.parse("0", in: 1...4) }
  }

  @Test(arguments: [
    (0, "0"), (1, "1"), (1000, "1000"), (1023, "1023"), (1024, "1KiB"), (1536, "1536"), (3 << 20, "3MiB"),
    ((1 << 20) + 1024, "1025KiB"), (1 << 50, "1024TiB"),
  ])
  func writesTheShortestExactForm(bytes: Int, text: String) throws {
    #expect(ByteSize.text(bytes) == text)
    #expect(try ByteSize.parse(text) == bytes)
  }
}
