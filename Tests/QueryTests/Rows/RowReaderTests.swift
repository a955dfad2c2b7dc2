// From fields to values: nulls, types, and which mistake is reported when there are several.

import CSV
import Query
import Testing

@Suite struct RowReaderTests {
  private func outcome(
    _ text: String, types: [ColumnType] = [.integer, .decimal, .text], _ change: (inout Question) -> Void
  ) throws -> RowOutcome {
    var question = Question()
    change(&question)
    let survey = Survey(
      dialect: Dialect(nullTexts: [Array("NA".utf8)]), columns: ["i", "d", "t"].map { Array($0.utf8) },
      sampledTypes: types)
    var reader = RowReader(plan: try Plan(question: question, survey: survey))
    return read(text, &reader)
  }

  private func read(_ text: String, _ reader: inout RowReader) -> RowOutcome {
    var scanner = ScalarScanner(dialect: Dialect())
    var index = RecordIndex()
    var position = ScanPosition()
    let bytes = Array(text.utf8)
    _ = scanner.scan(
      bytes.span, facts: PieceFacts(isLast: true, endsLine: true, maxRecord: 1 << 20), limit: 1, position: &position,
      into: &index)
    return reader.read(index.records[0], of: index, in: bytes.span)
  }

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func theNumberOfFieldsComesFirst() throws {
    #expect(try outcome("x,y") { $0.filter = "i > 1" } == .rejected(.columns(got: 2)))
    #expect(try outcome("x,y,z,") { $0.aggregates = ["sum(i)"] } == .rejected(.columns(got: 4)))
  }

  @Test func theLeftmostMistakeIsReported() throws {
    let aggregates: (inout Question) -> Void = { $0.aggregates = ["sum(d), sum(i)"] }
    #expect(try outcome("x,y,z", aggregates) == .rejected(.number(column: 0, text: bytes("x"), isOutOfRange: false)))
    #expect(try outcome("1,y,z", aggregates) == .rejected(.number(column: 1, text: bytes("y"), isOutOfRange: false)))
    #expect(
      try outcome("1,1e999,z", aggregates) == .rejected(.number(column: 1, text: bytes("1e999"), isOutOfRange: true)))
    #expect(try outcome("1,2,z", aggregates) == .used)
  }

  @Test func theFilterIsAskedBeforeOtherColumnsAreChecked() throws {
    let question: (inout Question) -> Void = {
      $0.filter = "d > 5"
      $0.aggregates = ["sum(i)"]
    }
    #expect(try outcome("bad,1,z", question) == .filtered)
    #expect(try outcome("bad,,z", question) == .filtered, "unknown is not true")
    #expect(try outcome("bad,9,z", question) == .rejected(.number(column: 0, text: bytes("bad"), isOutOfRange: false)))
    #expect(
      try outcome("bad,worse,z", question) == .rejected(.number(column: 1, text: bytes("worse"), isOutOfRange: false)))
    #expect(try outcome("1,9,z", question) == .used)
  }

  @Test func unusedColumnsAreNotLookedAt() throws {
    #expect(try outcome("bad,worse,z") { $0.select = ["i", "d"] } == .used)
    #expect(try outcome("bad,worse,z") { $0.aggregates = ["count"] } == .used)
    #expect(
      try outcome("1,worse,z") {
        $0.derived = ["never = d + 1"]
        $0.aggregates = ["sum(i)"]
      } == .used)
  }

  @Test func nullsAreNull() throws {
    for text in [",2,z", "NA,2,z", "\"\",2,z", "\"NA\",2,z"] {
      #expect(try outcome(text) { $0.aggregates = ["sum(i)"] } == .used)
      #expect(try outcome(text) { $0.filter = "i is null" } == .used)
      #expect(try outcome(text) { $0.filter = "i > 0 || i <= 0" } == .filtered)
      #expect(
        try outcome(text) {
          $0.types = ["i": .integer]
          $0.select = ["i"]
        } == .used)
    }
  }

  @Test(arguments: [
    (ColumnType.integer, ["1", "-2", "+3", "123456789012345678"], ["1.5", "1e3", "x", "1234567890123456789.5"]),
    (.decimal, ["1", "1.5", "-0.25"], ["1e3", "12345678901234567890", "x", "1."]),
    (.float, ["1", "1.5", "1e3", "12345678901234567890"], ["x", "inf", "nan", "0x10", "1e999"]),
    (.text, ["x", "1", " "], []),
    (.date, ["2024-02-29"], ["2023-02-29", "2024-02-29T10:00", "x"]),
    (.timestamp, ["2024-02-29T10:00", "2024-02-29 10:00:01.5Z"], ["2024-02-29", "x"]),
    (.boolean, ["true", "FALSE"], ["1", "yes", "t"]),
  ])
  func givenTypesAreChecked(type: ColumnType, good: [String], bad: [String]) throws {
    let question: (inout Question) -> Void = {
      $0.types = ["t": type]
      $0.select = ["t"]
    }
    for text in good { #expect(try outcome("1,2,\(text)", question) == .used, "\(text) is a \(type)") }
    for text in bad {
      #expect(
        try outcome("1,2,\(text)", question) == .rejected(.type(column: 2, text: bytes(text), wanted: type.rawValue)),
        "\(text) is no \(type)")
    }
  }

  @Test func longTextsAreCutInTheDefect() throws {
    let long = String(repeating: "x", count: 500)
    #expect(
      try outcome("\(long),1,2") { $0.aggregates = ["sum(i)"] }
        == .rejected(
          .number(column: 0, text: bytes(String(repeating: "x", count: Reject.textLimit)), isOutOfRange: false)))
  }

  @Test func arithmeticThatLeavesTheDoublesIsADefect() throws {
    #expect(try outcome("1,1e308,z") { $0.filter = "d * 1e10 > 0" } == .rejected(.expression))
  }

  @Test func booleansAreReadInAnyCase() throws {
    let types: [ColumnType] = [.integer, .decimal, .boolean]
    #expect(try outcome("1,2,TRUE", types: types) { $0.filter = "t" } == .used)
    #expect(try outcome("1,2,False", types: types) { $0.filter = "t" } == .filtered)
    #expect(
      try outcome("1,2,maybe", types: types) { $0.filter = "t" }
        == .rejected(.type(column: 2, text: bytes("maybe"), wanted: "boolean")))
  }

  @Test func aRowHoldsNothingOfTheRowBefore() throws {
    var question = Question()
    question.filter = "t == \"keep\""
    question.aggregates = ["min(t), sum(i)"]
    let survey = Survey(
      dialect: Dialect(), columns: ["i", "d", "t"].map { Array($0.utf8) }, sampledTypes: [.integer, .decimal, .text])
    var reader = RowReader(plan: try Plan(question: question, survey: survey))
    #expect(read("1,2,keep", &reader) == .used)
    #expect(read(",2,keep", &reader) == .used)
    #expect(reader.scratch.values.count == 2)
    #expect(reader.scratch.values.contains { $0.isNull })
    #expect(read("5,2,", &reader) == .filtered)
    #expect(read("5,2,keep", &reader) == .used)
    #expect(reader.scratch.bytes == Array("keep".utf8))
  }
}
