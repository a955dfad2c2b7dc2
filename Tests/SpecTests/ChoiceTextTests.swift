// Hints at the name that was meant.

import Query
import Testing

@testable import Spec

@Suite struct ChoiceTextTests {
  static let names = ["serial", "thread", "process"]

  @Test func refusesWithAHint() throws {
    #expect(try ChoiceText.parse("thread", as: "mode", among: Self.names) == "thread")
    var error = #expect(throws: QuestionError.self) { try ChoiceText.parse("tread", as: "mode", among: Self.names) }
    #expect(error == QuestionError("\"tread\" is not a mode", remedy: "did you mean \"thread\"?"))
    error = #expect(throws: QuestionError.self) { try ChoiceText.parse("hybrid", as: "mode", among: Self.names) }
    #expect(error == QuestionError("\"hybrid\" is not a mode", remedy: "there is serial, thread, process"))
  }
}
