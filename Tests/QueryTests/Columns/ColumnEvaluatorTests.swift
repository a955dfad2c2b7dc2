// Expressions over columns against the evaluator of the row path, for expressions drawn at random: filters, derived columns
// and arguments of all kinds, over values that are plain, null, wide, or none of their kind.

import CSV
import TestTiers
import Testing

@testable import Query

/// Draws texts of expressions. Not every one resolves.
private struct ExpressionDraw {
  var random: NumberCaseGenerator
  private let comparisons = ["==", "!=", "<", "<=", ">", ">="]

  mutating func number(_ depth: Int) -> String {
    if depth == 0 || Int.random(in: 0..<4, using: &random) == 0 {
      return random.pick([
        "a", "b", "c", "wide", "0", "1", "-2", "2.5", "0.05", "100", "12345678.9", "1e3", "999999999999999999",
        "0.000000000000000001", "length(s)",
      ])
    }
    let (left, right) = (number(depth - 1), number(depth - 1))
    switch Int.random(in: 0..<9, using: &random) {
    case 0...1: return "(\(left) + \(right))"
    case 2: return "(\(left) - \(right))"
    case 3: return "(\(left) * \(right))"
    case 4: return "(\(left) / \(right))"
    case 5: return "-(\(left))"
    case 6: return "abs(\(left))"
    case 7: return "length(\(text(depth - 1)))"
    default: return "coalesce(\(left), \(right))"
    }
  }

  mutating func text(_ depth: Int) -> String {
    if depth == 0 || Int.random(in: 0..<3, using: &random) == 0 {
      return random.pick(["s", "t", "s", "t", "\"\"", "\"id7\"", "\"a longer text\""])
    }
    switch Int.random(in: 0..<3, using: &random) {
    case 0: return "lower(\(text(depth - 1)))"
    case 1: return "upper(\(text(depth - 1)))"
    default: return "coalesce(\(text(depth - 1)), \(text(depth - 1)))"
    }
  }

  mutating func condition(_ depth: Int) -> String {
    if depth == 0 { return random.pick(["ok", "true", "a > 3", "s == \"id7\"", "b is null", "c <= -0.5", "a == c"]) }
    switch Int.random(in: 0..<15, using: &random) {
    case 0...1: return "(\(condition(depth - 1)) && \(condition(depth - 1)))"
    case 2...3: return "(\(condition(depth - 1)) || \(condition(depth - 1)))"
    case 4: return "not (\(condition(depth - 1)))"
    case 5...7: return "\(number(depth - 1)) \(random.pick(comparisons)) \(number(depth - 1))"
    case 8: return "\(text(depth - 1)) \(random.pick(comparisons)) \(text(depth - 1))"
    case 9: return "\(number(depth - 1)) in (1, 2.0, -3.5, 1e2, \(random.pick(["7", "b", "18"])))"
    case 10: return "\(text(depth - 1)) in (\"id7\", \"Z\", \"\", \"a longer text\")"
    case 11:
      let name = random.pick(["starts_with", "ends_with", "contains"])
      return "\(name)(\(text(depth - 1)), \(random.pick(["\"id\"", "\"7\"", "\"a longer te\"", "t", "\"\""])))"
    case 12: return "matches(\(text(depth - 1)), \(random.pick(["\"^i\"", "\"[0-9]+$\""])))"
    case 13:
      return
        "\(random.pick([number(depth - 1), text(depth - 1), "(" + condition(depth - 1) + ")"])) is \(random.pick(["", "not "]))null"
    default:
      return random.pick([
        "coalesce(\(condition(depth - 1)), \(condition(depth - 1)))",
        "(\(condition(depth - 1))) \(random.pick(comparisons)) (\(condition(depth - 1)))",
      ])
    }
  }
}

@Suite struct ColumnEvaluatorTests {
  private static let columns: [(String, ColumnType)] = [
    ("a", .integer), ("b", .decimal), ("c", .decimal), ("wide", .decimal), ("s", .text), ("t", .text), ("ok", .boolean),
  ]

  private func table(rows: Int, isNoisy: Bool, using random: inout NumberCaseGenerator) -> [UInt8] {
    var text = ""
    for _ in 0..<rows {
      var fields = [
        String(Int.random(in: -5...20, using: &random)),
        HostileNumbers.decimal(digits: random.pick([1, 3]), scale: random.pick([0, 1, 2]), using: &random),
        HostileNumbers.decimal(digits: 3, scale: 1, using: &random),
        HostileNumbers.decimal(
          digits: Int.random(in: 9...18, using: &random), scale: Int.random(in: 0...18, using: &random), using: &random),
        random.pick(["id7", "ID7", "Z", "a longer text", "a longer test", "Zürich", "7"]),
        random.pick(["id7", "id", "7", "z", "a longer te"]), random.pick(["true", "false"]),
      ]
      for field in fields.indices where isNoisy {
        switch Int.random(in: 0..<15, using: &random) {
        case 0: fields[field] = random.pick(["", "NA"])
        case 1:
          fields[field] = random.pick(["x", "1e2", "-", "0.00000000000000000001", "true", "12345678901234567890"])
        default: break
        }
      }
      text += fields.joined(separator: ",") + "\n"
    }
    return Array(text.utf8)
  }

  @Test(arguments: 0..<TestTier.amount(4, short: 2)) func saysWhatTheRowEvaluatorSays(seed: Int) throws {
    var draw = ExpressionDraw(random: NumberCaseGenerator(seed: UInt64(seed)))
    let dialect = Dialect(hasHeader: false, nullTexts: [Array("NA".utf8)])
    let tables = [false, true].map { table(rows: 60, isNoisy: $0, using: &draw.random) }
    var resolved = 0
    var total = BatchComparison()
    for round in 0..<250 {
      let depth = round % 4
      var question = Question()
      if round % 3 != 0 { question.filter = draw.condition(depth) }
      question.derived = ["n = \(draw.number(depth))", "x = \(draw.text(depth))", "q = \(draw.condition(depth))"]
      question.groupBy = [["n"], ["x"], ["q"], ["a", "x"]][round % 4]
      question.aggregates = ["sum(\(draw.number(depth))), sum(n), min(x), count(q), max(\(draw.text(1)))"]
      do {
        let found = try BatchBench.compare(tables[round % 2], question, columns: Self.columns, dialect: dialect)
        resolved += 1
        total.selected += found.selected
        total.filtered += found.filtered
        total.exceptions += found.exceptions
      } catch is QuestionError {
        continue
      }
    }
    // Enough of each kind that agreeing means something.
    #expect(resolved > 100 && total.selected > 1000 && total.filtered > 500, "\(resolved) \(total)")
  }
}
