// Reading the values of options, with the option named in front of whatever is wrong with them.

import ArgumentParser
import Query
import Spec

extension ParsableArguments {
  /// Names of columns, from several texts.
  func names(_ texts: [String], _ option: String) throws(QuestionError) -> [String] {
    var names: [String] = []
    for text in texts {
      names += try self.option(option) { () throws(QuestionError) in try ExpressionParser.names(text) }
    }
    return names
  }

  /// One of the names that a type has.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ text: String, as what: String
  ) throws(QuestionError) -> Choice where Choice.RawValue == String {
    let name = try ChoiceText.parse(text, as: what, among: Choice.allCases.map(\.rawValue))
    guard let choice = Choice(rawValue: name) else { throw QuestionError("\(name) is no \(what)") }
    return choice
  }

  /// Names the option in front of what is wrong with its value.
  func option<Value>(
    _ name: String, _ body: () throws(QuestionError) -> Value
  ) throws(QuestionError) -> Value {
    do throws(QuestionError) {
      return try body()
    } catch {
      var named = error
      named.message = "\(name): \(error.message)"
      throw named
    }
  }
}
