// Definitions as YAML: the text by example, and every definition back from its text.

import CSV
import Query
import Testing

@testable import Spec

@Suite struct PipelineWriterTests {
  private func roundTrip(_ definition: PipelineDefinition) throws -> PipelineDefinition {
    try PipelineFile(parsing: Array(definition.yaml().utf8), path: "x.yaml").definition
  }

  @Test func writesKeysInOrderAndLeavesDefaultsOut() throws {
    var definition = PipelineDefinition()
    definition.inputs = ["data/flights.csv"]
    definition.mode = "process"
    definition.workers = 2
    definition.question.filter = "origin == \"JFK\""
    definition.question.groupBy = ["carrier"]
    definition.question.aggregates = ["count", "mean(dep_delay) as delay"]
    definition.question.types = ["flight": .text, "007": .text]
    definition.question.dialect.delimiter = UInt8(ascii: "|")
    definition.question.chunkSize = 65_536
    definition.chunkSize = 65_536
    #expect(
      try definition.yaml() == """
        inputs:
        - data/flights.csv
        mode: process
        workers: 2
        delimiter: "|"
        types:
          "007": text
          flight: text
        where: "origin == \\"JFK\\""
        group_by:
        - carrier
        aggregates:
        - count
        - mean(dep_delay) as delay
        chunk_size: 64KiB

        """)
    #expect(try roundTrip(definition) == definition)
  }

  @Test func anAllDefaultDefinitionReadsBack() throws {
    #expect(try roundTrip(PipelineDefinition()) == PipelineDefinition())
  }

  @Test(arguments: [
    "a", "true", "null", "~", "1", "1e3", "- a", "a: b", "a #b", "#", "!x", "*x", "&x", "%", "@", "`a`", "``a``", " a ",
    "a\nb", "a\tb", "\\x", "\"", "'", "é", "日本", "😀", "a\u{301}", "\u{7F}", "\u{1}", "a\u{FEFF}b", "[", "{}", "---",
    "<<", "=",
    "a,b", "a ", "\r\n", "\u{2028}", "\u{85}",
  ])
  func textsReadBack(text: String) throws {
    var definition = PipelineDefinition()
    definition.inputs = [text, "x"]
    definition.question.groupBy = [text]
    definition.question.dialect.nullTexts = [text]
    definition.question.types = [text: .date]
    // A text literal of the expression's grammar, in which a backslash escapes quotes and itself.
    let literal = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    definition.question.derived = ["a = \"\(literal)\""]
    // Names, paths and expressions of blanks alone are refused, and so is nothing else here.
    if text.allSatisfy(\.isWhitespace) {
      definition.inputs = []
      definition.question.groupBy = []
    }
    let back = try roundTrip(definition)
    #expect(back == definition)
    // Equality of strings is canonical equivalence; the bytes must be the same as well.
    #expect(back.question.dialect.nullTexts.map { Array($0.utf8) } == [Array(text.utf8)])
  }

  @Test func randomDefinitionsReadBack() throws {
    var random = SeededGenerator(state: 7)
    let letters = Array("abé,:#-!&*`\"'\\|>[]{}%@~ \t0=()x".map(String.init))
    func text(_ random: inout SeededGenerator) -> String {
      "k"
        + (0..<Int.random(in: 0...8, using: &random)).map { _ in letters.randomElement(using: &random) ?? "" }.joined()
    }
    func texts(_ random: inout SeededGenerator) -> [String] {
      (0..<Int.random(in: 0...3, using: &random)).map { _ in text(&random) }
    }
    for _ in 0..<500 {
      var definition = PipelineDefinition()
      definition.description = Bool.random(using: &random) ? text(&random) : nil
      definition.inputs = texts(&random)
      definition.mode = PipelineDefinition.modes.randomElement(using: &random)
      definition.link = PipelineDefinition.links.randomElement(using: &random)
      definition.workers = Int.random(in: OptionRange.workers, using: &random)
      definition.queueDepth = Int.random(in: OptionRange.queueDepth, using: &random)
      definition.memoryLimit = Bool.random(using: &random) ? Int.random(in: 1...1 << 40, using: &random) : nil
      definition.maxChunksPerWorker = Bool.random(using: &random) ? Int.random(in: 1...9, using: &random) : nil
      definition.question.dialect.delimiter = [nil, 9, 0x3B, 0x1F, 0xA7, 0x7C].randomElement(using: &random) ?? nil
      definition.question.dialect.quote = [nil, .some(nil), .some(0x27)].randomElement(using: &random) ?? nil
      definition.question.dialect.hasHeader = Bool.random(using: &random)
      let columns = texts(&random)
      definition.question.dialect.columns = columns.isEmpty ? nil : columns
      definition.question.dialect.nullTexts = texts(&random)
      for name in texts(&random) { definition.question.types[name] = .integer }
      definition.question.filter = Bool.random(using: &random) ? QuotedName.inExpression(text(&random)) : nil
      definition.question.derived = texts(&random).map { "n = " + QuotedName.inExpression($0) }
      definition.question.groupBy = texts(&random)
      definition.question.select = columns.isEmpty ? nil : columns
      definition.question.sort = ["a desc", "b"]
      definition.question.limit = Int.random(in: OptionRange.limit, using: &random)
      definition.format = OutputFormat.allCases.randomElement(using: &random)
      definition.question.format = definition.format ?? .csv
      definition.question.maxRecord = Int.random(in: OptionRange.maxRecord, using: &random)
      definition.chunkSize = 1 << Int.random(in: 0...30, using: &random)
      definition.question.chunkSize = definition.chunkSize ?? 0
      definition.handOff = PipelineDefinition.handOffs.randomElement(using: &random)
      definition.question.errorPolicy = ErrorPolicy.allCases.randomElement(using: &random) ?? .fail
      definition.question.maxErrors = .percent(hundredths: Int.random(in: 0...10_000, using: &random))
      definition.question.scanner = ScannerKind.allCases.randomElement(using: &random) ?? .simd
      definition.output = text(&random)
      #expect(try roundTrip(definition) == definition)
    }
  }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same texts in every run.
private struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
