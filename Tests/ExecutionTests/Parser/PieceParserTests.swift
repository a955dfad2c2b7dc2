// One piece at a time: where it ends, what it counts, where its rejects lie, and what limits do.

import CSV
import Execution
import Query
import Testing

@Suite struct PieceParserTests {
  private func plan(
    _ columns: [String] = ["a", "b"], types: [ColumnType] = [.text, .integer],
    _ change: (inout Question) -> Void = { _ in }
  ) throws -> Plan {
    var question = Question()
    question.errorPolicy = .quarantine
    question.select = columns
    change(&question)
    let survey = Survey(
      dialect: Dialect(hasHeader: false), columns: columns.map { Array($0.utf8) }, sampledTypes: types)
    return try Plan.make(question, survey)
  }

  private func rows(_ result: PieceResult) -> String {
    guard case .rows(let block) = result.partial else { return "no rows" }
    return String(decoding: block.bytes, as: UTF8.self)
  }

  private func parse(
    _ text: String, _ range: Range<Int>? = nil, isSkipping: Bool = false, rowLimit: Int? = nil, rejectLimit: Int? = nil,
    plan: Plan? = nil
  ) throws -> PieceResult {
    var parser = PieceParser(plan: try plan ?? self.plan())
    let bytes = Array(text.utf8)
    return parser.parse(
      .of(bytes, range ?? 0..<bytes.count, isSkipping: isSkipping, rowLimit: rowLimit, rejectLimit: rejectLimit))
  }

  @Test func readsAWholeInput() throws {
    let result = try parse("x,1\n\ny,2\r\nz,3")
    #expect(rows(result) == "x,1\ny,2\nz,3\n")
    #expect(result.end == 13)
    #expect(result.isLast)
    #expect(!result.isOpen && !result.endsSkipping && result.stop == .none)
    #expect(result.tally.records == 3 && result.tally.used == 3)
    #expect(result.tally.lines == 3)
    #expect(result.tally.blankLines == 1)
    #expect(result.rows == 3)
  }

  @Test func stopsBeforeAnOpenRecord() throws {
    let text = "x,1\n\"y\nz\",2\nw,3\n"
    let result = try parse(text, 0..<7)
    #expect(rows(result) == "x,1\n")
    #expect(result.end == 4)
    #expect(result.isOpen)
    #expect(result.tally.lines == 1)
    #expect(result.endBoundary == Boundary(input: 0, offset: 4))
  }

  @Test func aPieceThatIsOneOpenRecordGivesNothing() throws {
    let result = try parse("\"x\ny\",1\n", 0..<3)
    #expect(result.end == 0 && result.isOpen)
    #expect(result.tally == Tally())
  }

  @Test func leavesTheHeaderOut() throws {
    let bytes = Array("\u{FEFF}\na,b\nx,1\n".utf8)
    var parser = PieceParser(plan: try plan())
    let result = parser.parse(.of(bytes, 0..<bytes.count, header: (length: 8, lines: 2)))
    #expect(rows(result) == "x,1\n")
    #expect(result.tally.records == 1)
    #expect(result.tally.lines == 3)
    #expect(result.tally.blankLines == 0)
  }

  @Test func namesTheRecordLineAndByteOfRejects() throws {
    // Record 2 spans two lines, a blank line and a quoted line end lie before record 4.
    let text = "x,1\n\"y\ny\",2\n\nshort\n\"z\"z,1\nw,N/A\r\nv,9\n"
    let result = try parse(text, plan: try plan { $0.types = ["b": .integer] })
    #expect(rows(result) == "x,1\n\"y\ny\",2\nv,9\n")
    let rejects = result.rejects.map(\.reject)
    #expect(rejects.map(\.kind) == [.columns, .quote, .type])
    #expect(rejects.map(\.record) == [3, 4, 5])
    #expect(rejects.map(\.line) == [5, 6, 7])
    #expect(rejects.map(\.byte) == [13, 19, 26])
    #expect(rejects.map(\.length) == [6, 7, 7])
    #expect(rejects.map(\.column) == [nil, nil, Array("b".utf8)])
    #expect(rejects[2].text == Array("N/A".utf8))
    #expect(result.rejects.map { String(decoding: $0.raw, as: UTF8.self) } == ["short\n", "\"z\"z,1\n", "w,N/A\r\n"])
    #expect(result.tally.rejected == 3)
    #expect(result.tally.balances)
  }

  @Test func placesAreThoseOfTheInputWhateverThePiece() throws {
    let text = "x,1\ny,2\nbad\nw,3\n"
    let result = try parse(text, 4..<12)
    #expect(result.rejects.map(\.reject.byte) == [8])
    // Records and lines count from the start of the piece: only the aggregator knows how many were before.
    #expect(result.rejects.map(\.reject.record) == [2])
    #expect(result.rejects.map(\.reject.line) == [2])
    #expect(result.start.offset == 4 && result.end == 12)
  }

  @Test func keepsNoRejectedBytesThatNobodyWants() throws {
    let result = try parse("bad\nx,1\n", plan: try plan { $0.errorPolicy = .skip })
    #expect(result.rejects.map(\.raw) == [[]])
    #expect(result.rejects.map(\.reject.length) == [4])
  }

  @Test func aRejectGoesOnBehindThePiece() throws {
    let text = "x,1\n\"y\"y and more\nz,2\n"
    let first = try parse(text, 0..<10)
    #expect(first.endsSkipping)
    #expect(first.end == 10)
    #expect(first.rejects.map(\.raw) == [Array("\"y\"y a".utf8)])
    let second = try parse(text, 10..<14, isSkipping: true)
    #expect(second.endsSkipping && second.continuation == Array("nd m".utf8))
    #expect(second.tally == Tally())
    let third = try parse(text, 14..<22, isSkipping: true)
    #expect(!third.endsSkipping)
    #expect(third.continuation == Array("ore\n".utf8) && third.continuationLength == 4)
    #expect(rows(third) == "z,2\n")
    #expect(third.tally.lines == 2)
  }

