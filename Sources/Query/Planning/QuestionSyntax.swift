// What can be said about a question before any input is opened: whether its texts can be read at all.

import CSV

extension Question {
  /// Reads every expression and list, so that a mistake in one is found before any input is touched.
  package func checkSyntax() throws(QuestionError) {
    if let filter { _ = try ExpressionParser.parse(filter) }
    for text in derived { _ = try ExpressionParser.derivation(text) }
    for text in aggregates { _ = try ExpressionParser.aggregates(text) }
    for text in sort { _ = try ExpressionParser.sortKeys(text) }
  }
}
