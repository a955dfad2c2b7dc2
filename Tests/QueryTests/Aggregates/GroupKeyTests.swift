// Keys of different fields must never have the same bytes, and broken ones are refused.

import CSV
import Testing

@testable import Query

@Suite struct GroupKeyTests {
  private func key(_ fields: [String?]) -> [UInt8] {
    var key: [UInt8] = []
    for field in fields {
      if let field {
        GroupKey.append(Array(field.utf8).span, to: &key)
      } else {
        GroupKey.appendNull(to: &key)
      }
    }
    return key
  }

  private func fields(of key: [UInt8]) throws -> [TextRange?] { try GroupKey.fields(of: key.span) }

  @Test func followsItsLayout() {
    #expect(key(["ab", nil]) == [1, 2, 0, 0, 0, 97, 98, 0])
    #expect(key([String(repeating: "x", count: 300)]).prefix(5) == [1, 44, 1, 0, 0])
  }

  @Test func keepsFieldsApart() {
    let keys = [["a", "b"], ["ab", ""], ["", "ab"], [nil, "ab"], ["ab", nil], [nil, nil], ["", ""]].map(key)
    #expect(Set(keys).count == keys.count)
  }

  @Test func findsFieldsAgain() throws {
    let bytes = key(["x", nil, "", "yz"])
    let found = try fields(of: bytes)
    #expect(
      found == [
        TextRange(start: 5, count: 1), nil, TextRange(start: 12, count: 0), TextRange(start: 17, count: 2),
      ])
    #expect(try fields(of: key([])).isEmpty)
  }

  @Test(arguments: [[1], [1, 1, 0, 0], [1, 1, 0, 0, 0], [2], [0, 9], [1, 255, 255, 255, 255, 1]] as [[UInt8]])
  func refusesBrokenKeys(bytes: [UInt8]) {
    #expect(throws: ByteCodingError.self) { try fields(of: bytes) }
  }
}
