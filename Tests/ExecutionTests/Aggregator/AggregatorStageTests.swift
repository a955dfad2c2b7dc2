// The aggregator's ends: the failure it names, what it still writes, and what it says when results stop coming.

import CSV
import Execution
import Query
import Testing
import Transport

@Suite struct AggregatorStageTests {
  private func plan(_ change: (inout Question) -> Void) throws -> Plan {
    var question = Question()
    question.select = ["a"]
    change(&question)
    let survey = Survey(
      dialect: Dialect(), columns: [Array("a".utf8)], sampledTypes: [.text], header: Array("a\n".utf8))
    return try Plan.make(question, survey)
  }

  private func run(
    _ pieces: [(String, Range<Int>)], to sink: RecordingSink = RecordingSink(), _ change: (inout Question) -> Void
  ) throws -> AggregatorFindings {
    let plan = try plan(change)
    let results = QueueLink<PieceResult>(capacity: 100)
    let feedback = QueueLink<Feedback>(capacity: 100)
    var parser = PieceParser(plan: plan)
    for (text, range) in pieces { try results.send(parser.parse(.of(Array(text.utf8), range))) }
    results.finish()
    var stage = AggregatorStage(plan: plan, inputNames: ["in.csv"])
    var meter = StageMeter()
    let findings = try stage.run(from: results, feedback: feedback, to: sink, meter: &meter)
    feedback.finish()
    return findings
  }

  @Test func aFailingRejectIsNamedWithItsPlace() throws {
    let sink = RecordingSink()
    let findings = try run([("x\ny,z\nw\n", 0..<8)], to: sink) { _ in }
    #expect(
      findings.failure
        == RunFailure(
          .data, "in.csv: line 2 (record 2, byte 2): got 2 fields, want 1",
          remedy: "use --on-error skip to leave such records out"))
    #expect(findings.committed == [6] && !findings.isComplete)
    #expect(sink.text() == "a\nx\n")
  }

  @Test func resultsThatStopComingAreABrokenInvariant() throws {
    let findings = try run([("x\ny\n", 0..<2)]) { _ in }
    #expect(findings.failure?.kind == .books)
    #expect(!findings.isComplete)
    #expect(findings.committed == [2])
  }

  @Test func aShareOfRejectsIsJudgedAtTheEnd() throws {
    let text = "x\n1,2\ny\nz\n"
    let few = try run([(text, 0..<10)]) {
      $0.errorPolicy = .skip
      $0.maxErrors = .percent(hundredths: 2500)
    }
    #expect(few.failure == nil && few.isComplete)
    let many = try run([(text, 0..<10)]) {
      $0.errorPolicy = .skip
      $0.maxErrors = .percent(hundredths: 2499)
    }
    #expect(
      many.failure?.message
        == "1 of 4 records are rejected, more than --max-errors allows; the first: in.csv: line 2 (record 2, byte 2): got 2 fields, want 1"
    )
    #expect(many.isComplete)
  }

  @Test func aResultThatWaitsForTheEndIsWrittenOnlyIfThereIsOne() throws {
    let sink = RecordingSink()
    _ = try run([("x\ny\n", 0..<2)], to: sink) {
      $0.select = nil
      $0.aggregates = ["count"]
    }
    #expect(sink.text().isEmpty)
    let whole = RecordingSink()
    let findings = try run([("x\ny\n", 2..<4), ("x\ny\n", 0..<2)], to: whole) {
      $0.select = nil
      $0.aggregates = ["count"]
    }
    #expect(whole.text() == "count\n2\n")
    #expect(findings.rows == 1)
  }

  @Test func everyArrivalIsAnsweredUntilTheEnd() throws {
    let plan = try plan { _ in }
    let results = QueueLink<PieceResult>(capacity: 100)
    let feedback = QueueLink<Feedback>(capacity: 100)
    var parser = PieceParser(plan: plan)
    let bytes = Array("x\n\"y\n\"\nz\n".utf8)
    for range in [5..<9, 2..<5, 0..<2, 2..<9] { try results.send(parser.parse(.of(bytes, range))) }
    results.finish()
    var stage = AggregatorStage(plan: plan, inputNames: ["in.csv"])
    var meter = StageMeter()
    let sink = RecordingSink()
    let findings = try stage.run(from: results, feedback: feedback, to: sink, meter: &meter)
    #expect(sink.text() == "a\nx\n\"y\n\"\nz\n")
    #expect(findings.isComplete && findings.redonePieces == 1)
    feedback.finish()
    var answers: [Feedback] = []
    while let answer = try feedback.receive() { answers.append(answer) }
    try #require(answers.count == 5)
    guard case .received(_, let committed, let redo) = answers[2] else {
      Issue.record("no answer to the third result")
      return
    }
    #expect(committed == Boundary(input: 0, offset: 2))
    #expect(redo?.from == committed)
    // The last one, too: whoever puts another in this one's place must know how far it had come.
    if case .received(_, let committed, let redo) = answers[3] {
      #expect(committed == Boundary(input: 1, offset: 0) && redo == nil)
    } else {
      Issue.record("no answer to the last result")
    }
    #expect(answers[4] == .finished)
  }

  @Test func aDamagedPartialStateFailsTheRun() throws {
    let plan = try plan { _ in }
    var result = PieceResult.of(0..<4, isLast: true, rows: 1)
    result.partial = .encoded([1, 2, 3])
    var stage = AggregatorStage(plan: plan, inputNames: ["in.csv"])
    var meter = StageMeter()
    var failure: RunFailure?
    do throws(StageError) {
      _ = try stage.take(result, sink: RecordingSink(), meter: &meter)
    } catch {
      if case .failure(let reason) = error { failure = reason }
    }
    #expect(failure?.kind == .worker)
  }
}
