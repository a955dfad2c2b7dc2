// The least and greatest text by bytes; an empty text is one, no text is none.

import CSV
import Testing

@testable import Query

@Suite struct TextExtremeTests {
  private func extreme(_ texts: [String], _ end: Extreme) -> TextExtreme {
    var extreme = TextExtreme()
    for text in texts { extreme.add(Array(text.utf8).span, for: end) }
    return extreme
  }

  @Test func isByBytes() {
    let texts = ["b", "\u{e9}", "Z", "a longer one", "e\u{301}"]
    #expect(extreme(texts, .least).text == Array("Z".utf8))
    #expect(extreme(texts, .greatest).text == Array("\u{e9}".utf8))
    #expect(extreme(["a", ""], .least).text == [])
    #expect(extreme([], .least).text == nil)
  }

  @Test(arguments: [[], [""], ["x", "y"]] as [[String]])
  func comesBackFromBytes(texts: [String]) throws {
    let extreme = extreme(texts, .least)
    var writer = ByteWriter()
    extreme.encode(into: &writer)
    var reader = ByteReader(writer.bytes)
    #expect(try TextExtreme(from: &reader).text == extreme.text)
    #expect(reader.remaining == 0)
  }
}
