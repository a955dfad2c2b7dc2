// CSV from columns against the encoder of the row path, byte for byte.

import CSV
import Testing

@testable import Query

@Suite struct CSVColumnEncoderTests {
  /// Rows as the row path writes them.
  private func expected(_ text: [UInt8], _ plan: Plan, rows: Range<Int>) -> [UInt8] {
    guard case .rows(let task) = plan.task else { return [] }
    var scanner = ScalarScanner(dialect: plan.dialect)
    var index = RecordIndex()
    var position = ScanPosition()
    _ = scanner.scan(
      text.span, facts: PieceFacts(isLast: true, endsLine: true, maxRecord: 1 << 20), limit: .max, position: &position,
      into: &index)
    let encoder = CSVRowEncoder(columns: plan.resultColumns)
    var reader = RowReader(plan: plan)
    var output: [UInt8] = []
    for record in index.records[rows] where reader.read(record, of: index, in: text.span) == .used {
      for (place, source) in task.outputs.enumerated() {
        switch source {
        case .column(let column):
          let field = index.text(of: index.fields[record.firstField + column], in: text.span)
          encoder.append(plan.dialect.isNull(field) ? .null : .text, field, column: place, into: &output)
        case .derived(let expression):
          guard case .value(let value) = expression.evaluate(&reader.scratch) else { continue }
          var bytes: [UInt8] = []
          ValueText.append(value, in: reader.scratch, to: &bytes)
          encoder.append(value.isNull ? .null : .text, bytes.span, column: place, into: &output)
        }
      }
      encoder.endRow(into: &output)
    }
    return output
  }

  private func check(_ text: String, dialect: Dialect, _ change: (inout Question) -> Void) throws {
    var question = Question()
    question.format = .csv
    change(&question)
    let survey = Survey(
      dialect: dialect, columns: ["a", "b", "c"].map { Array($0.utf8) }, sampledTypes: [.text, .text, .decimal])
    let plan = try Plan(question: question, survey: survey)
    let encoder = try #require(CSVColumnEncoder(plan: plan))
    let bytes = Array(text.utf8)
    let buffer = PieceBuffer()
    buffer.load(bytes.span)
    let tape = FieldTape(dialect: dialect, columnCount: 3, kind: .simd)
    let batch = ColumnBatch(plan: plan)
    let facts = PieceFacts(isLast: true, endsLine: true, maxRecord: 1 << 20)
    tape.beginPiece()
    var offset = 0
    var rows = 0
    while true {
      let stop = tape.advance(buffer, from: offset, facts: facts)
      try #require(stop != .odd)
      batch.load(tape, buffer)
      batch.runFilter()
      batch.loadUses()
      try #require(batch.exceptions.isEmpty)
      let want = expected(bytes, plan, rows: rows..<rows + batch.count)
      // In two steps, as around an exception.
      let middle = batch.selectedCount / 3
      var output: [UInt8] = []
      encoder.encode(batch, places: 0..<middle, into: &output)
      encoder.encode(batch, places: middle..<batch.selectedCount, into: &output)
      #expect(
        output == want, "\(String(decoding: output, as: UTF8.self)) instead of \(String(decoding: want, as: UTF8.self))"
      )
      rows += batch.count
      offset = tape.end
      if stop == .pieceEnd { break }
    }
  }

  @Test func writesWhatTheRowPathWrites() throws {
    var random = NumberCaseGenerator(seed: 5)
    let pieces = ["a", "bc", "\"\"", ",", "\n", "\r", ".", "-", " ", "+", "ü", "/", "0", "NA", "xyzxyzxyz", "!"]
    var text = ""
    for _ in 0..<1500 {
      var fields: [String] = []
      for _ in 0..<2 {
        let field = (0..<Int.random(in: 0...random.pick([1, 3, 20]), using: &random)).map { _ in random.pick(pieces) }
          .joined()
        let isPlain = !field.unicodeScalars.contains { "\",\n\r".unicodeScalars.contains($0) }
        fields.append(isPlain && Bool.random(using: &random) ? field : "\"\(field)\"")
      }
      text += "\(fields[0]),\(fields[1]),\(HostileNumbers.decimal(digits: 4, scale: 2, using: &random))\n"
    }
    for dialect in [Dialect(hasHeader: false), Dialect(hasHeader: false, nullTexts: [Array("NA".utf8)])] {
      try check(text, dialect: dialect) { $0.select = ["a", "b", "c"] }
      try check(text, dialect: dialect) { $0.select = ["b"] }
      try check(text, dialect: dialect) {
        $0.filter = "c > 0"
        $0.derived = ["up = upper(a)", "sum = c + 1", "empty = \"\"", "nothing = null"]
        $0.select = ["up", "c", "sum", "b", "empty"]
      }
      try check(text, dialect: dialect) {
        $0.derived = ["empty = \"\""]
        $0.select = ["empty"]
      }
    }
  }

  @Test func otherDelimitersNeedQuotes() throws {
    let text = "1,5;\"2;3\";4\n;\"\";7\nlong text, with a comma;x;1.25\n"
    try check(text, dialect: Dialect(delimiter: UInt8(ascii: ";"), hasHeader: false)) {
      $0.select = ["a", "b", "c", "a"]
    }
  }

  @Test func otherPlansHaveNoneOfIt() throws {
    func hasEncoder(_ change: (inout Question) -> Void) throws -> Bool {
      var question = Question()
      question.format = .csv
      change(&question)
      let survey = Survey(dialect: Dialect(), columns: [Array("a".utf8)], sampledTypes: [.text])
      return CSVColumnEncoder(plan: try Plan(question: question, survey: survey)) != nil
    }
    #expect(try hasEncoder { $0.select = ["a"] })
    #expect(try !hasEncoder { $0.groupBy = ["a"] })
    #expect(try !hasEncoder { $0.sort = ["a"] })
    #expect(
      try !hasEncoder {
        $0.select = ["a"]
        $0.format = .tsv
      })
  }
}
