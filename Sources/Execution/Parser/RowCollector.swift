// What a parser does with the rows of one piece, by task: add them to groups, to a profile, or encode them. One row at
// a time: the plain way, and the one that decides what `ColumnCollector` leaves.

import CSV
import Query

/// Collects the rows of one piece into a partial state, which may be one that the parser keeps.
package struct RowCollector {
  private enum Work { case profile, groups, rows, sortedRows }

  private let plan: Plan
  private let work: Work
  // Parts of the plan that are looked at for every row: reading them out of it each time would cost reference counts.
  private let dialect: Dialect
  private let types: [ColumnType]
  private let keys: [CellSource]
  private let arguments: [SharedExpression?]
  private let outputs: [CellSource]
  private let sort: [RowSortKey]
  private var reader: RowReader
  private let encoder: any RowEncoder
  /// Groups or profile, by task.
  var state: PieceState
  var block = RowBlock()
  private var sorted = SortedRows()
  /// Rows that are sent as they are; nil where rows are combined.
  var typed: TypedRows?
  private var numbers: [UInt32] = []
  private var texts: [UInt8] = []
  private var values: [Value] = []
  /// Rows used, of the kind that a row limit counts.
  package var count = 0
  package var filtered = 0

  /// - Parameter combines: whether groups and profiles are made here, and not by the aggregator.
  package init(plan: Plan, combines: Bool = true) {
    self.plan = plan
    dialect = plan.dialect
    types = plan.types
    var keys: [CellSource] = []
    var arguments: [SharedExpression?] = []
    var outputs: [CellSource] = []
    var sort: [RowSortKey] = []
    switch plan.task {
    case .profile: work = .profile
    case .groups(let task):
      work = .groups
      keys = task.keys
      arguments = task.arguments
    case .rows(let task):
      work = task.sort.isEmpty ? .rows : .sortedRows
      outputs = task.outputs
      sort = task.sort
    }
    self.keys = keys
    self.arguments = arguments
    self.outputs = outputs
    self.sort = sort
    reader = RowReader(plan: plan)
    encoder = plan.question.format.makeEncoder(columns: plan.resultColumns)
    state = PieceState(plan: plan)
    if !combines {
      switch work {
      case .profile: typed = TypedRows(columns: plan.columnCount)
      case .groups: typed = TypedRows(table: state.table)
      case .rows, .sortedRows: break
      }
    }
  }

  /// Forgets everything for the next piece.
  package mutating func reset() {
    state.clear()
    typed?.clear()
    block = RowBlock()
    sorted = SortedRows()
    count = 0
    filtered = 0
  }

  /// Takes one record; gives the reason if it cannot be used.
  package mutating func take(
    _ record: RecordIndex.Record, of index: borrowing RecordIndex, in piece: Span<UInt8>
  ) -> RowDefect? {
    if let defect = record.defect { return .scan(defect) }
    switch reader.read(record, of: index, in: piece) {
    case .rejected(let defect): return defect
    case .filtered:
      filtered += 1
      return nil
    case .used: break
    }
    let defect: RowDefect?
    switch work {
    case .profile: defect = addToProfile(record, index, piece)
    case .groups: defect = addToGroups(record, index, piece)
    case .rows: defect = addToBlock(record, index, piece)
    case .sortedRows: defect = addToSorted(record, index, piece)
    }
    if defect == nil { count += 1 }
    return defect
  }

  /// The partial state of the piece.
  package mutating func finishPiece() -> PartialState {
    switch plan.task {
    case .profile: return whole(.profile(state.profile))
    case .groups: return whole(.groups(state.table))
    case .rows(let task) where task.sort.isEmpty: return .rows(block)
    case .rows(let task):
      // Of a sorted piece no more rows can matter than the limit lets through.
      if task.limit != nil { sorted.sort(descending: task.sort.map(\.isDescending), limit: task.limit) }
      return .sorted(sorted)
    }
  }

  private func whole(_ state: PartialState) -> PartialState { typed.map { .typed($0, rest: state) } ?? state }

  private mutating func addToProfile(
    _ record: RecordIndex.Record, _ index: borrowing RecordIndex, _ piece: Span<UInt8>
  ) -> RowDefect? {
    for column in 0..<plan.columnCount {
      let text = index.text(of: index.fields[record.firstField + column], in: piece)
      if typed != nil {
        typed?.append(text: column, text)
      } else {
        state.profile.add(column: column, text: text, isNull: dialect.isNull(text))
      }
    }
    if typed != nil { typed?.endRows(1) } else { state.profile.endRow() }
    return nil
  }

  private mutating func addToGroups(
    _ record: RecordIndex.Record, _ index: borrowing RecordIndex, _ piece: Span<UInt8>
  ) -> RowDefect? {
    values.removeAll(keepingCapacity: true)
    for argument in arguments {
      guard let argument else {
        values.append(.null)
        continue
      }
      guard case .value(let value) = argument.evaluate(&reader.scratch) else { return .expression }
      values.append(value)
    }
    // Nothing is added to the table before it is certain that the row can be used.
    var keyValues: [Value] = []
    for case .derived(let expression) in keys {
      guard case .value(let value) = expression.evaluate(&reader.scratch) else { return .expression }
      keyValues.append(value)
    }
    if typed != nil, addToTyped(keyValues, record, index, piece) { return nil }
    numbers.removeAll(keepingCapacity: true)
    var derived = 0
    for (column, source) in keys.enumerated() {
      switch source {
      case .column(let place):
        let text = index.text(of: index.fields[record.firstField + place], in: piece)
        let isNull = dialect.isNull(text)
        numbers.append(isNull ? state.table.nullNumber(column: column) : state.table.keyNumber(column: column, text))
      case .derived:
        let value = keyValues[derived]
        derived += 1
        if value.isNull {
          numbers.append(state.table.nullNumber(column: column))
        } else {
          // Moved out and back: a span of one stored array and a change of another would count as overlapping.
          var text: [UInt8] = []
          swap(&text, &texts)
          text.removeAll(keepingCapacity: true)
          ValueText.append(value, in: reader.scratch, to: &text)
          numbers.append(state.table.keyNumber(column: column, text.span))
          swap(&text, &texts)
        }
      }
    }
    let group = state.table.group(numbers: numbers)
    state.table.addRow(group: group)
    for (call, value) in values.enumerated() where arguments[call] != nil {
      state.table.add(value, in: reader.scratch, call: call, group: group)
    }
    return nil
  }

  /// Adds a row to those that are sent as they are, if its values have places there.
  private mutating func addToTyped(
    _ keyValues: [Value], _ record: RecordIndex.Record, _ index: borrowing RecordIndex, _ piece: Span<UInt8>
  ) -> Bool {
    for (call, value) in values.enumerated() where typed?.holds(value, ofCall: call) != true { return false }
    var derived = 0
    for (column, source) in keys.enumerated() {
      switch source {
      case .column(let place):
        typed?.append(text: column, index.text(of: index.fields[record.firstField + place], in: piece))
      case .derived:
        let value = keyValues[derived]
        derived += 1
        texts.removeAll(keepingCapacity: true)
        if !value.isNull { ValueText.append(value, in: reader.scratch, to: &texts) }
        typed?.append(text: column, value.isNull ? nil : texts)
      }
    }
    for (call, value) in values.enumerated() { typed?.append(value, in: reader.scratch, ofCall: call) }
    typed?.endRows(1)
    return true
  }

  private mutating func addToBlock(
    _ record: RecordIndex.Record, _ index: borrowing RecordIndex, _ piece: Span<UInt8>
  ) -> RowDefect? {
    // Moved out and back, so that the bytes are appended in place.
    var bytes: [UInt8] = []
    swap(&bytes, &block.bytes)
    defer { swap(&bytes, &block.bytes) }
    let mark = bytes.count
    if block.count > 0 { bytes.append(copying: encoder.separator.span) }
    if let defect = encode(record, index, piece, into: &bytes) {
      bytes.removeSubrange(mark...)
      return defect
    }
    block.count += 1
    return nil
  }

  private mutating func encode(
    _ record: RecordIndex.Record, _ index: borrowing RecordIndex, _ piece: Span<UInt8>,
    into output: inout [UInt8]
  ) -> RowDefect? {
    encoder.beginRow(into: &output)
    for (position, source) in outputs.enumerated() {
      switch source {
      case .column(let column):
        let text = index.text(of: index.fields[record.firstField + column], in: piece)
        encoder.append(kind(of: text, column), text, column: position, into: &output)
      case .derived(let expression):
        guard case .value(let value) = expression.evaluate(&reader.scratch) else { return .expression }
        texts.removeAll(keepingCapacity: true)
        ValueText.append(value, in: reader.scratch, to: &texts)
        encoder.append(value.cellKind, texts.span, column: position, into: &output)
      }
    }
    encoder.endRow(into: &output)
    return nil
  }

  private func kind(of text: Span<UInt8>, _ column: Int) -> Cell.Kind {
    if dialect.isNull(text) { return .null }
    let type = types[column]
    if type.isNumeric { return NumberParser.isNumber(text) ? .number : .text }
    return type == .boolean && TypeClassifier.type(of: text) == .boolean ? .boolean : .text
  }

  private mutating func addToSorted(
    _ record: RecordIndex.Record, _ index: borrowing RecordIndex, _ piece: Span<UInt8>
  ) -> RowDefect? {
    var keys: [SortValue] = []
    for key in sort {
      guard case .value(let value) = key.expression.evaluate(&reader.scratch) else { return .expression }
      switch value {
      case .null: keys.append(.null)
      case .boolean(let flag): keys.append(.boolean(flag))
      case .number(let number): keys.append(.number(number))
      case .text(let range):
        var bytes: [UInt8] = []
        bytes.append(copying: reader.scratch.text(range))
        keys.append(.text(bytes))
      }
    }
    var bytes: [UInt8] = []
    if let defect = encode(record, index, piece, into: &bytes) { return defect }
    sorted.append(keys: keys, bytes: bytes)
    return nil
  }
}

extension Value {
  fileprivate var cellKind: Cell.Kind {
    switch self {
    case .null: .null
    case .number: .number
    case .boolean: .boolean
    case .text: .text
    }
  }
}
