// Questions and surveys cross to the workers unchanged, whatever is in them.

import CSV
import Query
import Testing

@Suite struct QuestionCodingTests {
  private func text(_ source: inout SplitMixSource) -> String {
    let pool = ["", "a", "x y", "\u{00E9}", "e\u{0301}", "\"", ",", "\n", "\0", "count, mean(v) as m", "\u{1F600}"]
    return (0..<Int.random(in: 0...2, using: &source)).map { _ in pool.randomElement(using: &source)! }.joined()
  }

  private func texts(_ source: inout SplitMixSource) -> [String] {
    (0..<Int.random(in: 0...3, using: &source)).map { _ in text(&source) }
  }

  private func question(_ source: inout SplitMixSource) -> Question {
    var question = Question()
    let bytes: [UInt8?] = [nil, 0, 44, 255]
    question.dialect.delimiter = bytes.randomElement(using: &source)!
    question.dialect.quote = [nil, .some(nil), .some(34), .some(0)].randomElement(using: &source)!
    question.dialect.hasHeader = Bool.random(using: &source)
    question.dialect.columns = Bool.random(using: &source) ? texts(&source) : nil
    question.dialect.nullTexts = texts(&source)
    for name in texts(&source) { question.types[name] = ColumnType.allCases.randomElement(using: &source)! }
    question.groupBy = texts(&source)
    question.aggregates = texts(&source)
    question.filter = Bool.random(using: &source) ? text(&source) : nil
    question.derived = texts(&source)
    question.select = Bool.random(using: &source) ? texts(&source) : nil
    question.sort = texts(&source)
    question.limit = [nil, 0, 7, .max].randomElement(using: &source)!
    question.format = OutputFormat.allCases.randomElement(using: &source)!
    question.scanner = ScannerKind.allCases.randomElement(using: &source)!
    question.maxRecord = [1, 1 << 30].randomElement(using: &source)!
    question.chunkSize = [1, 12345].randomElement(using: &source)!
    question.errorPolicy = ErrorPolicy.allCases.randomElement(using: &source)!
    question.maxErrors = [nil, .count(3), .count(.max), .percent(hundredths: 10_000)].randomElement(using: &source)!
    return question
  }

  @Test func randomQuestionsComeBack() throws {
    for seed in UInt64(0)..<300 {
      var source = SplitMixSource(seed: seed)
      let original = question(&source)
      var writer = ByteWriter()
      original.encode(into: &writer)
      var reader = ByteReader(writer.bytes)
      let copy = try Question(from: &reader)
      #expect(copy == original)
      #expect(reader.remaining == 0)
      // Equality of strings forgives; bytes do not.
      var again = ByteWriter()
      copy.encode(into: &again)
      #expect(again.bytes == writer.bytes, "seed \(seed)")
      if seed < 10 {
        checkDecoding(
          of: writer.bytes, using: &source,
          decode: { (reader) throws(ByteCodingError) in try Question(from: &reader) }, use: { _ = $0.limit })
      }
    }
  }

  @Test func randomSurveysComeBack() throws {
    for seed in UInt64(0)..<200 {
      var source = SplitMixSource(seed: seed)
      let count = Int.random(in: 0...5, using: &source)
      let original = Survey(
        dialect: Dialect(
          delimiter: UInt8.random(in: 0...255, using: &source), quote: Bool.random(using: &source) ? 34 : nil,
          hasHeader: Bool.random(using: &source), nullTexts: texts(&source).map { Array($0.utf8) }),
        columns: (0..<count).map { _ in Array(text(&source).utf8) + (Bool.random(using: &source) ? [0xFF] : []) },
        sampledTypes: (0..<count).map { _ in ColumnType.allCases.randomElement(using: &source)! },
        sampledRecords: Int.random(in: 0...1000, using: &source), header: Array(text(&source).utf8),
        delimiterEvidence: Bool.random(using: &source) ? text(&source) : nil,
        headerLooksLikeData: Bool.random(using: &source))
      var writer = ByteWriter()
      original.encode(into: &writer)
      var reader = ByteReader(writer.bytes)
      #expect(try Survey(from: &reader) == original)
      #expect(reader.remaining == 0)
      if seed < 10 {
        checkDecoding(
          of: writer.bytes, using: &source,
          decode: { (reader) throws(ByteCodingError) in try Survey(from: &reader) },
          use: { #expect($0.columns.count == $0.sampledTypes.count) })
      }
    }
  }

  @Test func unknownChoicesAreRefused() {
    var writer = ByteWriter()
    writer.write("yaml")
    var reader = ByteReader(writer.bytes)
    #expect(throws: ByteCodingError("yaml is not known")) { try reader.readCase(OutputFormat.self) }
  }

  @Test func aSurveyNeedsAsManyTypesAsColumns() {
    var writer = ByteWriter()
    Survey(dialect: Dialect(), columns: [[97]], sampledTypes: [.text, .text]).encode(into: &writer)
    var reader = ByteReader(writer.bytes)
    #expect(throws: ByteCodingError.self) { try Survey(from: &reader) }
  }

  /// The same question and survey give the same plan in every process.
  @Test func aPlanDependsOnNothingElse() throws {
    var question = Question()
    question.derived = ["z = d * 2"]
    question.filter = "z > i"
    question.groupBy = ["t"]
    question.aggregates = ["sum(z), max(i)"]
    question.types = ["i": .integer, "t": .text, "d": .decimal]
    let first = try Plan(question: question, survey: PlanResolutionTests.survey)
    for _ in 0..<5 {
      var writer = ByteWriter()
      question.encode(into: &writer)
      PlanResolutionTests.survey.encode(into: &writer)
      var reader = ByteReader(writer.bytes)
      let plan = try Plan(question: Question(from: &reader), survey: Survey(from: &reader))
      #expect(plan.uses == first.uses)
      #expect(plan.types == first.types)
      #expect(plan.resultColumns == first.resultColumns)
      #expect(plan.filterChecks.map(\.column) == first.filterChecks.map(\.column))
      #expect(plan.otherChecks.map(\.column) == first.otherChecks.map(\.column))
    }
  }
}
