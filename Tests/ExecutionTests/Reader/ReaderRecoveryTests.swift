// A reader that goes back, one that takes over, and pieces that went with their parser: what is given out then.

import CSV
import Execution
import Query
import Testing
import Transport

@Suite struct ReaderRecoveryTests {
  private static let texts = ["a,b\n1,\"2\n\n3\"\n444444444,5\r\n\r6,7\n", "a,b\n", "a,b\r\n8,9\n10,11"]

  private func question(_ chunkSize: Int) -> Question {
    var question = Question()
    question.chunkSize = chunkSize
    question.dialect.delimiter = UInt8(ascii: ",")
    return question
  }

  private func files() throws -> [InputFile] {
    try Self.texts.enumerated().map { try TestInput.file(Array($1.utf8), named: "\($0).csv") }
  }

  private func run(
    _ reader: ReaderStage, _ feedback: [Feedback], losing renewed: [WorkName] = []
  ) throws -> (CollectedPieces, RunFailure?) {
    var reader = reader
    var outlet = CollectedPieces()
    outlet.renewed = renewed
    var meter = StageMeter()
    var failure: RunFailure?
    do throws(StageError) {
      _ = try reader.run(to: &outlet, feedback: ScriptedFeedback(feedback), meter: &meter)
    } catch {
      if case .failure(let reason) = error { failure = reason }
    }
    return (outlet, failure)
  }

  private func read(
    chunkSize: Int = 4, window: Int = 100, _ feedback: [Feedback], losing renewed: [WorkName] = []
  ) throws -> CollectedPieces {
    let reader = try ReaderStage(files: try files(), question: question(chunkSize), window: window)
    return try run(reader, feedback, losing: renewed).0
  }

  private func resumed(
    at boundary: Boundary, generation: Int, chunkSize: Int, window: Int = 100, isFinished: Bool = false,
    redo: RedoRequest? = nil, _ feedback: [Feedback] = [.finished]
  ) throws -> (CollectedPieces, RunFailure?) {
    let files = try files()
    let first = try ReaderStage(files: files, question: question(chunkSize), window: window)
    let reader = try ReaderStage(
      files: files, question: question(chunkSize), window: window, survey: first.survey,
      at: .init(boundary: boundary, generation: generation, isFinished: isFinished, redo: redo))
    return try run(reader, feedback)
  }

  /// All that a parser hears of a piece but the attempt.
  private func facts(_ pieces: some Sequence<Piece>) -> [String] {
    pieces.map {
      "\($0.start) to \($0.work.end), \($0.isLast) \($0.endsLine) \($0.headerLength) \($0.headerLines) "
        + "\(String(describing: $0.rowLimit)) \(String(describing: $0.rejectLimit))"
    }
  }

  @Test(arguments: [1, 2, 3, 4, 7, 64])
  func whoTakesOverGivesOutWhatTheOtherWouldHave(chunkSize: Int) throws {
    let all = try read(chunkSize: chunkSize, [.finished]).pieces
    for (index, piece) in all.enumerated() {
      let (out, failure) = try resumed(at: piece.start, generation: 3, chunkSize: chunkSize)
      #expect(failure == nil && out.isFinished)
      #expect(facts(out.pieces) == facts(all[index...]))
      #expect(out.pieces.allSatisfy { $0.work.attempt == 3 << 16 })
      // So does one that goes back, but for the pieces that it has given out before.
      let back = try read(chunkSize: chunkSize, [.rewound(to: piece.start, generation: 2), .finished])
      #expect(facts(back.pieces) == facts(all + all[index...]))
      #expect(back.pieces.map(\.work.attempt).allSatisfy { $0 == 0 || $0 == 2 << 16 })
      #expect(back.forgotten == [all.count])
    }
  }

  /// Also from where no piece has ever begun: a record may have ended anywhere, or a rejected line may go on there.
  @Test(arguments: [1, 3, 64], [false, true])
  func everyByteBehindTheBoundaryIsGivenOut(chunkSize: Int, isSkipping: Bool) throws {
    for (input, text) in Self.texts.enumerated() {
      for offset in 4...text.utf8.count {
        let boundary = Boundary(input: input, offset: offset, isSkipping: isSkipping)
        for out in [
          try resumed(at: boundary, generation: 1, chunkSize: chunkSize).0.pieces[...],
          try read(chunkSize: chunkSize, [.rewound(to: boundary, generation: 1), .finished]).pieces
            .drop { $0.work.attempt == 0 },
        ] {
          let first = try #require(out.first)
          #expect(first.start == boundary && first.headerLength == 0)
          #expect(out.dropFirst().allSatisfy { !$0.isSkipping })
          var next = boundary
          for piece in out {
            #expect(piece.start == Boundary(input: next.input, offset: next.offset, isSkipping: piece.isSkipping))
            next = piece.isLast ? Boundary(input: next.input + 1, offset: 0) : piece.start
            if !piece.isLast { next.offset = Int(piece.work.end) }
          }
          #expect(next.input == Self.texts.count)
        }
      }
    }
  }

