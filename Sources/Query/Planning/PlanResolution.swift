// How a question and a survey become a plan. Pure: the same two values give the same plan in every process.

import CSV

extension Plan {
  /// Resolves a question against what is known of the input.
  package init(question: Question, survey: Survey) throws(QuestionError) {
    // A column that is needed as a number anywhere is a number everywhere; that may make numbers of the columns it is
    // compared with. Each round adds one column at least, so there is an end.
    var needed: Set<Int> = []
    while true {
      var resolver = PlanResolver(question: question, survey: survey, numbers: needed)
      self = try resolver.resolve()
      let types = types
      let found = uses.filter { $0.kind == .number && !types[$0.column].isNumeric }.map(\.column)
      if needed.isSuperset(of: found) { return }
      needed.formUnion(found)
    }
  }
}

private struct PlanResolver {
  private struct Derived {
    var name: String
    /// Names are compared as bytes: `String` holds canonically equivalent names for one.
    var bytes: [UInt8] { Array(name.utf8) }
    var syntax: Syntax
    var resolved: ResolvedExpression?
  }

  let question: Question
  let survey: Survey
  var types: [ColumnType]
  var given: [Int: ColumnType] = [:]
  private var derived: [Derived] = []
  var uses: [ColumnUse] = []
  /// Columns whose text is passed on as it is.
  var passed: Set<Int> = []

  /// - Parameter numbers: columns that the question needs as numbers, whatever the sample says.
  init(question: Question, survey: Survey, numbers: Set<Int>) {
    self.question = question
    self.survey = survey
    types = survey.sampledTypes
    for column in numbers where !types[column].isNumeric { types[column] = .decimal }
  }

  mutating func resolve() throws(QuestionError) -> Plan {
    let names = Scope(columns: survey.columns, types: types)
    for (name, type) in question.types.sorted(by: { $0.key < $1.key }) {
      guard case .input(let column) = try names.column(named: name, in: name, at: 0) else { continue }
      types[column] = type
      given[column] = type
    }
    try readDerived()
    var filter: ResolvedExpression?
    if let text = question.filter {
      let syntax = try ExpressionParser.parse(text)
      // The filter comes first, so that what it needs is what is read before a row may be filtered out.
      try define(neededBy: syntax.root.columnNames)
      filter = try ResolvedExpression.resolve(syntax, in: scope, uses: &uses, as: .boolean)
    }
    let filterUses = uses.count
    let (task, columns) = try makeTask()
    for use in uses where use.kind == .number {
      guard let type = given[use.column], !type.isNumeric else { continue }
      throw QuestionError(
        "column \"\(String(decoding: survey.columns[use.column], as: UTF8.self))\" is needed as a number, but --types says "
          + type.rawValue, remedy: "give it a type of numbers: integer, decimal or float")
    }
    return Plan(
      question: question, survey: survey, types: types, uses: uses, filter: filter.map(SharedExpression.init),
      filterChecks: checks(of: 0..<filterUses, passed: []),
      otherChecks: checks(of: filterUses..<uses.count, passed: passed),
      task: task, resultColumns: columns)
  }

  /// The names that can be used: columns, and the derived columns that are defined.
  private var scope: Scope { scope(before: derived.count) }

  private func scope(before end: Int) -> Scope {
    var scope = Scope(columns: survey.columns, types: types)
    for entry in derived[0..<end] {
      if let expression = entry.resolved { scope.derived.append((name: entry.name, expression: expression)) }
    }
    return scope
  }

  /// Reads the definitions of derived columns and checks them all, also those that nothing uses.
  private mutating func readDerived() throws(QuestionError) {
    var unused: [ColumnUse] = []
    for text in question.derived {
      let (name, syntax) = try ExpressionParser.derivation(text)
      if derived.contains(where: { $0.bytes == Array(name.utf8) }) {
        throw QuestionError("--derive: \(name) is defined twice", remedy: "choose another name")
      }
      let expression = try ResolvedExpression.resolve(syntax, in: scope, uses: &unused, as: nil)
      derived.append(Derived(name: name, syntax: syntax, resolved: expression))
    }
    for index in derived.indices { derived[index].resolved = nil }
  }

