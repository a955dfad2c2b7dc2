// Rows that parsers do not combine: the aggregator makes the same of them, whichever path read them, also when they have
// crossed to another process.

import CSV
import Query
import Testing

@testable import Execution

@Suite struct TypedRowsTests {
  private static let header = Array("a,b,c\n".utf8)

  private func plan(_ change: (inout Question) -> Void) throws -> Plan {
    var question = Question()
    question.errorPolicy = .skip
    change(&question)
    let survey = Survey(
      dialect: Dialect(nullTexts: question.dialect.nullTexts.map { [UInt8]($0.utf8) }),
      columns: ["a", "b", "c"].map { [UInt8]($0.utf8) }, sampledTypes: [.text, .decimal, .text], header: Self.header)
    return try Plan.make(question, survey)
  }

  private func result(_ bytes: [UInt8], _ plan: Plan, combines: Bool) -> PieceResult {
    var parser = PieceParser(plan: plan, combines: combines)
    return parser.parse(Piece.of(bytes, 0..<bytes.count, header: (6, 1)))
  }

  private static let questions: [@Sendable (inout Question) -> Void] = [
    { _ in },
    {
      $0.groupBy = ["a"]
      $0.aggregates = ["count, sum(b), mean(b), min(c), max(b), stddev(b), count(c)"]
    },
    {
      $0.groupBy = ["c", "a"]
      $0.filter = "b < 100 || a == 'k'"
      $0.dialect.nullTexts = ["k", "007"]
    },
    { $0.aggregates = ["count, sum(b * 2), max(a)"] },
    {
      $0.derived = ["d = length(c)", "e = b > 1"]
      $0.groupBy = ["d", "e"]
      $0.aggregates = ["sum(b / 3), max(b), min(e)"]
    },
  ]

  @Test(arguments: [ScannerKind.simd, .scalar, .libcsv], 0..<questions.count)
  func givesWhatCombiningGives(scanner: ScannerKind, question: Int) throws {
    let plan = try plan {
      $0.scanner = scanner
      Self.questions[question](&$0)
    }
    for seed in UInt64(0)..<20 {
      var generator = SeededGenerator(seed: seed &* 17 &+ UInt64(question))
      let made = NastyTable.make(
        records: Int.random(in: 1..<60, using: &generator), rejects: [nil, 5][Int(seed) % 2], using: &generator)
      let bytes = Self.header + made.drop { $0 != 0x0A && $0 != 0x0D }.drop { $0 == 0x0A || $0 == 0x0D }
      let want = try ResultContent(result(bytes, plan, combines: true), plan: plan)
      var sent = result(bytes, plan, combines: false)
      #expect(try ResultContent(sent, plan: plan) == want, "seed \(seed): \(bytes.shown)")
      sent.partial = try PartialState.encoded(sent.partial.encoded()).decoded(plan: plan)
      #expect(try ResultContent(sent, plan: plan) == want, "seed \(seed), sent: \(bytes.shown)")
    }
  }

  @Test func rowsAreSentAsTheyAre() throws {
    let plan = try plan {
      $0.groupBy = ["a"]
      $0.aggregates = ["sum(b)"]
    }
    for scanner in [ScannerKind.simd, .scalar] {
      var plan = plan
      plan.question.scanner = scanner
      let bytes = Self.header + Array("k,1.5,\nk,2,x\nl,,y\nm,1e3,z\n".utf8)
      guard case .typed(let rows, rest: .groups(let rest)) = result(bytes, plan, combines: false).partial else {
        Issue.record("combined by \(scanner)")
        continue
      }
      // What no column holds, a double, is combined.
      #expect(rows.count == 3 && rest.rowCount == 1, "\(scanner)")
    }
  }

  /// Groups of more batches than one, and of texts of every length.
  @Test func batchesGoOnWhereTheLastEnded() throws {
    let plan = try plan {
      $0.derived = ["d = coalesce(c, 'none')"]
      $0.groupBy = ["a", "d"]
      $0.aggregates = ["sum(b), max(c), min(a)"]
    }
    var text = "a,b,c\n"
    for row in 0..<5000 {
      text += "k\(row % 7),\(row),\(row % 3 == 0 ? "" : String(repeating: "w", count: row % 40))\n"
    }
    let bytes = Array(text.utf8)
    let want = try ResultContent(result(bytes, plan, combines: true), plan: plan)
    #expect(try ResultContent(result(bytes, plan, combines: false), plan: plan) == want)
  }
}
