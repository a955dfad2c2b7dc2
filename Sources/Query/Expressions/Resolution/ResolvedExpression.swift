// An expression ready to run: a flat list of nodes that refer to each other by index, so that running it allocates
// nothing and touches hardly a reference count.

/// One step of a resolved expression. Operands are indices in `ResolvedExpression.nodes`, always smaller than the
/// node's own.
enum ExpressionNode: Sendable {
  case null
  /// The value of a column use: index in `RowScratch.values`.
  case use(Int)
  case number(Number)
  case boolean(Bool)
  /// A range of `literals`.
  case text(TextRange)
  /// A derived column: index in `parts`.
  case part(Int)
  case arithmetic(ArithmeticOperator, Int, Int)
  case negative(Int)
  case absolute(Int)
  case length(Int)
  case changeCase(Int, isUpper: Bool)
  case compareNumbers(ComparisonOperator, Int, Int)
  case compareBooleans(ComparisonOperator, Int, Int)
  case compareTexts(ComparisonOperator, Int, Int)
  /// A text against a range of `literals`.
  case compareLiteral(ComparisonOperator, Int, literal: TextRange)
  case testTexts(TextTest, Int, Int)
  case testLiteral(TextTest, Int, literal: TextRange)
  /// A text against an index in `patterns`.
  case matches(Int, pattern: Int)
  /// A number against a sorted part of `numberMembers`.
  case memberNumber(Int, set: Range<Int>)
  /// A text against a sorted part of `textMembers`.
  case memberText(Int, set: Range<Int>)
  case isNull(Int, kind: ValueKind)
  case not(Int)
  /// Operands are a range of `operands`.
  case all(Range<Int>)
  case any(Range<Int>)
  case coalesce(Range<Int>)
}

/// Which part of one text another must be.
enum TextTest: Sendable {
  case isPrefix, isSuffix, occurs
}

/// A derived column within an expression. A class, so that running it touches one reference count and not one for each
/// array of the expression.
final class DerivedPart: Sendable {
  let expression: ResolvedExpression

  init(_ expression: ResolvedExpression) { self.expression = expression }
}

/// An expression with names looked up and kinds known. It holds no state: several threads can run one.
package struct ResolvedExpression: Sendable {
  /// What it gives; nil for an expression that is always null and was wanted as nothing in particular.
  package internal(set) var kind: ValueKind?

  var nodes: [ExpressionNode] = []
  var root = 0
  var operands: [Int] = []
  /// All literal texts in one array: taking one out of many would count references, which threads share.
  var literals: [UInt8] = []
  var numberMembers: [Number] = []
  /// Ranges of `literals`.
  var textMembers: [TextRange] = []
  var patterns: [Pattern] = []
  var parts: [DerivedPart] = []
  /// Nodes on the longest way down, with those of the derived columns in it.
  var depth = 0
  /// Nodes run for a row at most, with those of the derived columns in it.
  var cost = 0

  init() {}

  /// The index of the column use that is all there is to this expression, or nil.
  var plainUse: Int? {
    if nodes.indices.contains(root), case .use(let index) = nodes[root] { return index }
    return nil
  }

  /// A literal text.
  @_lifetime(borrow self)
  func literal(_ range: TextRange) -> Span<UInt8> {
    literals.span.extracting(range.start..<range.start + range.count)
  }

  /// Resolves an expression.
  ///
  /// - Parameters:
  ///   - scope: the columns that names are looked up in.
  ///   - uses: the columns that the query reads so far; those that this expression needs are appended. The index of a
  ///     use is its place in `RowScratch.values`.
  ///   - wanted: what the expression must give (a filter: boolean), or nil for what it gives by itself. A plain column
  ///     is read as what is wanted.
  package static func resolve(
    _ syntax: Syntax, in scope: Scope, uses: inout [ColumnUse], as wanted: ValueKind?
  ) throws(QuestionError) -> ResolvedExpression {
    var resolver = ExpressionResolver(scope: scope, source: syntax.source, uses: uses)
    let resolved = try resolver.resolve(syntax.root, as: wanted)
    uses = resolver.uses
    return resolved
  }
}
