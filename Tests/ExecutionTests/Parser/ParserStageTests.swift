// The stage around the parser: pieces that are read in blocks give what they give when they are read whole.

import CSV
import Query
import TestTiers
import Testing
import Transport

@testable import Execution

@Suite struct ParserStageTests {
  /// Parses pieces that are ranges of a file.
  private func parse(_ pieces: [Piece], of input: InputFile, _ plan: Plan, blockSize: Int) throws -> [PieceResult] {
    let queue = QueueLink<Piece>(capacity: pieces.count)
    for var piece in pieces {
      piece.content = .range
      try queue.send(piece)
    }
    queue.finish()
    let results = QueueLink<PieceResult>(capacity: pieces.count)
    var meter = StageMeter()
    var began: [WorkName] = []
    try ParserStage(plan: plan, loader: PieceLoader(inputs: [input]), blockSize: blockSize)
      .run(from: QueuedPieceInlet(queue), to: results, meter: &meter) { began.append($0) }
    #expect(began == pieces.map(\.work))
    var all: [PieceResult] = []
    while var result = try results.receive() {
      // How many records were read twice is a figure about the work.
      result.tally.reread = 0
      // Nobody sees the text of a reject that goes on in another block, unless rejects are kept.
      if plan.question.errorPolicy != .quarantine {
        for index in result.rejects.indices { result.rejects[index].reject.text = [] }
      }
      all.append(result)
    }
    return all
  }

  @Test(arguments: TestTier.thin(TableQuestion.allCases, by: 2))
  func blocksGiveTheResultOfTheWhole(kind: TableQuestion) throws {
    for seed in UInt64(0)..<TestTier.amount(6, short: 3) {
      var generator = SeededGenerator(seed: seed &+ 99)
      let bytes = NastyTable.make(records: 30, rejects: [nil, 4, 12][Int(seed) % 3], using: &generator)
      let input = try TestInput.file(bytes)
      let survey = Survey(
        dialect: Dialect(), columns: ["a", "b", "c"].map { Array($0.utf8) }, sampledTypes: [.text, .text, .text],
        header: Array("a,b,c\n".utf8))
      let plan = try Plan.make(kind.question, survey)
      // The whole, and pieces from anywhere to anywhere, also within a reject.
      var pieces = [Piece.of(bytes, 0..<bytes.count, header: (length: 6, lines: 1))]
      for _ in 0..<6 {
        let first = Int.random(in: 6..<bytes.count, using: &generator)
        let end = Int.random(in: first...bytes.count, using: &generator)
        pieces.append(.of(bytes, first..<end, isSkipping: generator.oneIn(3)))
        // Bounds as the aggregator gives them: rows where reading ends at a limit, no rejects behind the failing one.
        let isSkipping = generator.oneIn(2)
        pieces.append(
          .of(
            bytes, first..<end, isSkipping: isSkipping,
            rowLimit: plan.question.limit != nil && generator.oneIn(2) ? 2 : nil,
            rejectLimit: Int.random(in: isSkipping ? 0...2 : 1...2, using: &generator)))
      }
      let want = try parse(pieces, of: input, plan, blockSize: 1 << 20)
      for blockSize in [1, 2, 3, 7, 20, 64, 500] {
        let got = try parse(pieces, of: input, plan, blockSize: blockSize)
        for (piece, (got, want)) in zip(pieces, zip(got, want)) {
          // A reject that the run fails at and that goes on is read to its end by a piece of its own.
          if got.stop == .rejectLimit, got.endsSkipping { continue }
          let isSame = try sameAnswer(got, want, plan)
          #expect(
            isSame,
            """
            seed \(seed), block \(blockSize), \(piece.work), skipping \(piece.isSkipping): \(summary(got)), \
            want \(summary(want)), of \(bytes[Int(piece.work.first)..<Int(piece.work.end)].shown)
            """)
          if !isSame { return }
        }
      }
    }
  }

  /// Whether both results say the same; groups come in the order in which they were met, which blocks may change.
  private func sameAnswer(_ got: PieceResult, _ want: PieceResult, _ plan: Plan) throws -> Bool {
    var payloads: [[[UInt8]]] = []
    for result in [got, want] {
      var answer = Answer(plan: plan)
      let rows = try answer.merge(result.partial)
      var rest = result
      rest.partial = .rows(RowBlock())
      try answer.prepare(in: .serial)
      payloads.append([rest.encodePayload()[0], rows])
      while let bytes = try answer.next(in: .serial) { payloads[payloads.count - 1].append(bytes) }
    }
    return payloads[0] == payloads[1]
  }

  private func summary(_ result: PieceResult) -> String {
    var text = "end \(result.end) open \(result.isOpen) skipping \(result.endsSkipping) stop \(result.stop)"
    text += " \(result.tally) rows \(result.rows) continuation \(result.continuationLength)"
    text += " rejects \(result.rejects.map { [$0.reject.byte, $0.reject.line, $0.reject.length] })"
    return text
  }

  @Test func aBlockThatIsGoneFailsThePieceAlone() throws {
    let file = ScratchFile(Array(("a\n" + String(repeating: "1\n", count: 1000)).utf8))
    let input = try file.input(named: "x.csv")
    file.truncate(to: 1200)
    let survey = Survey(dialect: Dialect(), columns: [Array("a".utf8)], sampledTypes: [.integer])
    let bytes = [UInt8](repeating: 10, count: 2002)
    let results = try parse(
      [.of(bytes, 2..<2002), .of(bytes, 2..<1002)], of: input, try Plan.make(Question(), survey), blockSize: 64)
    #expect(results[0].failure?.message == "x.csv: became shorter during the run (byte 1200 is missing)")
    #expect(results[0].tally == Tally())
    #expect(results[1].failure == nil && results[1].tally.records == 500)
  }

  /// Where records are counted out, a block is short at first and as long as the record needs.
  @Test func countedRecordsGiveWhatTheyGiveInTheWholePiece() throws {
    let lengths = [10, 5000, 1, 9000, 40_000, 300, 2]
    let text = lengths.map { "\"" + String(repeating: "x", count: $0) + "\n\",1,2\n\n" }.joined()
    let bytes = Array(text.utf8)
    let survey = Survey(
      dialect: Dialect(), columns: ["a", "b", "c"].map { Array($0.utf8) }, sampledTypes: [.text, .text, .text],
      header: Array("a,b,c\n".utf8))
    let plan = try Plan.make(TableQuestion.quarantined.question, survey)
    var pieces = (1...8).map { Piece.of(bytes, 0..<bytes.count, recordLimit: $0) }
    pieces.append(.of(bytes, 18..<bytes.count, poison: PoisonFact(signal: 11)))
    pieces.append(.of(bytes, 18..<bytes.count, poison: PoisonFact(signal: 11, endsAtLine: true)))
    let results = try parse(pieces, of: try TestInput.file(bytes), plan, blockSize: 1 << 20)
    var parser = PieceParser(plan: plan)
    for (piece, result) in zip(pieces, results) where !result.endsSkipping {
      #expect(try ResultContent(result, plan: plan) == ResultContent(parser.parse(piece), plan: plan))
    }
    #expect(results.prefix(8).map(\.tally.records) == [1, 2, 3, 4, 5, 6, 7, 7])
    #expect(results.suffix(2).map { $0.rejects.count } == [1, 1])
    // A line that is longer than the first block goes on behind it: its rest is asked for.
    #expect(results.map(\.endsSkipping) == Array(repeating: false, count: 9) + [true])
  }
}
