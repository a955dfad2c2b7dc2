// Values as errors quote them: on one line, whatever the user's file or shell put into them.

import CSV

/// A user's text for a message.
enum ShownValue {
  /// The text in quotes, with control characters, quotes and backslashes escaped.
  static func quoted(_ text: String) -> String { VisibleText.quoted(Array(text.utf8)) }
}
