// Pieces in order, each from where the last one truly ended.

import CSV
import Execution
import Query
import Testing

@Suite struct SequentialReaderTests {
  @Test func piecesEndAtTheGridAndInputsFollowEachOther() throws {
    var question = Question()
    question.chunkSize = 4
    let files = [
      try TestInput.file(Array("a\n12\n345\n".utf8), named: "0.csv"),
      try TestInput.file(Array("a\n9".utf8), named: "1.csv"),
    ]
    let loader = PieceLoader(inputs: files)
    func text(_ piece: Piece) throws -> String {
      let buffer = PieceBuffer()
      try loader.load(piece, into: buffer)
      return String(decoding: (0..<buffer.count).map { buffer.bytes[$0] }, as: UTF8.self)
    }
    var reader = try SequentialReader(files: files, question: question)
    #expect(reader.survey.columns == [Array("a".utf8)])
    let first = try reader.piece(at: Boundary(input: 0, offset: 0), redo: nil)
    #expect(try text(first) == "a\n12")
    #expect(first.headerLength == 2 && first.headerLines == 1 && !first.isLast)
    let second = try reader.piece(
      at: Boundary(input: 0, offset: 2),
      redo: RedoRequest(from: Boundary(input: 0, offset: 2), minimumEnd: 6, rowLimit: 1))
    #expect(try text(second) == "12\n345")
    #expect(second.headerLength == 0 && second.rowLimit == 1 && second.work.attempt == 1)
    let rest = try reader.piece(at: Boundary(input: 0, offset: 6, isSkipping: true), redo: nil)
    #expect(try text(rest) == "45")
    #expect(rest.isSkipping)
    let last = try reader.piece(at: Boundary(input: 0, offset: 8), redo: nil)
    #expect(try text(last) == "\n" && last.isLast)
    let next = try reader.piece(at: Boundary(input: 1, offset: 0), redo: nil)
    #expect(try text(next) == "a\n9" && next.isLast && next.headerLength == 2)
    #expect(try reader.findings().sizes == [9, 3])
  }
}
