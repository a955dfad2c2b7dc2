// From a question and a survey to a plan: which task, which columns are read as what, in which order they are checked,
// and what is refused.

import CSV
import Testing

@testable import Query

@Suite struct PlanResolutionTests {
  /// Columns i (integer), d (decimal), t (text), o (boolean), n (no value in the sample), x and x.
  static let survey = Survey(
    dialect: Dialect(), columns: ["i", "d", "t", "o", "n", "x", "x"].map { Array($0.utf8) },
    sampledTypes: [.integer, .decimal, .text, .boolean, .null, .integer, .integer])

  private func plan(_ change: (inout Question) -> Void = { _ in }) throws -> Plan {
    var question = Question()
    change(&question)
    return try Plan(question: question, survey: Self.survey)
  }

  private func refusal(_ change: (inout Question) -> Void) -> QuestionError? {
    do {
      _ = try plan(change)
      return nil
    } catch { return error as? QuestionError }
  }

  private func names(_ plan: Plan) -> [String] { plan.resultColumns.map { String(decoding: $0.name, as: UTF8.self) } }

  private func rowTask(_ plan: Plan) throws -> RowTask {
    guard case .rows(let task) = plan.task else { throw QuestionError("no rows") }
    return task
  }

  private func groupTask(_ plan: Plan) throws -> GroupTask {
    guard case .groups(let task) = plan.task else { throw QuestionError("no groups") }
    return task
  }

  private func uses(_ plan: Plan) -> [String] {
    plan.uses.map { "\(String(decoding: Self.survey.columns[$0.column], as: UTF8.self)) as \($0.kind)" }
  }

  // MARK: Which task

  @Test func noQuestionIsAProfile() throws {
    let plan = try plan()
    guard case .profile = plan.task else {
      Issue.record("not a profile")
      return
    }
    #expect(plan.uses.isEmpty && plan.filterChecks.isEmpty && plan.otherChecks.isEmpty)
    #expect(names(plan).first == "column")
    #expect(plan.resultColumns == ProfileState.resultColumns)
  }

  @Test func aProfileChecksTheTypesThatWereGiven() throws {
    let plan = try plan { $0.types = ["t": .integer, "d": .float] }
    #expect(plan.otherChecks.map(\.column) == [1, 2])
    #expect(plan.otherChecks.map(\.givenType) == [.float, .integer])
    #expect(plan.otherChecks.allSatisfy { $0.uses.isEmpty })
    #expect(plan.types[2] == .integer)
  }

  @Test func anyWishForRowsGivesRows() throws {
    #expect(try names(plan { $0.filter = "i > 1" }) == ["i", "d", "t", "o", "n", "x", "x"])
    #expect(try names(plan { $0.limit = 3 }).count == 7)
    #expect(try names(plan { $0.sort = ["i"] }).count == 7)
    #expect(try names(plan { $0.select = ["t", "i", "t"] }) == ["t", "i", "t"])
    #expect(try names(plan { $0.derived = ["z = 1"] }) == ["i", "d", "t", "o", "n", "x", "x", "z"])
  }

  @Test func keysAndAggregatesGiveGroups() throws {
    #expect(try names(plan { $0.groupBy = ["t", "i"] }) == ["t", "i", "count"])
    let plan = try plan {
      $0.groupBy = ["t"]
      $0.aggregates = ["sum( d ) as total, count", "min(t), max ( i + 1 )"]
      $0.filter = "i > 0"
    }
    #expect(names(plan) == ["t", "total", "count", "min(t)", "max(i+1)"])
    #expect(plan.resultColumns.map(\.isNumeric) == [false, true, true, false, true])
    let task = try groupTask(plan)
    #expect(task.calls.map(\.kind) == [.number, nil, .text, .number])
    #expect(task.arguments.map { $0 == nil } == [false, true, false, false])
    #expect(task.selection == [0, 1, 2, 3, 4])
    #expect(try names(self.plan { $0.aggregates = ["count()"] }) == ["count"])
  }

