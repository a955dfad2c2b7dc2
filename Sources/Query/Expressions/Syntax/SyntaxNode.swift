// An expression as written: names not looked up, kinds not known. The resolver turns it into something that runs.

/// An expression as written, with the text it was read from so that errors can show the place.
package struct Syntax: Equatable, Sendable {
  /// The whole text that offsets count in: it may hold more than this expression (a list of aggregates).
  package var source: String
  package var root: SyntaxNode

  package init(source: String, root: SyntaxNode) {
    self.source = source
    self.root = root
  }

  /// The name, where the expression is nothing but a name.
  package var columnName: String? {
    if case .column(let name) = root.form { return name }
    return nil
  }
}

/// One node of an expression.
package struct SyntaxNode: Equatable, Sendable {
  package indirect enum Form: Equatable, Sendable {
    case null
    case boolean(Bool)
    /// By the number grammar, with its sign if one was written.
    case number(String)
    case text(TextLiteral)
    case column(String)
    case negative(SyntaxNode)
    case not(SyntaxNode)
    case arithmetic(ArithmeticOperator, SyntaxNode, SyntaxNode)
    case comparison(ComparisonOperator, SyntaxNode, SyntaxNode)
    /// A chain of `&&`, of any length.
    case all([SyntaxNode])
    /// A chain of `||`, of any length.
    case any([SyntaxNode])
    case isNull(SyntaxNode)
    case member(SyntaxNode, of: [SyntaxNode])
    case call(String, [SyntaxNode])
  }

  package var form: Form
  /// Where the node starts, in characters.
  package var offset: Int
  /// Nodes on the longest way down, this one included.
  package var depth: Int

  package init(_ form: Form, at offset: Int) {
    self.form = form
    self.offset = offset
    depth = 1 + (Self.children(of: form).map(\.depth).max() ?? 0)
  }

  private static func children(of form: Form) -> [SyntaxNode] {
    switch form {
    case .null, .boolean, .number, .text, .column: []
    case .negative(let operand), .not(let operand), .isNull(let operand): [operand]
    case .arithmetic(_, let left, let right), .comparison(_, let left, let right): [left, right]
    case .all(let operands), .any(let operands), .call(_, let operands): operands
    case .member(let operand, let list): [operand] + list
    }
  }
}

package enum ArithmeticOperator: String, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
}

package enum ComparisonOperator: String, Sendable {
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="

  /// Whether operands in this order (negative, 0 or positive) satisfy the comparison.
  @inline(__always)
  func holds(_ order: Int) -> Bool {
    switch self {
    case .equal: order == 0
    case .notEqual: order != 0
    case .less: order < 0
    case .lessOrEqual: order <= 0
    case .greater: order > 0
    case .greaterOrEqual: order >= 0
    }
  }

  /// The comparison that says the same with its operands exchanged.
  var mirrored: ComparisonOperator {
    switch self {
    case .equal, .notEqual: self
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    }
  }
}
