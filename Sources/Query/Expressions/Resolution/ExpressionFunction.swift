// The functions of expressions: their names and what they take and give. A new function is a case here, a line in the
// resolver's `call`, and a node that the evaluator runs.

/// A function of expressions.
package enum ExpressionFunction: String, CaseIterable, Sendable {
  /// Code points of a text; a byte that is no part of valid UTF-8 counts one.
  case length
  /// ASCII letters in lower case; all other bytes as they are.
  case lower
  /// ASCII letters in upper case; all other bytes as they are.
  case upper
  case startsWith = "starts_with"
  case endsWith = "ends_with"
  case contains
  /// Whether a regular expression occurs in a text.
  case matches
  /// A number without its sign.
  case abs
  /// The first argument that is not null.
  case coalesce

  /// How many arguments it takes.
  var arity: ClosedRange<Int> {
    switch self {
    case .length, .lower, .upper, .abs: 1...1
    case .startsWith, .endsWith, .contains, .matches: 2...2
    case .coalesce: 1...1000
    }
  }

  /// How a call looks, for errors.
  var form: String {
    switch self {
    case .length, .lower, .upper: "\(rawValue)(TEXT)"
    case .startsWith, .endsWith, .contains: "\(rawValue)(TEXT, TEXT)"
    case .matches: "matches(TEXT, \"PATTERN\")"
    case .abs: "abs(NUMBER)"
    case .coalesce: "coalesce(VALUE, VALUE, ...)"
    }
  }

  /// What it gives; nil where that depends on its arguments.
  var kind: ValueKind? {
    switch self {
    case .length, .abs: .number
    case .lower, .upper: .text
    case .startsWith, .endsWith, .contains, .matches: .boolean
    case .coalesce: nil
    }
  }

  /// The function of this name, in any case of letters.
  package static func named(_ name: String) -> ExpressionFunction? { ExpressionFunction(rawValue: name.lowercased()) }
}
