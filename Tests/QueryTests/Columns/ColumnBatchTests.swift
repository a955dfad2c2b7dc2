// Batches of columns: the same rows kept, the same values read and the same rows refused as the row path, on data that is
// plain and on data that is not.

import CSV
import Testing

@testable import Query

@Suite struct ColumnBatchTests {
  private static let columns: [(String, ColumnType)] = [
    ("id", .integer), ("name", .text), ("v", .decimal), ("w", .decimal), ("ok", .boolean), ("day", .date),
  ]

  /// Rows of the six columns; `noise` of 100 fields is something else than their column should hold.
  private func table(rows: Int, noise: Int, nulls: Int, seed: UInt64) -> [UInt8] {
    var random = NumberCaseGenerator(seed: seed)
    let names = ["station", "id001", "id0000039083", "\"a \"\"b\"\"\"", "\"x,y\"", "Zürich", "ABBA", "a", "\"li\nne\""]
    let odd = [
      "x", "1e3", "1e999", "-", "\"7\"", "12345678901234567890", "0.0000000000000000000001", "true", "2024-02-30", "+5",
      "007",
    ]
    var text = ""
    for row in 0..<rows {
      var fields = [
        String(row % 1000), random.pick(names), HostileNumbers.decimal(digits: 3, scale: 1, using: &random),
        HostileNumbers.decimal(digits: random.pick([2, 8, 12]), scale: random.pick([0, 2, 6]), using: &random),
        random.pick(["true", "false", "TRUE", "False"]), random.pick(["2024-02-29", "1999-12-31"]),
      ]
      for field in fields.indices {
        if Int.random(in: 0..<100, using: &random) < noise { fields[field] = random.pick(odd) }
        if Int.random(in: 0..<100, using: &random) < nulls { fields[field] = random.pick(["", "NA", "\"\""]) }
      }
      text += fields.joined(separator: ",") + "\n"
    }
    return Array(text.utf8)
  }

  private static let questions: [@Sendable (inout Question) -> Void] = [
    {
      $0.groupBy = ["name"]
      $0.aggregates = ["sum(v), mean(w), min(name), count(ok)"]
    },
    {
      $0.filter = "v > 10.5"
      $0.groupBy = ["name", "id"]
      $0.aggregates = ["sum(v), max(w), count"]
    },
    {
      $0.filter = "w <= -1.25 || name == \"Zürich\" && id < 900"
      $0.select = ["name", "v", "day"]
    },
    {
      $0.filter = "ok"
      $0.derived = ["z = v * 2 + w", "low = lower(name)", "n = id", "big = v > w"]
      $0.groupBy = ["low", "n", "big"]
      $0.aggregates = ["sum(z), sum(abs(v - w)), count(big), max(z * v)"]
    },
    {
      $0.filter = "ok is not null && not (ok)"
      $0.types = ["v": .decimal, "id": .integer, "day": .date, "name": .text]
      $0.select = ["id", "name", "v", "w", "ok", "day"]
    },
    {
      $0.types = ["w": .integer, "ok": .boolean, "day": .float, "id": .float]
      $0.groupBy = ["w"]
      $0.aggregates = ["count"]
    },
    {
      $0.filter = "coalesce(v, w, 0) != 3 && id in (1, 2, 3, 17.0, 400) || name in (\"a\", \"ABBA\")"
      $0.derived = ["len = length(name)", "t = coalesce(name, day)"]
      $0.select = ["t", "len", "id", "ok"]
      $0.sort = ["v, name"]
    },
    {
      $0.filter = "v / w > 1 && matches(name, \"^i\") || starts_with(name, \"id0000039\") || name < \"b\""
      $0.derived = ["ratio = v / 2 > 3"]
      $0.select = ["name", "ratio"]
    },
  ]

  @Test(arguments: questions.indices) func saysWhatTheRowPathSays(question: Int) throws {
    var asked = Question()
    Self.questions[question](&asked)
    let dialect = Dialect(hasHeader: false, nullTexts: [Array("NA".utf8)])
    for (seed, (noise, nulls)) in [(0, 0), (0, 10), (1, 1), (10, 10), (60, 30)].enumerated() {
      let text = table(rows: 700, noise: noise, nulls: nulls, seed: UInt64(question * 10 + seed))
      let found = try BatchBench.compare(text, asked, columns: Self.columns, dialect: dialect)
      #expect(found.rows == 700 && found.selected + found.filtered + found.exceptions == 700)
      // Where everything is as it should be, nothing may be left to the row path: the other way would prove nothing. (The
      // question that reads decimals as integers and dates as numbers is about exceptions.)
      if noise == 0, question != 5 { #expect(found.exceptions == 0 && found.selected > 0) }
    }
  }

  @Test func numbersThatAreNullTexts() throws {
    var asked = Question()
    asked.filter = "v > -1000"
    asked.aggregates = ["sum(v), sum(w)"]
    let text = (0..<100).map { "\($0),a,\($0 % 3 == 0 ? "-999" : "-999.0"),\($0 % 5 == 0 ? "-999" : "1"),true,\n" }
    let found = try BatchBench.compare(
      Array(text.joined().utf8), asked, columns: Self.columns,
      dialect: Dialect(hasHeader: false, nullTexts: [Array("-999".utf8)]))
    #expect(found.filtered == 34 && found.selected == 66)
  }

  @Test func aBatchIsUsedAgain() throws {
    // More than one run, with quotes in some of them only.
    var asked = Question()
    asked.filter = "id != 5"
    asked.groupBy = ["name"]
    asked.aggregates = ["sum(v)"]
    var text = ""
    for row in 0..<7000 { text += "\(row % 10),\(row > 4000 ? "\"q\"\"q\"" : "plain"),\(row).5,1,true,\n" }
    let found = try BatchBench.compare(Array(text.utf8), asked, columns: Self.columns)
    #expect(found.rows == 7000 && found.selected == 6300)
  }

  @Test func plansThatColumnsDoNotSuit() throws {
    func suits(_ change: (inout Question) -> Void) throws -> Bool {
      var asked = Question()
      change(&asked)
      let survey = Survey(
        dialect: Dialect(), columns: Self.columns.map { Array($0.0.utf8) }, sampledTypes: Self.columns.map(\.1))
      return ColumnBatch.suits(try Plan(question: asked, survey: survey))
    }
    #expect(try suits { $0.aggregates = ["sum(v * w)"] })
    #expect(try suits { $0.filter = "v / w > 2" })
    #expect(try !suits { $0.aggregates = ["sum(v / w)"] })
    #expect(
      try !suits {
        $0.derived = ["r = 1 / v"]
        $0.aggregates = ["sum(2 * abs(r))"]
      })
  }
}
