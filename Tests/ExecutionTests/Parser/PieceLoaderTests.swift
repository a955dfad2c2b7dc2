// The bytes of a piece in the buffer, from wherever they are, and what is missing of them.

import CSV
import Query
import Testing
import Transport

@testable import Execution

@Suite struct PieceLoaderTests {
  private func range(_ first: Int, _ end: Int, of input: UInt32 = 0) -> Piece {
    var piece = Piece.of(Array(repeating: 0, count: end), first..<end)
    piece.work.input = input
    piece.content = .range
    return piece
  }

  private func text(_ piece: Piece, _ inputs: [InputFile]) throws -> String {
    let buffer = PieceBuffer()
    try PieceLoader(inputs: inputs).load(piece, into: buffer)
    return String(decoding: copy(buffer.bytes), as: UTF8.self)
  }

  @Test func readsRangesOfEveryInput() throws {
    let second = ScratchFile(Array("0123456789".utf8))
    second.seek(to: 4)
    let inputs = [try TestInput.file(Array("abcdef".utf8)), try second.input()]
    #expect(try text(range(0, 6), inputs) == "abcdef")
    #expect(try text(range(2, 3), inputs) == "c")
    #expect(try text(range(6, 6), inputs) == "")
    // The input starts where the descriptor stood.
    #expect(try text(range(0, 2, of: 1), inputs) == "45")
    #expect(throws: RunFailure.self) { try text(range(0, 1, of: 2), inputs) }
  }

  @Test func copiesWhatCameAlong() throws {
    #expect(try text(.of(Array("abc".utf8), 1..<3), []) == "bc")
  }

  @Test func aFileThatHasLostBytesFailsThePieceInItsTurn() throws {
    let file = ScratchFile(Array("a\n1\n2\n3\n".utf8))
    let input = try file.input(named: "x.csv")
    file.truncate(to: 5)
    #expect(try text(range(0, 5), [input]) == "a\n1\n2")
    let failure = #expect(throws: RunFailure.self) { try text(range(4, 8), [input]) }
    #expect(failure?.kind == .transfer)
    #expect(failure?.message == "x.csv: became shorter during the run (byte 5 is missing)")

    let survey = Survey(dialect: Dialect(), columns: [Array("a".utf8)], sampledTypes: [.integer])
    let pieces = QueueLink<Piece>(capacity: 2)
    let results = QueueLink<PieceResult>(capacity: 3)
    try pieces.send(range(0, 4))
    try pieces.send(range(4, 8))
    pieces.finish()
    var meter = StageMeter()
    try ParserStage(plan: try Plan.make(Question(), survey), loader: PieceLoader(inputs: [input]))
      .run(from: QueuedPieceInlet(pieces), to: results, meter: &meter) { _ in }
    #expect(try results.receive()?.failure == nil)
    let result = try results.receive()
    #expect(result?.failure == failure)
    #expect(result?.work == range(4, 8).work)
    #expect(try results.receive() == nil)
  }
}
