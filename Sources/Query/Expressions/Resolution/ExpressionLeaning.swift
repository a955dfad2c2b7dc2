// What kind an expression has by itself, before its context is asked. Columns lean, literals and operators are firm:
// that is how one column can be a number in one place and a text in another.

/// What an expression is by itself.
enum Leaning: Equatable {
  /// Of this kind whatever stands around it.
  case firm(ValueKind)
  /// Columns of this type (joined), which are read as the context needs.
  case flexible(ColumnType)
  /// Always null, and so of any kind.
  case null

  /// What it is read as without a context.
  var kind: ValueKind? {
    switch self {
    case .firm(let kind): kind
    case .flexible(let type): type.isNumeric ? .number : type == .boolean ? .boolean : .text
    case .null: nil
    }
  }

  /// What several expressions that must be of one kind lean to. Of two that are firm the first decides, and the other
  /// is found to be wrong when it is resolved.
  static func joined(_ leanings: [Leaning]) -> Leaning {
    var joined = Leaning.null
    for leaning in leanings {
      switch (joined, leaning) {
      case (.firm, _), (_, .null): break
      case (_, .firm), (.null, _): joined = leaning
      case (.flexible(let left), .flexible(let right)): joined = .flexible(left.joined(with: right))
      }
    }
    return joined
  }
}

extension ExpressionResolver {
  /// What a node is by itself. Unknown names lean nowhere here; they are reported when they are resolved.
  func leaning(of node: SyntaxNode) -> Leaning {
    switch node.form {
    case .null: return .null
    case .number, .negative, .arithmetic: return .firm(.number)
    case .text: return .firm(.text)
    case .boolean, .not, .comparison, .all, .any, .isNull, .member: return .firm(.boolean)
    case .column(let name):
      switch try? scope.column(named: name) {
      case .input(let column): return .flexible(scope.types[column])
      case .derived(let index): return scope.derived[index].expression.kind.map { .firm($0) } ?? .null
      case nil: return .null
      }
    case .call(let name, let arguments):
      guard let function = ExpressionFunction.named(name) else { return .null }
      if let kind = function.kind { return .firm(kind) }
      return .joined(arguments.map { leaning(of: $0) })
    }
  }
}
