// Batches against the row path: the same records read both ways, and every row and value compared.

import CSV
import Testing

@testable import Query

/// What was compared.
struct BatchComparison {
  var rows = 0
  var selected = 0
  var filtered = 0
  var exceptions = 0
}

/// Compares `ColumnBatch` with `RowReader`.
enum BatchBench {
  /// Reads an input both ways. Every record must be regular.
  static func compare(
    _ text: [UInt8], _ question: Question, columns: [(String, ColumnType)], dialect: Dialect = Dialect(hasHeader: false)
  ) throws -> BatchComparison {
    let survey = Survey(
      dialect: dialect, columns: columns.map { Array($0.0.utf8) }, sampledTypes: columns.map(\.1))
    let plan = try Plan(question: question, survey: survey)
    let facts = PieceFacts(isLast: true, endsLine: true, maxRecord: 1 << 20)
    var scanner = ScalarScanner(dialect: dialect)
    var index = RecordIndex()
    var position = ScanPosition()
    _ = scanner.scan(text.span, facts: facts, limit: .max, position: &position, into: &index)

    let buffer = PieceBuffer()
    buffer.load(text.span)
    let tape = FieldTape(dialect: dialect, columnCount: columns.count, kind: .simd)
    let batch = ColumnBatch(plan: plan)
    var reader = RowReader(plan: plan)
    var found = BatchComparison()
    var offset = 0
    tape.beginPiece()
    while true {
      let stop = tape.advance(buffer, from: offset, facts: facts)
      try #require(stop != .odd, "a record that is not regular")
      batch.load(tape, buffer)
      batch.runFilter()
      batch.loadUses()
      var place = 0
      var exceptions = batch.exceptions[...]
      for row in 0..<batch.count {
        let outcome = reader.read(index.records[found.rows + row], of: index, in: text.span)
        let line = { String(decoding: text[index.records[found.rows + row].start...].prefix(80), as: UTF8.self) }
        if exceptions.first == row {
          exceptions.removeFirst()
          found.exceptions += 1
        } else if place < batch.selectedCount, batch.row(at: place) == row {
          if outcome != .used { Issue.record("\(line()): selected, but \(outcome)") }
          compare(batch, place, plan, &reader.scratch, index.records[found.rows + row], index, text, line)
          place += 1
          found.selected += 1
        } else {
          if outcome != .filtered { Issue.record("\(line()): filtered, but \(outcome)") }
          found.filtered += 1
        }
      }
      #expect(place == batch.selectedCount && exceptions.isEmpty)
      #expect(batch.filteredCount + batch.selectedCount + batch.exceptions.count == batch.count)
      found.rows += batch.count
      offset = tape.end
      if stop == .pieceEnd { break }
    }
    #expect(found.rows == index.records.count)
    return found
  }

  private static func compare(
    _ batch: ColumnBatch, _ place: Int, _ plan: Plan, _ scratch: inout RowScratch, _ record: RecordIndex.Record,
    _ index: RecordIndex, _ text: [UInt8], _ line: () -> String
  ) {
    var sources: [CellSource] = []
    var values: [SharedExpression] = []
    switch plan.task {
    case .profile: break
    case .groups(let task):
      sources = task.keys
      values = task.arguments.compactMap { $0 }
    case .rows(let task):
      sources = task.outputs
      values = task.sort.map(\.expression)
    }
    for source in sources {
      switch source {
      case .column(let column):
        let field = bytes(index.text(of: index.fields[record.firstField + column], in: text.span))
        let texts = batch.texts(column: column)
        if bytes(texts.text(place)) != field || (texts.nulls[place] != 0) != plan.dialect.isNull(field.span) {
          Issue.record("\(line()): column \(column) differs")
        }
      case .derived(let expression):
        let texts = batch.texts(of: expression)
        let got = texts.nulls[place] != 0 ? nil : bytes(texts.text(place))
        let want = self.text(of: expression, &scratch)
        if got != want { Issue.record("\(line()): derived \(shown(got)), want \(shown(want))") }
      }
    }
    for expression in values {
      let got: [UInt8]?
      switch expression.expression.kind {
      case .number:
        let column = batch.number(of: expression)
        let decimal = Decimal(mantissa: Int128(column.mantissas[place]), scale: Int(column.marks[place]))
        got = column.marks[place] == NumberColumn.null ? nil : Array(decimal.text.utf8)
      case .text:
        let column = batch.texts(of: expression)
        got = column.nulls[place] != 0 ? nil : bytes(column.text(place))
      case .boolean:
        let value = batch.truths(of: expression).values[place]
        got = value == TruthColumn.unknown ? nil : Array((value == TruthColumn.yes ? "true" : "false").utf8)
      case nil: got = nil
      }
      let want = self.text(of: expression, &scratch)
      if got != want { Issue.record("\(line()): value \(shown(got)), want \(shown(want))") }
    }
  }

  private static func text(of expression: SharedExpression, _ scratch: inout RowScratch) -> [UInt8]? {
    guard case .value(let value) = expression.evaluate(&scratch) else { return Array("out of range".utf8) }
    if value.isNull { return nil }
    var bytes: [UInt8] = []
    ValueText.append(value, in: scratch, to: &bytes)
    return bytes
  }

  private static func shown(_ bytes: [UInt8]?) -> String { bytes.map { String(decoding: $0, as: UTF8.self) } ?? "null" }

  static func bytes(_ span: Span<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(copying: span)
    return bytes
  }
}
