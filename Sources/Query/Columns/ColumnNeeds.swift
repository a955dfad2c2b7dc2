// What a plan's task needs of every row that the filter keeps: columns to cut, uses to read, expressions to run.

/// The part of a plan that a batch prepares for what collects its rows.
struct ColumnNeeds {
  /// The expressions of the task.
  private(set) var expressions: [SharedExpression] = []
  /// Whether each of them is wanted as text: those of group keys and outputs.
  private(set) var areTexts: [Bool] = []
  /// Columns to cut beyond those of the filter.
  private(set) var columns: [Int] = []
  /// Uses that the filter has read and that the expressions need again.
  private(set) var filterUses: [Int] = []
  /// All uses that are read of the selected rows.
  private(set) var chosenUses: [Int] = []

  init(_ plan: Plan) {
    var columns = Set(plan.otherChecks.map(\.column))
    switch plan.task {
    case .profile: columns.formUnion(0..<plan.columnCount)
    case .groups(let task):
      for key in task.keys { add(key, to: &columns) }
      for case let argument? in task.arguments { add(argument, isText: false) }
    case .rows(let task):
      for output in task.outputs { add(output, to: &columns) }
      for key in task.sort { add(key.expression, isText: false) }
    }
    let needed = expressions.reduce(into: Set<Int>()) { $0.formUnion(ColumnEvaluator($1).uses) }
    filterUses = plan.filterChecks.flatMap(\.uses).filter { needed.contains($0) }
    chosenUses = filterUses + plan.otherChecks.flatMap(\.uses)
    columns.formUnion(filterUses.map { plan.uses[$0].column })
    self.columns = columns.sorted()
  }

  private mutating func add(_ source: CellSource, to columns: inout Set<Int>) {
    switch source {
    case .column(let column): columns.insert(column)
    case .derived(let expression): add(expression, isText: true)
    }
  }

  private mutating func add(_ expression: SharedExpression, isText: Bool) {
    expressions.append(expression)
    areTexts.append(isText)
  }
}

/// What an expression gave for the selected rows.
enum ColumnResult {
  /// Always null.
  case none
  case numbers(NumberColumn)
  case texts(TextColumn)
  case truths(TruthColumn)

  /// Keeps the rows at these places, unless the column is one of the inputs, which are kept on their own.
  func keep(_ places: UnsafePointer<UInt32>, count: Int, unlessIn inputs: ColumnInputs) {
    switch self {
    case .none: break
    case .numbers(let column):
      if !inputs.numbers.contains(where: { $0 === column }) { column.keep(places, count: count) }
    case .texts(let column):
      if !inputs.texts.contains(where: { $0 === column }) { column.keep(places, count: count) }
    case .truths(let column):
      if !inputs.truths.contains(where: { $0 === column }) { column.keep(places, count: count) }
    }
  }
}