  @Test func behindTheLastInputNothingIsLeft() throws {
    let end = Boundary(input: Self.texts.count, offset: 0)
    #expect(try resumed(at: end, generation: 1, chunkSize: 3).0.pieces.isEmpty)
    let out = try read([.rewound(to: end, generation: 1), .finished])
    #expect(out.pieces.allSatisfy { $0.work.attempt == 0 } && out.isFinished)
    let (done, failure) = try resumed(
      at: Boundary(input: 1, offset: 0), generation: 1, chunkSize: 3, isFinished: true, [])
    #expect(done.pieces.isEmpty && done.isFinished && failure == nil)
  }

  /// What was asked for at the boundary comes first; what was asked for elsewhere does not matter any more.
  @Test func whoTakesOverGivesOutWhatWasAskedFor() throws {
    let boundary = Boundary(input: 0, offset: 4)
    let redo = RedoRequest(from: boundary, minimumEnd: 18, rejectLimit: 2)
    for out in [
      try resumed(at: boundary, generation: 2, chunkSize: 3, redo: redo).0.pieces[...],
      try read(chunkSize: 3, [.rewound(to: boundary, generation: 2, redo: redo), .finished]).pieces.drop {
        $0.work.attempt == 0
      },
    ] {
      let first = try #require(out.first)
      #expect(first.start == boundary && first.work.end >= 18 && first.rejectLimit == 2)
      #expect(out.dropFirst().first?.start.offset == Int(first.work.end))
      #expect(out.dropFirst().allSatisfy { $0.rejectLimit == nil })
    }
    let plain = try resumed(at: boundary, generation: 2, chunkSize: 3).0.pieces
    for other in [
      RedoRequest(from: Boundary(input: 0, offset: 3), minimumEnd: 18), RedoRequest(from: boundary, minimumEnd: 4),
    ] {
      #expect(try facts(resumed(at: boundary, generation: 2, chunkSize: 3, redo: other).0.pieces) == facts(plain))
    }
  }

  @Test func goingBackForgetsRequestsAndLosses() throws {
    let works = try read([.finished]).pieces.map(\.work)
    let redo = RedoRequest(from: Boundary(input: 0, offset: 4), minimumEnd: 12)
    let start = Boundary(input: 0, offset: 0)
    // No room for what is to be read again before the reader goes back.
    let out = try read(
      window: 2,
      [
        .rewound(to: start, generation: 1), .received(works[0], committed: start, redo: redo),
        .rewound(to: start, generation: 2), .lost(parser: 0), .finished,
      ], losing: Array(works[..<2]))
    #expect(out.pieces.map(\.work.attempt).filter { $0 > 2 << 16 }.isEmpty)
    #expect(out.pieces.suffix(2).map(\.work.attempt) == [2 << 16, 2 << 16])
  }

  @Test func piecesThatWentWithTheirParserAreGivenOutAgain() throws {
    let works = try read([.finished]).pieces.map(\.work)
    let committed = Boundary(input: 0, offset: Int(works[1].first))
    let out = try read(
      [
        .received(works[2], committed: Boundary(input: 0, offset: 0), redo: nil),
        .received(works[0], committed: committed, redo: nil), .lost(parser: 1), .finished,
      ], losing: Array(works[..<5]) + [WorkName(input: 9, first: 9, end: 9, attempt: 9)])
    // The first is committed, the third waits in the aggregator.
    let again = out.pieces.dropFirst(works.count)
    #expect(again.map(\.work.first).sorted() == [works[1], works[3], works[4]].map(\.first).sorted())
    #expect(again.map(\.work.attempt) == [1, 2, 3])
    for piece in again {
      let before = try #require(out.pieces.first { $0.start == piece.start })
      #expect(facts([piece]) == facts([before]))
    }
  }