  @Test func theRestOfARejectEndsWithItsOwnLineEnd() throws {
    let crlf = try parse("rest\r\n\r\n\nx,1\n", isSkipping: true)
    #expect(crlf.continuation == Array("rest\r\n".utf8))
    #expect(crlf.tally.blankLines == 2)
    #expect(rows(crlf) == "x,1\n")
    // The rest may be a line end only, or the end of the input.
    #expect(try parse("\nx,1\n", isSkipping: true).continuation == [10])
    let end = try parse("rest", isSkipping: true)
    #expect(end.continuation == Array("rest".utf8))
    #expect(!end.endsSkipping && end.isLast)
  }

  @Test func halfALineEndStaysWithTheNextPiece() throws {
    // CR at the end of a piece that LF may follow.
    let text = "x,1\r\ny,2\n"
    var piece = Piece.of(Array(text.utf8), 0..<4)
    piece.endsLine = false
    var parser = PieceParser(plan: try plan())
    let result = parser.parse(piece)
    #expect(result.isOpen && result.end == 0)
    var skipping = Piece.of(Array("rest\r\nx,1\n".utf8), 0..<5, isSkipping: true)
    skipping.endsLine = false
    let rest = parser.parse(skipping)
    #expect(rest.isOpen && rest.endsSkipping && rest.end == 4)
    #expect(rest.continuation == Array("rest".utf8))
  }

  @Test func stopsBehindTheLastRowWanted() throws {
    let text = "x,1\nbad\n\ny,2\n\nz,3\n"
    let result = try parse(text, rowLimit: 2)
    #expect(result.stop == .rowLimit)
    #expect(rows(result) == "x,1\ny,2\n")
    #expect(result.end == 13)
    #expect(result.tally.records == 3 && result.tally.rejected == 1)
    #expect(result.tally.lines == 4 && result.tally.blankLines == 1)
  }

  @Test func filteredRowsDoNotCountForTheLimit() throws {
    let plan = try plan { $0.filter = "b >= 2" }
    let result = try parse("x,1\ny,2\nz,3\n", rowLimit: 1, plan: plan)
    #expect(rows(result) == "y,2\n")
    #expect(result.tally.filtered == 1 && result.tally.used == 1)
    #expect(result.end == 8)
  }

  @Test func stopsBehindTheRejectThatTheRunFailsAt() throws {
    let text = "bad\nx,1\nworse\ny,2\n"
    let result = try parse(text, rejectLimit: 2)
    #expect(result.stop == .rejectLimit)
    #expect(rows(result) == "x,1\n")
    #expect(result.end == 14)
    #expect(result.rejects.count == 2)
  }

  @Test func theLimitsOfThePlanHoldWithoutOnesOfThePiece() throws {
    #expect(try parse("x,1\ny,2\n", plan: try plan { $0.limit = 1 }).stop == .rowLimit)
    #expect(try parse("bad\ny,2\n", plan: try plan { $0.errorPolicy = .fail }).stop == .rejectLimit)
    #expect(try parse("bad\ny,2\n", plan: try plan { $0.maxErrors = .count(0) }).stop == .rejectLimit)
    #expect(try parse("bad\ny,2\n", plan: try plan { $0.maxErrors = .count(1) }).stop == .none)
    #expect(try parse("bad\ny,2\n", plan: try plan { $0.maxErrors = .count(.max) }).stop == .none)
    // Sorted rows are not the first ones.
    let sorted = try plan {
      $0.limit = 1
      $0.sort = ["b"]
    }
    #expect(try parse("x,2\ny,1\n", plan: sorted).stop == .none)
  }

  @Test func moreRecordsThanOneStepHolds() throws {
    let text = (0..<3000).map { $0 % 100 == 7 ? "bad\n" : "x,\($0)\n" }.joined()
    let result = try parse(text)
    #expect(result.tally.records == 3000 && result.tally.rejected == 30)
    #expect(result.rejects.map(\.reject.record) == (0..<30).map { $0 * 100 + 8 })
    #expect(result.rejects.map(\.reject.line) == (0..<30).map { $0 * 100 + 8 })
    let stopped = try parse(text, rowLimit: 2500)
    #expect(stopped.rows == 2500)
    #expect(stopped.tally.lines == stopped.tally.records)
    let end = text.utf8.enumerated().filter { $0.element == 10 }[stopped.tally.records - 1].offset + 1
    #expect(stopped.end == end)
  }

  @Test func holdsNothingOfThePieceBefore() throws {
    for kind in TableQuestion.allCases {
      var generator = SeededGenerator(seed: 5)
      let bytes = NastyTable.make(records: 20, rejects: 4, using: &generator)
      let survey = Survey(
        dialect: Dialect(), columns: ["a", "b", "c"].map { Array($0.utf8) }, sampledTypes: [.text, .text, .text],
        header: Array("a,b,c\n".utf8))
      let plan = try Plan.make(kind.question, survey)
      var used = PieceParser(plan: plan)
      var fresh = PieceParser(plan: plan)
      let piece = Piece.of(bytes, 0..<bytes.count, header: (length: 6, lines: 1))
      let first = used.parse(piece)
      let again = used.parse(piece)
      let other = fresh.parse(piece)
      #expect(first.encodePayload() == again.encodePayload(), "\(kind)")
      #expect(first.encodePayload() == other.encodePayload(), "\(kind)")
    }
  }
}