  @Test func onlyAnUnsortedLimitStopsReading() throws {
    #expect(try rowTask(plan { $0.limit = 1 }).stopsAtLimit)
    #expect(try !rowTask(plan { $0.select = ["i"] }).stopsAtLimit)
    let sorted = try rowTask(
      plan {
        $0.limit = 1
        $0.sort = ["i desc, t"]
      })
    #expect(!sorted.stopsAtLimit)
    #expect(sorted.sort.map(\.isDescending) == [true, false])
  }

  // MARK: What is read

  @Test func aColumnIsReadAsWhatIsNeeded() throws {
    let plan = try plan {
      $0.aggregates = ["sum(t), min(i), max(t), count(n), min(o)"]
      $0.filter = "d > 1 && t == \"x\""
    }
    #expect(uses(plan) == ["d as number", "t as text", "t as number", "i as number", "n as text", "o as boolean"])
  }

  @Test func equalUsesAreOne() throws {
    let plan = try plan { $0.aggregates = ["sum(d), mean(d), min(d), sum(d + i)"] }
    #expect(uses(plan) == ["d as number", "i as number"])
  }

  @Test func passedColumnsAreNotRead() throws {
    let plan = try plan { $0.select = ["t", "i"] }
    #expect(plan.uses.isEmpty)
    #expect(plan.otherChecks.isEmpty)
    // But a type that the user gave is checked, of columns in use only.
    let checked = try self.plan {
      $0.select = ["t", "i"]
      $0.types = ["i": .integer, "d": .decimal]
    }
    #expect(checked.otherChecks.map(\.column) == [0])
    #expect(checked.otherChecks[0].givenType == .integer)
  }

  // MARK: Order of checks

  @Test func whatTheFilterNeedsIsCheckedFirst() throws {
    let plan = try plan {
      $0.aggregates = ["sum(i), sum(d)"]
      $0.filter = "d > 1 && o"
      $0.types = ["t": .text]
    }
    #expect(plan.filterChecks.map(\.column) == [1, 3])
    #expect(plan.otherChecks.map(\.column) == [0])
    #expect(plan.filter != nil)
  }

  @Test func theLeftmostColumnIsCheckedFirst() throws {
    let plan = try plan {
      $0.aggregates = ["sum(n), sum(d), sum(i), min(t)"]
      $0.filter = "n > 1 && d > 1 && i > 1"
    }
    #expect(plan.filterChecks.map(\.column) == [0, 1, 4])
    #expect(plan.otherChecks.map(\.column) == [2])
    let positions = plan.filterChecks.flatMap(\.uses).map { plan.uses[$0].column }
    #expect(positions == [0, 1, 4])
  }

  @Test func aColumnUsedTwoWaysIsCheckedOnceForEachPart() throws {
    let plan = try plan {
      $0.aggregates = ["sum(t), min(t)"]
      $0.filter = "t == \"1\""
    }
    #expect(plan.filterChecks.map(\.uses) == [[0]])
    #expect(plan.otherChecks.map(\.uses) == [[1]])
  }

  // MARK: Derived columns

  @Test func derivedColumnsAreReadOnlyIfUsed() throws {
    let plan = try plan {
      $0.derived = ["a = d * 2", "b = a + i", "c = n + 1"]
      $0.aggregates = ["sum(b)"]
    }
    #expect(uses(plan) == ["d as number", "i as number"])
    let chain = try self.plan {
      $0.derived = ["a = d * 2", "b = a + i", "c = n + 1"]
      $0.select = ["c"]
    }
    #expect(uses(chain) == ["n as number"])
  }

  @Test func derivedColumnsThatNothingUsesAreCheckedAllTheSame() {
    let error = refusal {
      $0.derived = ["a = nothing + 1"]
      $0.select = ["i"]
    }
    #expect(error?.message == "there is no column \"nothing\"")
  }

