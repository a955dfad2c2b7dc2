// What type one value would have a column be. Looks only at the text: a value's type never depends on its neighbours.

/// Classifies values into the lattice of column types.
package enum TypeClassifier {
  /// The type of one value that is not null.
  ///
  /// Numbers follow the number grammar and have no leading zeros (`007` and `00.5` are text). `integer` and `decimal`
  /// are those that are kept as decimals; those with an exponent, more than 18 significant digits or more than 1000
  /// fraction digits are `float`, also where they are outside the doubles. An empty text is `text`.
  package static func type(of text: Span<UInt8>) -> ColumnType {
    guard text.count > 0 else { return .text }
    if let shape = NumberShape(text) {
      if shape.hasLeadingZero { return .text }
      if !shape.isDecimal { return .float }
      return shape.fractionCount == 0 ? .integer : .decimal
    }
    switch text.count {
    case 4, 5: return TruthGrammar.truth(of: text) == nil ? .text : .boolean
    case 10: return DateGrammar.isDate(text) ? .date : .text
    case 16...: return DateGrammar.isTimestamp(text) ? .timestamp : .text
    default: return .text
    }
  }
}