  /// Resolves the derived columns that these names need, and no others: columns that nothing uses are not read.
  private mutating func define(neededBy names: Set<[UInt8]>) throws(QuestionError) {
    var names = names
    var needed: [Int] = []
    for index in derived.indices.reversed() where names.contains(derived[index].bytes) {
      needed.append(index)
      names.formUnion(derived[index].syntax.root.columnNames)
    }
    for index in needed.reversed() where derived[index].resolved == nil {
      derived[index].resolved = try ResolvedExpression.resolve(
        derived[index].syntax, in: scope(before: index), uses: &uses, as: nil)
    }
  }

  private mutating func makeTask() throws(QuestionError) -> (Task, [ResultColumn]) {
    if !question.groupBy.isEmpty || !question.aggregates.isEmpty { return try groupTask() }
    if question.asksForRows { return try rowTask() }
    // A profile reads every column as it is.
    passed = Set(survey.columns.indices)
    return (.profile, ProfileState.resultColumns)
  }

  private mutating func source(named name: String) throws(QuestionError) -> (CellSource, ResultColumn) {
    try define(neededBy: [Array(name.utf8)])
    let scope = scope
    switch try scope.column(named: name, in: name, at: 0) {
    case .derived(let index):
      let found = scope.derived[index]
      return (
        .derived(SharedExpression(found.expression)),
        ResultColumn(name: Array(found.name.utf8), isNumeric: found.expression.kind == .number)
      )
    case .input(let column): return source(column)
    }
  }

  private mutating func source(_ column: Int) -> (CellSource, ResultColumn) {
    passed.insert(column)
    return (.column(column), ResultColumn(name: survey.columns[column], isNumeric: types[column].isNumeric))
  }

  /// All columns, a derived one in the place of the one that it hides, the other derived ones behind them.
  private mutating func allSources() throws(QuestionError) -> [(CellSource, ResultColumn)] {
    var sources: [(CellSource, ResultColumn)] = []
    var names = Set(derived.map(\.bytes))
    for (index, bytes) in survey.columns.enumerated() {
      let name = String(decoding: bytes, as: UTF8.self)
      sources.append(names.remove(bytes) == nil ? source(index) : try source(named: name))
    }
    for entry in derived where names.contains(entry.bytes) { sources.append(try source(named: entry.name)) }
    return sources
  }

  private mutating func rowTask() throws(QuestionError) -> (Task, [ResultColumn]) {
    var sources: [(CellSource, ResultColumn)] = []
    if let select = question.select {
      for name in select { sources.append(try source(named: name)) }
    } else {
      sources = try allSources()
    }
    let outputs = sources.map(\.0)
    let columns = sources.map(\.1)
    var sort: [RowSortKey] = []
    for text in question.sort {
      for key in try ExpressionParser.sortKeys(text) {
        try define(neededBy: [Array(key.name.utf8)])
        let syntax = Syntax(source: text, root: SyntaxNode(.column(key.name), at: key.offset))
        let expression = try ResolvedExpression.resolve(syntax, in: scope, uses: &uses, as: nil)
        sort.append(RowSortKey(expression: SharedExpression(expression), isDescending: key.descending))
      }
    }
    return (.rows(RowTask(outputs: outputs, sort: sort, limit: question.limit)), columns)
  }

