// Whole numbers with a range.

import Query
import Testing

@testable import Spec

@Suite struct OptionRangeTests {
  @Test func readsWholeNumbersInRange() throws {
    #expect(try OptionRange.parse("1", in: OptionRange.workers) == 1)
    #expect(try OptionRange.parse("1024", in: OptionRange.workers) == 1024)
    #expect(try OptionRange.parse("0", in: OptionRange.limit) == 0)
    #expect(try OptionRange.parse("007", in: OptionRange.limit) == 7)
  }

  @Test(arguments: ["0", "1025", "99999999999999999999"])
  func namesTheRange(text: String) {
    let error = #expect(throws: QuestionError.self) { try OptionRange.parse(text, in: OptionRange.workers) }
    #expect(error == QuestionError("\(text) is out of range", remedy: "give 1 to 1024"))
  }

  @Test(arguments: ["", "ten", "1.0", "-1", "+1", " 1", "1_000"])
  func refusesOtherTexts(text: String) {
    let error = #expect(throws: QuestionError.self) { try OptionRange.parse(text, in: OptionRange.limit) }
    #expect(error == QuestionError("\"\(text)\" is not a whole number", remedy: "give 0 or more"))
  }
}
