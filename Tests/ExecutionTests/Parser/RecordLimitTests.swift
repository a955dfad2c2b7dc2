// Pieces that end behind a number of records, and pieces whose first record is known to end parsers.

import CSV
import Query
import Testing

@testable import Execution

@Suite struct RecordLimitTests {
  private func plan(_ change: (inout Question) -> Void = { _ in }) throws -> Plan {
    var question = Question()
    question.errorPolicy = .quarantine
    question.select = ["a", "b"]
    question.types = ["b": .integer]
    change(&question)
    let survey = Survey(
      dialect: Dialect(hasHeader: false), columns: ["a", "b"].map { Array($0.utf8) }, sampledTypes: [.text, .integer])
    return try Plan.make(question, survey)
  }

  private func rows(_ result: PieceResult) -> String {
    guard case .rows(let block) = result.partial else { return "no rows" }
    return String(decoding: block.bytes, as: UTF8.self)
  }

  private func parse(
    _ text: String, _ range: Range<Int>? = nil, isSkipping: Bool = false, header: (length: Int, lines: Int) = (0, 0),
    rowLimit: Int? = nil, rejectLimit: Int? = nil, recordLimit: Int? = nil, poison: PoisonFact? = nil,
    plan: Plan? = nil
  ) throws -> PieceResult {
    var parser = PieceParser(plan: try plan ?? self.plan())
    let bytes = Array(text.utf8)
    return parser.parse(
      .of(
        bytes, range ?? 0..<bytes.count, isSkipping: isSkipping, header: header, rowLimit: rowLimit,
        rejectLimit: rejectLimit, recordLimit: recordLimit, poison: poison))
  }

  // MARK: The limit

  @Test(arguments: ScannerKind.allCases)
  func usedFilteredAndRejectedRecordsCount(scanner: ScannerKind) throws {
    let text = "\nx,1\n\"y\ny\",2\r\nbad\n\nz,3\n"
    let plan = try plan {
      $0.filter = "b != 1"
      $0.scanner = scanner
    }
    let ends = [5, 14, 18, 23]
    for limit in 1...4 {
      let result = try parse(text, recordLimit: limit, plan: plan)
      #expect(result.stop == .recordLimit)
      // Directly behind the record: blank lines belong to what follows.
      #expect(result.end == ends[limit - 1])
      #expect(!result.isOpen && !result.endsSkipping)
      #expect(result.tally.records == limit && result.tally.balances)
      #expect(result.tally.lines == [2, 4, 5, 7][limit - 1])
      #expect(result.tally.blankLines == (limit == 4 ? 2 : 1))
    }
    let all = try parse(text, recordLimit: 4, plan: plan)
    #expect((all.tally.used, all.tally.filtered, all.tally.rejected) == (2, 1, 1))
    #expect(rows(all) == "\"y\ny\",2\nz,3\n")
    #expect(try parse(text, recordLimit: 5, plan: plan).stop == .none)
  }

  @Test func thousandsOfRecordsCanBeWanted() throws {
    let text = (0..<3000).map { $0 % 100 == 7 ? "bad\n" : "x,1\n" }.joined()
    for limit in [1023, 1024, 1025, 2500] {
      let result = try parse(text, recordLimit: limit)
      #expect(result.stop == .recordLimit && result.end == 4 * limit)
      #expect(result.tally.records == limit && result.tally.lines == limit)
    }
  }

  @Test func aPieceWithoutARecordIsReadToItsEnd() throws {
    let blank = try parse("a,b\n\n\r\n", header: (4, 1), recordLimit: 1)
    #expect(blank.stop == .none && blank.end == 7 && blank.tally.blankLines == 2)
    let rest = try parse("rest\n\n", isSkipping: true, recordLimit: 1)
    #expect(rest.stop == .none && rest.end == 6 && rest.continuationLength == 5)
    let open = try parse("\n\"x\ny\",1\n", 0..<4, recordLimit: 1)
    #expect(open.stop == .none && open.isOpen && open.end == 1)
  }

  @Test func theRestOfARejectIsNoRecord() throws {
    let result = try parse("rest\n\nx,1\ny,2\n", isSkipping: true, recordLimit: 1)
    #expect(result.continuation == Array("rest\n".utf8))
    #expect(result.stop == .recordLimit && result.end == 10)
    #expect(rows(result) == "x,1\n")
  }

  @Test func aRejectMayGoOnBehindThePiece() throws {
    let result = try parse("\"x\"x goes on\n", 0..<6, recordLimit: 1)
    #expect(result.stop == .recordLimit && result.end == 6 && result.endsSkipping && !result.isOpen)
  }