  private mutating func groupTask() throws(QuestionError) -> (Task, [ResultColumn]) {
    var keys: [CellSource] = []
    var columns: [ResultColumn] = []
    for name in question.groupBy {
      let (source, column) = try source(named: name)
      keys.append(source)
      columns.append(column)
    }
    var calls: [AggregateCall] = []
    var arguments: [SharedExpression?] = []
    // Keys without an aggregate are counted: that is what one asks of a list of keys.
    for text in question.aggregates.isEmpty ? ["count"] : question.aggregates {
      for syntax in try ExpressionParser.aggregates(text) {
        let (call, argument) = try aggregate(syntax, in: text)
        calls.append(call)
        arguments.append(argument.map(SharedExpression.init))
        columns.append(ResultColumn(name: call.name, isNumeric: call.function.isNumeric(of: call.kind)))
      }
    }
    let names = columns.map { String(decoding: $0.name, as: UTF8.self) }
    var selection = Array(columns.indices)
    if let select = question.select {
      selection = []
      for name in select { selection.append(try position(of: name, in: names, option: "--select")) }
    }
    var sort: [CellSortKey] = []
    for text in question.sort {
      for key in try ExpressionParser.sortKeys(text) {
        let column = try position(of: key.name, in: names, option: "--sort")
        sort.append(CellSortKey(column: column, isDescending: key.descending))
      }
    }
    let task = GroupTask(
      keys: keys, calls: calls, arguments: arguments, selection: selection, sort: sort, limit: question.limit)
    return (.groups(task), selection.map { columns[$0] })
  }

  private mutating func aggregate(
    _ syntax: AggregateSyntax, in text: String
  ) throws(QuestionError) -> (AggregateCall, ResolvedExpression?) {
    guard let function = AggregateFunction(rawValue: syntax.name) else {
      let known = AggregateFunction.allCases.map(\.rawValue)
      throw QuestionError(
        "there is no aggregate \"\(syntax.name)\"", remedy: "use one of \(known.joined(separator: ", "))",
        expression: text, offset: syntax.offset)
    }
    let name = Array((syntax.alias ?? syntax.text).utf8)
    guard let argument = syntax.argument else {
      if function.needsArgument {
        throw QuestionError(
          "\(function.rawValue) needs a column", remedy: "write \(function.rawValue)(COLUMN)", expression: text,
          offset: syntax.offset)
      }
      return (AggregateCall(function: function, kind: nil, name: name), nil)
    }
    try define(neededBy: argument.root.columnNames)
    let scope = scope
    var natural: [ColumnUse] = []
    let kind = try ResolvedExpression.resolve(argument, in: scope, uses: &natural, as: nil).kind ?? .text
    let wanted = function.argumentKind(for: kind)
    let expression = try ResolvedExpression.resolve(argument, in: scope, uses: &uses, as: wanted)
    return (
      AggregateCall(function: function, kind: wanted, name: name, argument: expression.plainUse), expression
    )
  }

  private func position(of name: String, in names: [String], option: String) throws(QuestionError) -> Int {
    let places = names.indices.filter { names[$0].utf8.elementsEqual(name.utf8) }
    if places.count > 1 {
      throw QuestionError(
        "\(option): the result has \(places.count) columns \(name)", remedy: "name them apart: 'sum(x) as total'")
    }
    if let index = places.first { return index }
    throw QuestionError(
      "\(option): the result has no column \(name)", remedy: "it has \(names.joined(separator: ", "))")
  }

  private func checks(of range: Range<Int>, passed: Set<Int>) -> [ColumnCheck] {
    var checks: [Int: ColumnCheck] = [:]
    for index in range {
      let column = uses[index].column
      checks[column, default: ColumnCheck(column: column, uses: [], givenType: given[column])].uses.append(index)
    }
    for column in passed where given[column] != nil && checks[column] == nil {
      checks[column] = ColumnCheck(column: column, uses: [], givenType: given[column])
    }
    return checks.values.sorted { $0.column < $1.column }
  }
}

extension SyntaxNode {
  /// The names of columns that occur in the expression.
  fileprivate var columnNames: Set<[UInt8]> {
    switch form {
    case .null, .boolean, .number, .text: []
    case .column(let name): [Array(name.utf8)]
    case .negative(let operand), .not(let operand), .isNull(let operand): operand.columnNames
    case .arithmetic(_, let left, let right), .comparison(_, let left, let right):
      left.columnNames.union(right.columnNames)
    case .member(let operand, let items): items.reduce(into: operand.columnNames) { $0.formUnion($1.columnNames) }
    case .all(let operands), .any(let operands), .call(_, let operands):
      operands.reduce(into: []) { $0.formUnion($1.columnNames) }
    }
  }
}
