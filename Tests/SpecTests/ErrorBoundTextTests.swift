// Counts and shares of rejects.

import Query
import Testing

@testable import Spec

@Suite struct ErrorBoundTextTests {
  @Test(arguments: [
    ("0", ErrorBound.count(0)), ("100", .count(100)), ("0%", .percent(hundredths: 0)),
    ("1%", .percent(hundredths: 100)), ("0.5%", .percent(hundredths: 50)), ("0.05%", .percent(hundredths: 5)),
    ("12.34%", .percent(hundredths: 1234)), ("100%", .percent(hundredths: 10_000)),
  ])
  func readsAndWrites(text: String, bound: ErrorBound) throws {
    #expect(try ErrorBoundText.parse(text) == bound)
    #expect(ErrorBoundText.text(bound) == text)
  }

  @Test(arguments: ["", "%", "-1", "1.5", "101%", "100.01%", "0.123%", ".5%", "1.%", "1.2.3%", "5 %", "1%%", "x%"])
  func refusesOtherTexts(text: String) {
    #expect(throws: QuestionError.self) { try ErrorBoundText.parse(text) }
  }
}