  @Test func theLimitsOfTheRunComeFirst() throws {
    #expect(try parse("x,1\ny,2\n", rowLimit: 1, recordLimit: 1).stop == .rowLimit)
    #expect(try parse("x,1\ny,2\n", rowLimit: 2, recordLimit: 1).stop == .recordLimit)
    #expect(try parse("bad\ny,2\n", rejectLimit: 1, recordLimit: 1).stop == .rejectLimit)
    #expect(try parse("bad\ny,2\n", rejectLimit: 2, recordLimit: 1).stop == .recordLimit)
    // Only the rest of the reject before the piece is wanted.
    let rest = try parse("rest\nbad\n", isSkipping: true, rejectLimit: 0, recordLimit: 1, poison: .init(signal: 11))
    #expect(rest.stop == .rejectLimit && rest.end == 5 && rest.tally.records == 0)
  }

  // MARK: Poison

  @Test func thePoisonedRecordIsARejectAndEndsThePiece() throws {
    let text = "x,1\n\n\"y\r\n\"\"y\",2\r\n\nz,3\n"
    let result = try parse(text, 4..<text.utf8.count, poison: .init(signal: 11))
    let place = Reject.Place(input: 0, record: 1, line: 2, byte: 5, length: 12)
    #expect(
      result.rejects == [
        PieceReject(
          reject: .poison(signal: 11, name: "SIGSEGV", text: Array("\"y\r\n\"\"y\",2".utf8), at: place),
          raw: Array("\"y\r\n\"\"y\",2\r\n".utf8))
      ])
    #expect(result.stop == .recordLimit && result.end == 17)
    #expect(!result.isOpen && !result.endsSkipping && rows(result).isEmpty)
    #expect(result.tally.records == 1 && result.tally.rejected == 1 && result.tally.used == 0)
    #expect(result.tally.lines == 3 && result.tally.blankLines == 1 && result.tally.reread == 0)
  }

  @Test(arguments: [
    ("bad\n", 4), ("\"a\"b\nx", 5), ("\"a\nb", 3), ("x,1", 3), ("\"a\"b", 4), (",,,\r\n", 5), ("\0\n", 2),
  ])
  func whateverTheRecordWouldHaveBeen(text: String, length: Int) throws {
    for scanner in ScannerKind.allCases {
      let result = try parse(text, poison: .init(signal: 6), plan: try plan { $0.scanner = scanner })
      #expect(result.rejects.map(\.reject.kind) == [.poison])
      #expect(result.rejects.map(\.reject.length) == [length] && result.end == length)
      #expect(!result.endsSkipping && result.stop == .recordLimit)
    }
  }

  @Test func anOpenRecordIsNotRejectedYet() throws {
    let result = try parse("\"x\ny\",1\n", 0..<4, poison: .init(signal: 11))
    #expect(result.isOpen && result.end == 0 && result.stop == .none && result.rejects.isEmpty)
  }

  @Test func theFirstLineIsEnoughWhereTheScannerItselfIsSuspected() throws {
    let poison = PoisonFact(signal: 11, endsAtLine: true)
    let result = try parse("\"y\r\nz\",2\nx,1\n", poison: poison)
    #expect(result.rejects.map(\.reject.length) == [4] && result.end == 4 && result.tally.lines == 1)
    #expect(result.rejects.map(\.reject.kind) == [.poison])
    // Of a line that goes on behind the piece the rest follows.
    let long = try parse("\"yyyy\",1\n", 0..<4, poison: poison)
    #expect(long.endsSkipping && long.end == 4 && long.stop == .recordLimit && !long.isOpen)
  }

  @Test func aRunThatIsToFailEndsAtThePoison() throws {
    let plan = try plan { $0.errorPolicy = .fail }
    let result = try parse("x,1\ny,2\n", poison: .init(signal: 7), plan: plan)
    #expect(result.stop == .rejectLimit && result.end == 4)
    #expect(result.rejects.map(\.raw) == [[]])
  }

  @Test func thePieceBehindIsReadByThePlan() throws {
    for scanner in ScannerKind.allCases {
      var parser = PieceParser(plan: try plan { $0.scanner = scanner })
      let bytes = Array("\"x\"\"\",1\ny,2\n".utf8)
      for _ in 0..<2 {
        #expect(parser.parse(.of(bytes, 0..<bytes.count, poison: .init(signal: 11))).tally.rejected == 1)
        #expect(parser.parse(.of(bytes, 0..<bytes.count, poison: .init(signal: 11, endsAtLine: true))).end == 8)
        let whole = parser.parse(.of(bytes, 0..<bytes.count))
        #expect(whole.rows == 2 && whole.stop == .none && whole.tally.rejected == 0)
      }
    }
  }
}
