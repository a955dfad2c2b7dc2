// The names that an expression can use: the columns of the input and those derived before it.

/// What a name stands for.
package enum NamedColumn: Equatable, Sendable {
  /// Index in `Scope.columns`.
  case input(Int)
  /// Index in `Scope.derived`.
  case derived(Int)
}

/// The columns that names are looked up in.
package struct Scope: Sendable {
  /// Names of the input's columns, in their order.
  package var columns: [[UInt8]]
  /// Types of the input's columns.
  package var types: [ColumnType]
  /// Derived columns, in the order of their definition. All must be resolved against the same list of column uses as
  /// whatever is resolved in this scope.
  package var derived: [(name: String, expression: ResolvedExpression)]

  package init(
    columns: [[UInt8]], types: [ColumnType], derived: [(name: String, expression: ResolvedExpression)] = []
  ) {
    self.columns = columns
    self.types = types
    self.derived = derived
  }

  /// Looks a name up. Of equal names the derived column hides the input's, and the later derived one the earlier, so
  /// that `x = coalesce(x, 0)` replaces a column. A name that is not there is tried again as the text of a call
  /// (`mean( x )` is the column `mean(x)`).
  ///
  /// - Parameters:
  ///   - expression: the text that holds the name, and `offset` its place there, for the error.
  package func column(
    named name: String, in expression: String? = nil, at offset: Int? = nil
  ) throws(QuestionError) -> NamedColumn {
    if let found = try find(name, in: expression, at: offset) { return found }
    if name.contains("("), let call = ExpressionParser.callText(name), call != name,
      let found = try find(call, in: expression, at: offset)
    {
      return found
    }
    throw QuestionError(
      "there is no column \"\(name)\"", remedy: remedy(for: name), expression: expression, offset: offset)
  }

  private func find(_ name: String, in expression: String?, at offset: Int?) throws(QuestionError) -> NamedColumn? {
    if let index = derived.lastIndex(where: { Self.isSame($0.name, as: name) }) { return .derived(index) }
    let bytes = Array(name.utf8)
    var first: Int?
    var count = 0
    for index in columns.indices where columns[index] == bytes {
      first = first ?? index
      count += 1
    }
    guard count <= 1 else {
      throw QuestionError(
        "column \"\(name)\" occurs \(count) times in the header", remedy: "name the columns with --columns",
        expression: expression, offset: offset)
    }
    return first.map { .input($0) }
  }

  /// Names are compared as bytes: `String` would hold canonically equivalent names for one.
  private static func isSame(_ left: String, as right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }

  private func remedy(for name: String) -> String? {
    let names = derived.map(\.name) + columns.map { String(decoding: $0, as: UTF8.self) }
    if let nearest = NearestName.of(name, among: names) { return "did you mean \"\(nearest)\"?" }
    guard !names.isEmpty else { return nil }
    let shown = names.prefix(8).joined(separator: ", ")
    return "the columns are \(shown)\(names.count > 8 ? ", and \(names.count - 8) more" : "")"
  }
}
