// What a parser keeps for the whole run: each committed piece once, whether it was added at once or had to wait, and
// nothing of what was never committed.

import CSV
import Query
import Testing
import Transport

@testable import Execution

@Suite struct StateKeeperTests {
  private let input = Array("a,1\nb,2\na,3\nc,4\na,5\n\"b\n\",6\nb,7\n".utf8)

  private func plan() throws -> Plan {
    var question = Question()
    question.groupBy = ["k"]
    question.aggregates = ["count, sum(v), max(v)"]
    let survey = Survey(
      dialect: Dialect(hasHeader: false), columns: ["k", "v"].bytes, sampledTypes: [.text, .integer])
    return try Plan.make(question, survey)
  }

  private func rows(_ states: [PartialState]) throws -> [String] {
    var tables: [GroupTable] = []
    for case .groups(let table) in states { tables.append(table) }
    let answer = GroupAnswer(tables)
    return try (0..<answer.count).map { row in
      try (0..<answer.columnCount).map { String(decoding: try answer.cell(row: row, column: $0).bytes, as: UTF8.self) }
        .joined(separator: " ")
    }
  }

  private func isWaiting(_ result: PieceResult) -> Bool? {
    if case .kept(let isWaiting) = result.partial { return isWaiting }
    return nil
  }

  private func commit(_ result: PieceResult, on board: CommitBoard, end: Int) {
    if isWaiting(result) == true { board.commit(result.work) }
    board.pass(Boundary(input: 0, offset: end), isRedone: false)
  }

  @Test func certainPiecesAreAddedAtOnce() throws {
    let board = CommitBoard(patience: 0)
    var parser = PieceParser(plan: try plan(), board: board)
    #expect(isWaiting(parser.parse(.of(input, 0..<8))) == false)
    #expect(isWaiting(parser.parse(.of(input, 8..<20))) == false)
    parser.close()
    // Nothing was committed, but it will be, or the run fails.
    #expect(try rows(board.take()) == ["a 3 9 5", "b 1 2 2", "c 1 4 4"])
  }

  @Test func aPieceWaitsWhileOthersAreAddedAtOnce() throws {
    let board = CommitBoard(patience: 0)
    var first = PieceParser(plan: try plan(), board: board)
    var second = PieceParser(plan: try plan(), board: board)
    // The second piece is read before anybody has looked at the first.
    let late = first.parse(.of(input, 8..<12))
    #expect(isWaiting(late) == true)
    let other = second.parse(.of(input, 0..<8))
    #expect(isWaiting(other) == false)
    commit(other, on: board, end: 8)
    commit(late, on: board, end: 12)
    // It is settled while the next piece, which is added at once, takes the place of what is kept.
    #expect(isWaiting(first.parse(.of(input, 12..<16))) == false)
    #expect(isWaiting(first.parse(.of(input, 16..<20))) == false)
    first.close()
    second.close()
    #expect(try rows(board.take()) == ["a 3 9 5", "b 1 2 2", "c 1 4 4"])
  }

  @Test func whatIsNeverCommittedIsDropped() throws {
    let board = CommitBoard(patience: 0)
    var parser = PieceParser(plan: try plan(), board: board)
    // A guess within quotes, then the truth, read again: both wait, one is committed.
    let wrong = parser.parse(.of(input, 23..<31))
    #expect(isWaiting(wrong) == true)
    let start = parser.parse(.of(input, 0..<23))
    #expect(isWaiting(start) == false && start.isOpen && start.end == 20)
    commit(start, on: board, end: 20)
    board.pass(Boundary(input: 0, offset: 20), isRedone: true)
    let right = parser.parse(.of(input, 20..<31, attempt: 1))
    #expect(isWaiting(right) == true)
    commit(right, on: board, end: 31)
    #expect(isWaiting(parser.parse(.of(input, 0..<4, attempt: 2))) == true)
    parser.close()
    #expect(try rows(board.take()) == ["a 3 9 5", "b 2 9 7", "b\n 1 6 6", "c 1 4 4"])
  }

  @Test func rowsAreNotKept() throws {
    var question = Question()
    question.select = ["k"]
    let survey = Survey(
      dialect: Dialect(hasHeader: false), columns: ["k", "v"].bytes, sampledTypes: [.text, .integer])
    let board = CommitBoard(patience: 0)
    var parser = PieceParser(plan: try Plan.make(question, survey), board: board)
    let result = parser.parse(.of(input, 0..<8))
    #expect(isWaiting(result) == nil && result.rows == 2)
    parser.close()
    #expect(board.take().isEmpty)
  }
}

extension [String] {
  fileprivate var bytes: [[UInt8]] { map { [UInt8]($0.utf8) } }
}
