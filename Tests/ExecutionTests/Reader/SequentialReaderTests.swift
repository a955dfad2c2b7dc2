// Pieces in order, each from where the last one truly ended.

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
    var reader = try SequentialReader(files: files, question: question)
    #expect(reader.survey.columns == [Array("a".utf8)])
    let first = try reader.piece(at: Boundary(input: 0, offset: 0), redo: nil)
    #expect(first.bytes == Array("a\n12".utf8))
    #expect(first.headerLength == 2 && first.headerLines == 1 && !first.isLast)
    let second = try reader.piece(
      at: Boundary(input: 0, offset: 2),
      redo: RedoRequest(from: Boundary(input: 0, offset: 2), minimumEnd: 6, rowLimit: 1))
    #expect(second.bytes == Array("12\n345".utf8))
    #expect(second.headerLength == 0 && second.rowLimit == 1 && second.work.attempt == 1)
    let rest = try reader.piece(at: Boundary(input: 0, offset: 6, isSkipping: true), redo: nil)
    #expect(rest.bytes == Array("45".utf8))
    #expect(rest.isSkipping)
    let last = try reader.piece(at: Boundary(input: 0, offset: 8), redo: nil)
    #expect(last.bytes == [10] && last.isLast)
    let next = try reader.piece(at: Boundary(input: 1, offset: 0), redo: nil)
    #expect(next.bytes == Array("a\n9".utf8) && next.isLast && next.headerLength == 2)
    #expect(try reader.findings().sizes == [9, 3])
  }
}
