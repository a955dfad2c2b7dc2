// The rows of one run of regular records as columns: which are kept by the filter, the values that the question needs
// of those, and which rows the row path must decide. The order is that of `RowReader`: what the filter needs is read of
// all rows, the rest only of those that it keeps.
//
// Why the pointers hold: `storage`, `dense`, `rows`, `places` and `flags` have room for the most records of a run and
// live as long as this object. Everything else points there, into columns of its own, or into the buffer of `load`, all
// until the next `load`.

import CSV

/// A batch of rows, read as a plan needs them.
///
/// The order of calls: `load`, `runFilter`, `loadUses`; then the results, until the next `load`. Results are for the
/// rows of the selection, without gaps: place i of a column is row `rows[i]` of the run.
package final class ColumnBatch {
  private let plan: Plan
  private let nullTexts: NullTexts
  private let filter: ColumnEvaluator?
  private let all: ColumnInputs
  private let chosen: ColumnInputs
  private let needs: ColumnNeeds
  private let evaluators: [ColumnEvaluator]
  private var results: [ColumnResult]
  private let typeColumn = NumberColumn()
  private var keyTexts: [Int: TextColumn] = [:]

  private var tape: FieldTape?
  private var buffer: PieceBuffer?
  private var storage: [UnsafeMutablePointer<FieldSlice>?]
  private var isCut: [Bool]
  private var dense: [UnsafeMutablePointer<FieldSlice>?]
  private var isDense: [Bool]
  private let rows: UnsafeMutablePointer<UInt32>
  /// Places of the selection that are kept when it shrinks.
  private let places: UnsafeMutablePointer<UInt32>
  /// Not 0: an exception; by row of the batch in `runFilter`, by place of the selection in `loadUses`.
  private let flags: UnsafeMutablePointer<UInt8>
  private var isFlagged = false
  /// Whether all rows are selected, so that there is no list of them.
  private var selectsAll = true

  /// Rows of the batch.
  package private(set) var count = 0
  /// Rows selected.
  package private(set) var selectedCount = 0
  /// Rows that the filter removes.
  package private(set) var filteredCount = 0
  /// Rows that the row path must decide, ascending; in no selection. Complete after `loadUses`.
  package private(set) var exceptions: [Int] = []

  package init(plan: Plan) {
    self.plan = plan
    nullTexts = NullTexts(plan.dialect)
    filter = plan.filter.map { ColumnEvaluator($0) }
    all = ColumnInputs(uses: plan.uses)
    chosen = ColumnInputs(uses: plan.uses)
    needs = ColumnNeeds(plan)
    evaluators = needs.expressions.map { ColumnEvaluator($0) }
    results = needs.expressions.map { _ in .none }
    let columns = plan.columnCount
    storage = Array(repeating: nil, count: columns)
    dense = Array(repeating: nil, count: columns)
    isCut = Array(repeating: false, count: columns)
    isDense = Array(repeating: false, count: columns)
    rows = .allocate(capacity: FieldTape.batchLimit)
    places = .allocate(capacity: FieldTape.batchLimit)
    flags = .allocate(capacity: FieldTape.batchLimit)
  }

  deinit {
    for memory in storage + dense { memory?.deallocate() }
    rows.deallocate()
    places.deallocate()
    flags.deallocate()
  }

  /// Whether columns help with a plan: not where a value that it needs may be a double in every row, because all rows
  /// would be exceptions.
  package static func suits(_ plan: Plan) -> Bool {
    !ColumnNeeds(plan).expressions.contains { ColumnEvaluator($0).mayGiveDoubles }
  }

  // MARK: Steps

  /// Starts a batch of the records of a run. Cuts nothing yet.
  package func load(_ tape: FieldTape, _ buffer: PieceBuffer) {
    self.tape = tape
    self.buffer = buffer
    count = tape.recordCount
    for column in isCut.indices {
      isCut[column] = false
      isDense[column] = false
    }
    exceptions.removeAll(keepingCapacity: true)
    filteredCount = 0
    selectedCount = count
    selectsAll = true
  }

  /// Decides which rows are kept.
  package func runFilter() {
    guard let filter else { return }
    clearFlags(count)
    all.count = count
    for check in plan.filterChecks { _ = slices(column: check.column) }
    for check in plan.filterChecks { read(check, into: all, slices(column: check.column)) }
    let truths = filter.truths(all).values
    if isFlagged {
      for row in 0..<count where flags[row] != 0 { truths[row] = TruthColumn.exception }
    }
    var kept = 0
    var seen: UInt8 = 0
    for row in 0..<count {
      let truth = truths[row]
      rows[kept] = UInt32(truncatingIfNeeded: row)
      kept &+= truth == TruthColumn.yes ? 1 : 0
      seen |= truth
    }
    if seen & 0x80 != 0 {
      for row in 0..<count where truths[row] == TruthColumn.exception { exceptions.append(row) }
    }
    selectedCount = kept
    selectsAll = kept == count
    filteredCount = count - kept - exceptions.count
  }

  /// Reads and checks what else the plan needs of the selected rows; the exceptions among them leave the selection.
  package func loadUses() {
    // All are cut before one is read, because cutting may move the bytes.
    for column in needs.columns { _ = slices(column: column) }
    clearFlags(selectedCount)
    chosen.count = selectedCount
    for use in needs.filterUses { takeFromFilter(use) }
    for check in plan.otherChecks { read(check, into: chosen, selectedSlices(column: check.column)) }
    for index in needs.expressions.indices { evaluate(index) }
    if isFlagged { dropFlagged() }
  }

  private func evaluate(_ index: Int) {
    let evaluator = evaluators[index]
    let kind = needs.expressions[index].expression.kind
    if needs.areTexts[index] || kind == .text {
      let texts = evaluator.texts(chosen, exceptions: flags)
      for place in 0..<selectedCount where flags[place] != 0 { isFlagged = true }
      results[index] = .texts(texts)
    } else if kind == .number {
      let numbers = evaluator.numbers(chosen)
      flagExceptions(of: numbers)
      results[index] = .numbers(numbers)
    } else if kind == .boolean {
      let truths = evaluator.truths(chosen)
      for place in 0..<selectedCount where truths.values[place] == TruthColumn.exception { flag(place) }
      results[index] = .truths(truths)
    } else {
      results[index] = .none
    }
  }

  // MARK: Exceptions

  private func clearFlags(_ count: Int) {
    flags.update(repeating: 0, count: count)
    isFlagged = false
  }

  private func flag(_ row: Int) {
    flags[row] = 1
    isFlagged = true
  }

  private func flagExceptions(of column: NumberColumn) {
    guard column.hasExceptions else { return }
    for row in 0..<column.count where column.marks[row] == NumberColumn.exception { flag(row) }
  }

  /// Takes the flagged places out of the selection and of everything that was read.
  private func dropFlagged() {
    var dropped: [Int] = []
    var kept = 0
    for place in 0..<selectedCount {
      let row = selectsAll ? place : Int(rows[place])
      if flags[place] != 0 {
        dropped.append(row)
      } else {
        places[kept] = UInt32(place)
        // Never behind `place`, so nothing is written before it is read.
        rows[kept] = UInt32(row)
        kept += 1
      }
    }
    exceptions = (exceptions + dropped).sorted()
    selectsAll = false
    selectedCount = kept
    chosen.keep(places, count: kept, uses: needs.chosenUses)
    for result in results { result.keep(places, count: kept, unlessIn: chosen) }
    for column in isDense.indices where isDense[column] {
      isDense[column] = false
      _ = selectedSlices(column: column)
    }
  }

  // MARK: Reading

  /// Reads the uses of a column and checks its type.
  private func read(_ check: ColumnCheck, into inputs: ColumnInputs, _ slices: UnsafePointer<FieldSlice>) {
    guard let buffer else { return }
    let base = UnsafePointer(buffer.base)
    var numbers: NumberColumn?
    for use in check.uses {
      switch plan.uses[use].kind {
      case .number:
        let column = inputs.numbers[use]
        column.parse(base: base, slices: slices, count: inputs.count, nullTexts: nullTexts)
        flagExceptions(of: column)
        numbers = column
      case .text: inputs.texts[use].show(slices, base: base, count: inputs.count, nullTexts: nullTexts)
      case .boolean: readTruths(inputs.truths[use], slices, base, inputs.count)
      }
    }
    guard let type = check.givenType, type != .text else { return }
    if type.isNumeric {
      let column = numbers ?? typeColumn
      if numbers == nil {
        column.parse(base: base, slices: slices, count: inputs.count, nullTexts: nullTexts)
        flagExceptions(of: column)
      }
      guard type == .integer, column.scales & ~1 != 0 else { return }
      for row in 0..<column.count where column.marks[row] != 0 && column.marks[row] != NumberColumn.null { flag(row) }
    } else {
      for row in 0..<inputs.count {
        let text = base + Int(slices[row].start)
        let length = Int(slices[row].count)
        if nullTexts.holds(text, count: length) { continue }
        if !type.holds(Span(_unsafeStart: text, count: length)) { flag(row) }
      }
    }
  }

  private func readTruths(
    _ column: TruthColumn, _ slices: UnsafePointer<FieldSlice>, _ base: UnsafePointer<UInt8>, _ count: Int
  ) {
    column.reserve(count)
    for row in 0..<count {
      let text = base + Int(slices[row].start)
      let length = Int(slices[row].count)
      if nullTexts.holds(text, count: length) {
        column.values[row] = TruthColumn.unknown
      } else if let truth = TruthGrammar.truth(of: Span(_unsafeStart: text, count: length)) {
        column.values[row] = truth ? TruthColumn.yes : TruthColumn.no
      } else {
        column.values[row] = TruthColumn.exception
        flag(row)
      }
    }
  }

  /// What the filter has read already, of the rows that it keeps.
  private func takeFromFilter(_ use: Int) {
    guard let buffer else { return }
    switch plan.uses[use].kind {
    case .number:
      if selectsAll {
        ColumnKernels.copy(all.numbers[use], into: chosen.numbers[use])
      } else {
        chosen.numbers[use].take(rows, count: selectedCount, of: all.numbers[use])
      }
    case .text:
      chosen.texts[use].show(
        selectedSlices(column: plan.uses[use].column), base: UnsafePointer(buffer.base), count: selectedCount,
        nullTexts: nullTexts)
    case .boolean:
      readTruths(
        chosen.truths[use], selectedSlices(column: plan.uses[use].column), UnsafePointer(buffer.base), selectedCount)
    }
  }

  // MARK: Results

  /// What slices are relative to. Valid when all columns that are wanted have been cut, which `loadUses` does for those
  /// of the plan.
  package var base: UnsafePointer<UInt8> {
    guard let buffer else { preconditionFailure("a batch that was never loaded") }
    return UnsafePointer(buffer.base)
  }

  /// The rows that are kept, ascending; nil where all of them are.
  package var selection: (rows: UnsafePointer<UInt32>, count: Int)? {
    selectsAll ? nil : (UnsafePointer(rows), selectedCount)
  }

  /// The row of the batch at a place of the selection.
  @inline(__always)
  package func row(at place: Int) -> Int { selectsAll ? place : Int(rows[place]) }

  /// The texts of a column of the input, of all rows of the batch. Cut on first use, which may move `base`.
  package func slices(column: Int) -> UnsafePointer<FieldSlice> {
    let memory = storage[column] ?? .allocate(capacity: FieldTape.batchLimit)
    storage[column] = memory
    if !isCut[column], let tape, let buffer {
      tape.cut(column: column, of: buffer, into: memory)
      isCut[column] = true
    }
    return UnsafePointer(memory)
  }

  /// The texts of a column of the input, of the selected rows.
  package func selectedSlices(column: Int) -> UnsafePointer<FieldSlice> {
    let whole = slices(column: column)
    if selectsAll { return whole }
    let memory = dense[column] ?? .allocate(capacity: FieldTape.batchLimit)
    dense[column] = memory
    if !isDense[column] {
      for place in 0..<selectedCount { memory[place] = whole[Int(rows[place])] }
      isDense[column] = true
    }
    return UnsafePointer(memory)
  }

  /// The texts and nulls of a column of the input, of the selected rows.
  package func texts(column: Int) -> TextColumn {
    let texts = keyTexts[column] ?? TextColumn()
    keyTexts[column] = texts
    texts.show(selectedSlices(column: column), base: base, count: selectedCount, nullTexts: nullTexts)
    return texts
  }

  private func result(of expression: SharedExpression) -> ColumnResult {
    for index in needs.expressions.indices where needs.expressions[index] === expression { return results[index] }
    preconditionFailure("an expression that the plan does not have")
  }

  /// The numbers of an expression of the plan's task that gives numbers (and is no group key or output, unless it is
  /// a plain column).
  package func number(of expression: SharedExpression) -> NumberColumn {
    guard case .numbers(let column) = result(of: expression) else { preconditionFailure("no column of numbers") }
    return column
  }

  /// The texts of an expression of the plan's task: one that gives texts, or a group key or output of any kind. They
  /// may have another base than the columns of the input.
  package func texts(of expression: SharedExpression) -> TextColumn {
    guard case .texts(let column) = result(of: expression) else { preconditionFailure("no column of texts") }
    return column
  }

  /// The truth values of an expression of the plan's task.
  package func truths(of expression: SharedExpression) -> TruthColumn {
    guard case .truths(let column) = result(of: expression) else { preconditionFailure("no column of conditions") }
    return column
  }
}
