// What can be wrong with a question, and with an answer. One grammar: what, where, remedy.

/// A question that cannot be asked (exit status 64): of unknown columns, with broken expressions, or against itself.
package struct QuestionError: Error, Equatable, Sendable {
  /// What is wrong, in one sentence without a full stop.
  package var message: String
  /// What would help, or nil.
  package var remedy: String?
  /// The expression that holds the mistake, and the offset (in characters, from 0) of its first wrong character.
  package var expression: String?
  package var offset: Int?

  package init(_ message: String, remedy: String? = nil, expression: String? = nil, offset: Int? = nil) {
    self.message = message
    self.remedy = remedy
    self.expression = expression
    self.offset = offset
  }
}

/// An answer that cannot be given because of the data (exit status 65): a result outside the doubles.
package struct AnswerError: Error, Equatable, Sendable {
  package var message: String
  package var remedy: String?

  package init(_ message: String, remedy: String? = nil) {
    self.message = message
    self.remedy = remedy
  }
}