  @Test func aDerivedColumnHidesTheColumnOfItsName() throws {
    let plan = try plan { $0.derived = ["d = d * 10", "z = d + 1"] }
    #expect(names(plan) == ["i", "d", "t", "o", "n", "x", "x", "z"])
    let task = try rowTask(plan)
    guard case .derived = task.outputs[1], case .column(0) = task.outputs[0], case .derived = task.outputs[7] else {
      Issue.record("the derived column is not in the place of the one it hides")
      return
    }
    #expect(plan.resultColumns[1].isNumeric)
    #expect(uses(plan) == ["d as number"])
  }

  @Test func aDerivedColumnDoesNotSeeLaterOnes() {
    #expect(refusal { $0.derived = ["a = b + 1", "b = 1"] }?.message == "there is no column \"b\"")
    #expect(refusal { $0.derived = ["a = a + 1"] }?.message == "there is no column \"a\"")
    #expect(
      refusal { $0.derived = ["a = 1", "a = 2"] }
        == QuestionError("--derive: a is defined twice", remedy: "choose another name"))
  }

  @Test func derivedColumnsOfTheFilterAreFilterChecks() throws {
    let plan = try plan {
      $0.derived = ["a = d * i"]
      $0.filter = "a > 1"
      $0.aggregates = ["sum(a), sum(n)"]
    }
    #expect(plan.filterChecks.map(\.column) == [0, 1])
    #expect(plan.otherChecks.map(\.column) == [4])
  }

  @Test func aDerivedColumnCanBeKeySortKeyAndArgument() throws {
    let plan = try plan {
      $0.derived = ["long = length(t)"]
      $0.groupBy = ["long"]
      $0.aggregates = ["max(long) as most"]
      $0.sort = ["most desc"]
    }
    #expect(names(plan) == ["long", "most"])
    #expect(plan.resultColumns.map(\.isNumeric) == [true, true])
    #expect(uses(plan) == ["t as text"])
    let rows = try self.plan {
      $0.derived = ["long = length(t)"]
      $0.select = ["i"]
      $0.sort = ["long"]
    }
    #expect(try rowTask(rows).sort.count == 1)
    #expect(uses(rows) == ["t as text"])
  }

  /// Names are bytes: canonically equivalent ones are two names.
  @Test func equivalentNamesAreDifferentColumns() throws {
    let composed = "\u{00E9}"
    let decomposed = "e\u{0301}"
    let survey = Survey(
      dialect: Dialect(), columns: [Array(decomposed.utf8), Array("i".utf8)], sampledTypes: [.text, .integer])
    var question = Question()
    question.derived = ["\(composed) = i + 1"]
    let plan = try Plan(question: question, survey: survey)
    #expect(plan.resultColumns.map(\.name) == [Array(decomposed.utf8), Array("i".utf8), Array(composed.utf8)])
  }

  // MARK: Refusals

  @Test func unknownNamesAreRefusedWithTheNearest() {
    let survey = ["carrier", "dep_delay"]
    func refusal(_ change: (inout Question) -> Void) -> QuestionError? {
      var question = Question()
      change(&question)
      do {
        _ = try Plan(
          question: question,
          survey: Survey(dialect: Dialect(), columns: survey.map { Array($0.utf8) }, sampledTypes: [.text, .integer]))
        return nil
      } catch { return error }
    }
    for change: (inout Question) -> Void in [
      { $0.groupBy = ["carier"] }, { $0.select = ["carier"] }, { $0.sort = ["carier"] },
      { $0.types = ["carier": .text] },
      { $0.filter = "carier == \"AA\"" }, { $0.aggregates = ["min(carier)"] }, { $0.derived = ["z = upper(carier)"] },
    ] {
      let error = refusal(change)
      #expect(error?.message == "there is no column \"carier\"")
      #expect(error?.remedy == "did you mean \"carrier\"?")
    }
    #expect(refusal { $0.groupBy = ["zzz"] }?.remedy == "the columns are carrier, dep_delay")
    let error = refusal { $0.filter = "dep_delay > 1 && carier == \"AA\"" }
    #expect(error?.expression == "dep_delay > 1 && carier == \"AA\"" && error?.offset == 17)
  }

  @Test func aNameThatOccursTwiceIsRefusedWhereItIsUsed() throws {
    for change: (inout Question) -> Void in [
      { $0.groupBy = ["x"] }, { $0.select = ["x"] }, { $0.filter = "x > 1" }, { $0.types = ["x": .text] },
      { $0.aggregates = ["sum(x)"] },
    ] {
      let error = refusal(change)
      #expect(error?.message == "column \"x\" occurs 2 times in the header")
      #expect(error?.remedy == "name the columns with --columns")
    }
    // Passing everything on needs no name.
    #expect(try names(plan { $0.limit = 1 }).suffix(2) == ["x", "x"])
  }

  @Test func aggregatesThatDoNotExistAreRefused() {
    let error = refusal { $0.aggregates = ["count, median(i)"] }
    #expect(error?.message == "there is no aggregate \"median\"")
    #expect(error?.remedy == "use one of count, sum, mean, min, max, var, stddev, var_pop, stddev_pop")
    #expect(error?.expression == "count, median(i)" && error?.offset == 7)
    #expect(refusal { $0.aggregates = ["sum"] }?.message == "sum needs a column")
    #expect(refusal { $0.aggregates = ["sum()"] }?.remedy == "write sum(COLUMN)")
  }

  @Test func columnsOfTheResultAreNamedByTheResult() throws {
    let question: (inout Question) -> Void = {
      $0.groupBy = ["t"]
      $0.aggregates = ["sum(i) as s, count"]
    }
    let plan = try plan {
      question(&$0)
      $0.select = ["count", "t", "count"]
      $0.sort = ["s desc, t"]
    }
    #expect(names(plan) == ["count", "t", "count"])
    let task = try groupTask(plan)
    #expect(task.selection == [2, 0, 2])
    #expect(task.sort == [CellSortKey(column: 1, isDescending: true), CellSortKey(column: 0, isDescending: false)])
    let select = refusal {
      question(&$0)
      $0.select = ["i"]
    }
    #expect(select == QuestionError("--select: the result has no column i", remedy: "it has t, s, count"))
    let sort = refusal {
      question(&$0)
      $0.sort = ["sum(i)"]
    }
    #expect(sort?.message == "--sort: the result has no column sum(i)")
  }

  @Test func filtersMustBeConditions() {
    #expect(refusal { $0.filter = "i + 1" } != nil)
    #expect(refusal { $0.filter = "t" } != nil)
    #expect(refusal { $0.filter = "i = 1" }?.offset == 2)
    #expect(refusal { $0.filter = "o" } == nil)
    #expect(refusal { $0.filter = "n" } == nil)
  }

  // MARK: Types

  @Test func givenTypesWin() throws {
    let plan = try plan {
      $0.types = ["i": .text, "t": .decimal]
      $0.aggregates = ["min(i), min(t)"]
    }
    #expect(uses(plan) == ["i as text", "t as number"])
    #expect(plan.resultColumns.map(\.isNumeric) == [false, true])
    #expect(plan.otherChecks.map(\.givenType) == [.text, .decimal])
  }

  @Test func whatTheQuestionNeedsAsANumberIsANumberEverywhere() throws {
    let plan = try plan { $0.aggregates = ["sum(t), min(t)"] }
    #expect(try groupTask(plan).calls.map(\.kind) == [.number, .number])
  }

  @Test func rejectLimitsFollowThePolicy() throws {
    #expect(try plan().rejectLimit == 1)
    #expect(try plan { $0.errorPolicy = .skip }.rejectLimit == nil)
    #expect(
      try plan {
        $0.errorPolicy = .skip
        $0.maxErrors = .count(0)
      }.rejectLimit == 1)
    #expect(
      try plan {
        $0.errorPolicy = .quarantine
        $0.maxErrors = .count(.max)
      }.rejectLimit ?? .max == .max)
    #expect(
      try plan {
        $0.errorPolicy = .skip
        $0.maxErrors = .percent(hundredths: 5)
      }.rejectLimit == nil)
  }
}
