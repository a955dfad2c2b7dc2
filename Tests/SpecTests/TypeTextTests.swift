// Column types as users write them.

import Query
import Testing

@testable import Spec

@Suite struct TypeTextTests {
  @Test func readsAssignments() throws {
    #expect(try TypeText.parse("a=text") == ["a": .text])
    #expect(
      try TypeText.parse("a = text , `b,=c`=decimal, x=y=float") == ["a": .text, "b,=c": .decimal, "x=y": .float])
  }

  @Test(arguments: [
    ("a", "\"a\" is not of the form NAME=TYPE"), ("=text", "\"=text\" is not of the form NAME=TYPE"),
    ("a=txt", "\"txt\" is not a type"), ("a=null", "\"null\" is not a type"), ("a=", "\"\" is not a type"),
    ("a=text,a=text", "column \"a\" is given two types"), ("a=text,", "\"\" is not of the form NAME=TYPE"),
    ("", "\"\" is not of the form NAME=TYPE"),
  ])
  func refusesOtherTexts(text: String, message: String) {
    let error = #expect(throws: QuestionError.self) { try TypeText.parse(text) }
    #expect(error?.message == message)
  }

  @Test func suggestsTheNearestType() {
    let error = #expect(throws: QuestionError.self) { try TypeText.type("integr") }
    #expect(error?.remedy == "did you mean \"integer\"?")
    let other = #expect(throws: QuestionError.self) { try TypeText.type("varchar") }
    #expect(other?.remedy == "there is integer, decimal, float, text, date, timestamp, boolean")
  }
}
