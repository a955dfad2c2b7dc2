// The reader against a scripted aggregator: what it gives out, in which order, and what it does with requests.

import CSV
import Execution
import Query
import Testing
import Transport

@Suite struct ReaderStageTests {
  private func read(
    _ texts: [String], chunkSize: Int = 4, window: Int = 100, _ feedback: [Feedback]
  ) throws -> (CollectedPieces, ReaderFindings?) {
    var question = Question()
    question.chunkSize = chunkSize
    question.dialect.delimiter = UInt8(ascii: ",")
    let files = try texts.enumerated().map { try TestInput.file(Array($1.utf8), named: "\($0).csv") }
    var reader = try ReaderStage(files: files, question: question, window: window)
    var outlet = CollectedPieces()
    var meter = StageMeter()
    let findings = try? reader.run(to: &outlet, feedback: ScriptedFeedback(feedback), meter: &meter)
    return (outlet, findings)
  }

  private func text(_ piece: Piece, of texts: [String]) -> String {
    let bytes = Array(texts[Int(piece.work.input)].utf8)
    return String(decoding: bytes[Int(piece.work.first)..<Int(piece.work.end)], as: UTF8.self)
  }

  private func received(_ piece: (first: Int, end: Int), _ committed: Int, redo: RedoRequest? = nil) -> Feedback {
    .received(
      WorkName(input: 0, first: UInt64(piece.first), end: UInt64(piece.end), attempt: 0),
      committed: Boundary(input: 0, offset: committed), redo: redo)
  }

  @Test func givesOutEveryByteOnce() throws {
    let texts = ["a,b\n1,2\n3,4\n", "a,b\n5,6\n"]
    let (out, findings) = try read(texts, [.finished])
    #expect(out.pieces.allSatisfy { $0.content == .range })
    #expect(out.pieces.map { text($0, of: texts) } == ["a,b\n", "1,2\n", "3,4\n", "a,b\n", "5,6\n"])
    #expect(out.pieces.map(\.headerLength) == [4, 0, 0, 4, 0])
    #expect(out.pieces.map(\.headerLines) == [1, 0, 0, 1, 0])
    #expect(out.pieces.map(\.isLast) == [false, false, true, false, true])
    #expect(out.pieces.map { Int($0.work.input) } == [0, 0, 0, 1, 1])
    #expect(out.isFinished)
    #expect(findings?.sizes == [12, 8])
  }

  @Test func staysWithinItsWindow() throws {
    let lines = "a\n" + String(repeating: "1\n", count: 100)
    let (out, _) = try read([lines], chunkSize: 2, window: 5, [])
    #expect(out.pieces.count == 5)
    #expect(!out.isFinished)
    // A result that commits nothing makes no room.
    let (stuck, _) = try read([lines], chunkSize: 2, window: 5, [received((2, 4), 0)])
    #expect(stuck.pieces.count == 5)
    let (moved, _) = try read([lines], chunkSize: 2, window: 5, [received((0, 4), 6)])
    #expect(moved.pieces.count == 8)
    #expect(moved.acknowledged.count == 1)
  }

  @Test func readsARangeAgainUpToTheNextPiece() throws {
    let redo = RedoRequest(
      from: Boundary(input: 0, offset: 6, isSkipping: true), minimumEnd: 14, rowLimit: 3, rejectLimit: 2)
    let (out, _) = try read(
      ["a\n" + String(repeating: "123\n", count: 10)], chunkSize: 4, window: 4, [received((0, 6), 6, redo: redo)])
    let again = try #require(out.pieces.first { $0.work.attempt == 1 })
    #expect(again.start == redo.from)
    #expect(again.isSkipping)
    #expect(again.rowLimit == 3 && again.rejectLimit == 2)
    #expect(Int(again.work.end) == 14)
    #expect(again.length == 8)
    #expect(again.headerLength == 0)
    // What comes next goes on where the pieces had come to.
    let starts = out.pieces.filter { $0.work.attempt == 0 }.map { Int($0.work.first) }
    #expect(starts == starts.sorted() && Set(starts).count == starts.count)
  }

  @Test func aRangeBehindAllPiecesIsCutAnew() throws {
    let redo = RedoRequest(from: Boundary(input: 0, offset: 2), minimumEnd: 22)
    let (out, _) = try read(
      ["a\n" + String(repeating: "123\n", count: 10)], chunkSize: 4, window: 2,
      [received((0, 6), 2, redo: redo), .finished])
    #expect(out.pieces.map { Int($0.work.first) } == [0, 6, 2, 26])
    #expect(out.pieces.map { Int($0.work.end) } == [6, 10, 26, 30])
  }

  @Test func theFirstPieceIsReadAgainWithItsHeader() throws {
    let redo = RedoRequest(from: Boundary(input: 0, offset: 0), minimumEnd: 6, rowLimit: 1)
    let texts = ["a\n123\n4\n"]
    let (out, _) = try read(texts, chunkSize: 4, window: 8, [received((0, 6), 0, redo: redo), .finished])
    let again = try #require(out.pieces.last)
    #expect(again.work.attempt == 1 && again.headerLength == 2 && again.headerLines == 1)
    #expect(text(again, of: texts) == "a\n123\n")
  }

  @Test func endsWithoutFindingsWhenTheOthersAreGone() throws {
    let (out, findings) = try read(["a\n1\n"], [])
    #expect(findings == nil)
    #expect(!out.isFinished)
  }

  @Test func aRequestForAnInputThatIsNotOpenIsABrokenInvariant() throws {
    var question = Question()
    question.chunkSize = 4
    var reader = try ReaderStage(files: [try TestInput.file(Array("a\n1\n".utf8))], question: question, window: 3)
    var outlet = CollectedPieces()
    var meter = StageMeter()
    let redo = RedoRequest(from: Boundary(input: 7, offset: 0), minimumEnd: 4)
    var failure: RunFailure?
    do throws(StageError) {
      _ = try reader.run(to: &outlet, feedback: ScriptedFeedback([received((0, 4), 0, redo: redo)]), meter: &meter)
    } catch {
      if case .failure(let reason) = error { failure = reason }
    }
    #expect(failure?.kind == .books)
  }

  /// An input that cannot be read ends the run once all before it is committed, also if that is so before it is tried.
  @Test(arguments: [1, 2, 100]) func whatCannotBeReadEndsTheRunInItsTurn(window: Int) throws {
    var question = Question()
    question.chunkSize = 4
    let files = try ["a,b\n1,2\n", "b,a\n3,4\n"].map { try TestInput.file(Array($0.utf8)) }
    var reader = try ReaderStage(files: files, question: question, window: window)
    var outlet = CollectedPieces()
    var meter = StageMeter()
    let second = WorkName(input: 0, first: 4, end: 8, attempt: 0)
    let feedback: [Feedback] = [
      received((0, 4), 4), .received(second, committed: Boundary(input: 1, offset: 0), redo: nil),
    ]
    var failure: RunFailure?
    do throws(StageError) {
      _ = try reader.run(to: &outlet, feedback: ScriptedFeedback(feedback), meter: &meter)
    } catch {
      if case .failure(let reason) = error { failure = reason }
    }
    #expect(outlet.pieces.count == 2)
    #expect(failure?.kind == .data && failure?.message.contains("column 1 of the header is \"b\"") == true)
  }

  @Test func noInputIsRefused() {
    #expect(throws: RunFailure.self) { try ReaderStage(files: [], question: Question(), window: 3) }
    #expect(throws: RunFailure.self) { try SequentialReader(files: [], question: Question()) }
  }
}