  /// One long piece of short lines, which took too much memory: again and again halved, then taken apart by records.
  @Test(arguments: [Suspect.Kind.memory, .kernelMemory])
  func aPieceThatTookTooMuchMemoryIsHalved(kind: Suspect.Kind) throws {
    let text = "a,b\n" + String(repeating: "1,2\n", count: 10_000)
    let file = try TestInput.file(Array(text.utf8), named: "in.csv")
    var feedback: [Feedback] = []
    var renewals: [[WorkName]] = []
    var lengths: [Int] = []
    for _ in 0..<24 {
      var reader = try ReaderStage(files: [file], question: question(1 << 20), window: 10)
      var outlet = CollectedPieces()
      outlet.renewals = renewals
      var meter = StageMeter()
      _ = try reader.run(to: &outlet, feedback: ScriptedFeedback(feedback + [.finished]), meter: &meter)
      let worst = try #require(outlet.pieces.last { $0.work.first == 0 })
      lengths.append(worst.length)
      // Where it was halved, both halves are given out anew.
      if lengths.count > 1, worst.length < lengths[lengths.count - 2] {
        let rest = try #require(outlet.pieces.last)
        #expect(rest.work.first == worst.work.end && rest.work.end == renewals.last?.first?.end)
      }
      let isAgain = lengths.count > 1 && lengths[lengths.count - 2] == worst.length
      if worst.recordLimit != nil || kind == .kernelMemory && isAgain { break }
      feedback.append(.lost(parser: 0, suspects: [Suspect(work: worst.work, signal: 0, kind: kind)]))
      renewals.append([worst.work])
    }
    #expect(lengths[0] == text.utf8.count && lengths.count > 3)
    #expect(zip(lengths, lengths.dropFirst()).allSatisfy { $1 <= $0 && $1 > $0 * 2 / 5 }, "\(lengths)")
    #expect(try #require(lengths.last) < 16 << 10, "\(lengths)")
    // Who is killed because others take the memory is not to blame for its records.
    #expect(lengths.count < (kind == .memory ? 12 : 8), "\(lengths)")
  }

  @Test func aFirstPieceThatIsLostHasItsHeaderAgain() throws {
    let works = try read([.finished]).pieces.map(\.work)
    let out = try read([.lost(parser: 0), .finished], losing: [works[0]])
    #expect(out.pieces.last?.headerLength == 4 && out.pieces.last?.work.attempt == 1)
  }

  @Test func aLimitStaysWithAPieceThatIsLost() throws {
    let redo = RedoRequest(
      from: Boundary(input: 0, offset: 4, isSkipping: true), minimumEnd: 13, rowLimit: 3, rejectLimit: 2)
    let works = try read([.finished]).pieces.map(\.work)
    let request = Feedback.received(works[0], committed: redo.from, redo: redo)
    let once = try #require(try read([request, .finished]).pieces.first { $0.work.attempt == 1 })
    let out = try read([request, .lost(parser: 0), .lost(parser: 0), .finished], losing: [once.work])
    let again = out.pieces.filter { $0.start == redo.from }
    // Lost once: who says so again means a piece that nobody has any more.
    #expect(again.map(\.work.attempt) == [1, 2])
    #expect(facts([again[0]]) == facts([again[1]]) && again[1].rowLimit == 3 && again[1].rejectLimit == 2)
  }

  /// A piece of an earlier reader ends with an open record in an input that this one has not opened.
  @Test func aRangeOfAnInputThatIsStillToBeOpenedIsReadAgain() throws {
    let from = Boundary(input: 2, offset: 5)
    let old = WorkName(input: 2, first: 0, end: 9, attempt: 0)
    let (out, failure) = try resumed(
      at: Boundary(input: 0, offset: 4), generation: 1, chunkSize: 2, window: 2,
      [.received(old, committed: from, redo: RedoRequest(from: from, minimumEnd: 11)), .finished])
    #expect(failure == nil)
    let again = try #require(out.pieces.first { $0.start == from })
    #expect(Int(again.work.end) >= 11 && again.work.attempt == 1 << 16 + 1)
  }

  /// A piece of an earlier reader ends where none of this one begins.
  @Test func theGapBehindAPieceOfAnEarlierReaderIsFilled() throws {
    let all = try resumed(at: Boundary(input: 0, offset: 4), generation: 1, chunkSize: 4).0.pieces
    let gap = Boundary(input: 0, offset: Int(all[1].work.first) + 1)
    let old = WorkName(input: 0, first: 4, end: UInt64(gap.offset), attempt: 0)
    let (out, _) = try resumed(
      at: Boundary(input: 0, offset: 4), generation: 1, chunkSize: 4, [.received(old, committed: gap, redo: nil)])
    #expect(out.pieces.last?.start == gap)
    #expect(out.pieces.last?.work.end == all[2].work.first)
  }
}
