// Every message between the stages survives its binary form, and no damaged form ends a stage.

import CSV
import Query
import Testing
import Transport

@testable import Execution

@Suite struct MessageCodingTests {
  // MARK: Pieces

  private let piece = Piece.of(
    Array("a,b\nx,1\ny,2\n".utf8), 4..<8, isSkipping: true, header: (3, 1), index: 2, attempt: 5, rowLimit: 7,
    rejectLimit: 0)

  private func decoded(_ piece: Piece) throws(LinkError) -> Piece {
    try Piece(frameKind: piece.frameKind, work: piece.work, payload: Array(piece.encodePayload().joined()))
  }

  @Test func pieces() throws {
    var range = piece
    range.content = .range
    let alone = Piece.of([1, 2, 3], 0..<3, recordLimit: 1, poison: PoisonFact(signal: 11))
    let line = Piece.of([1, 2, 3], 0..<3, poison: PoisonFact(signal: 64, endsAtLine: true))
    for original in [piece, range, .of([], 0..<0), .of([1, 2, 3], 0..<3), alone, line] {
      let copy = try decoded(original)
      #expect(copy.work == original.work)
      #expect(copy.content == (original.content == .range ? .range : .enclosed) && copy.length == original.length)
      #expect(copy.start == original.start)
      #expect(
        [copy.isLast, copy.endsLine, copy.isSkipping] == [original.isLast, original.endsLine, original.isSkipping])
      #expect([copy.headerLength, copy.headerLines] == [original.headerLength, original.headerLines])
      #expect(copy.rowLimit == original.rowLimit && copy.rejectLimit == original.rejectLimit)
      #expect(copy.recordLimit == original.recordLimit && copy.poison == original.poison)
    }
    #expect(piece.frameKind != Piece.endKind)
  }

  @Test func damagedPieces() {
    var alone = piece
    (alone.recordLimit, alone.poison) = (1, PoisonFact(signal: 7))
    for piece in [piece, alone] {
      HostileBytes.check(Array(piece.encodePayload().joined())) { (payload) throws(LinkError) in
        let copy = try Piece(frameKind: 1, work: piece.work, payload: payload)
        #expect(copy.recordLimit ?? 1 > 0 && (0...64).contains(copy.poison?.signal ?? 1))
      }
    }
  }

  @Test(arguments: [(0, nil), (-1, nil), (nil, -1), (1, 65), (nil, -11)] as [(Int?, Int32?)])
  func piecesOfNoRecordOrNoSignal(recordLimit: Int?, signal: Int32?) {
    var wrong = piece
    (wrong.recordLimit, wrong.poison) = (recordLimit, signal.map { PoisonFact(signal: $0) })
    #expect(throws: LinkError.self) { try decoded(wrong) }
  }

  @Test(arguments: [
    WorkName(input: 0, first: 5, end: 4, attempt: 0), WorkName(input: 0, first: .max - 4, end: .max, attempt: 0),
    WorkName(input: .max, first: 1 << 63, end: 1 << 63 + 4, attempt: 0),
    WorkName(input: 0, first: 0, end: 2, attempt: 0), WorkName(input: 0, first: 0, end: 1 << 40, attempt: 0),
  ])
  func piecesOfImpossibleWork(work: WorkName) {
    #expect(throws: LinkError.self) {
      try Piece(frameKind: 1, work: work, payload: Array(piece.encodePayload().joined()))
    }
    if work.end == 1 << 40 { return }
    let result = PieceResult.of(0..<4, end: 3)
    #expect(throws: LinkError.self) {
      try PieceResult(frameKind: 3, work: work, payload: Array(result.encodePayload().joined()))
    }
  }

  @Test func framesOfAnotherKind() {
    #expect(throws: LinkError.self) {
      try Piece(frameKind: 3, work: piece.work, payload: Array(piece.encodePayload().joined()))
    }
    let result = PieceResult.of(0..<4)
    #expect(throws: LinkError.self) {
      try PieceResult(frameKind: 1, work: result.work, payload: Array(result.encodePayload().joined()))
    }
    for kind in UInt8(0)..<8 {
      #expect(throws: LinkError.self) { try OutputBlock(frameKind: kind, work: .none, payload: []) }
    }
  }

  // MARK: Results

  private let result: PieceResult = {
    var tally = Tally()
    (tally.records, tally.used, tally.filtered, tally.rejected) = (9, 4, 3, 2)
    (tally.blankLines, tally.lines, tally.reread, tally.hash) = (1, 12, 5, .max)
    var reject = PieceReject.at(120, record: 2, line: 3, length: 4, raw: Array("bad\n".utf8), kind: .tooLong)
    reject.reject.column = [0xFF, 0]
    var other = PieceReject.at(150)
    (reject.reject.input, other.reject.input) = (3, 3)
    return .of(
      100..<200, input: 3, end: 180, attempt: 9, isSkipping: true, endsSkipping: true, isOpen: true, stop: .rejectLimit,
      rows: 4, rejects: [reject, other], tally: tally, continuation: Array("rest\n".utf8))
  }()

  @Test func results() throws {
    var unreadable = PieceResult.of(0..<7)
    unreadable.failure = RunFailure(.transfer, "what", remedy: "help")
    let counted = PieceResult.of(0..<9, end: 4, stop: .recordLimit, rows: 1)
    for original in [result, unreadable, .of(0..<0, isLast: true), counted] {
      let copy = try PieceResult(
        frameKind: original.frameKind, work: original.work, payload: Array(original.encodePayload().joined()))
      #expect(copy.work == original.work)
      #expect(copy.start == original.start && copy.end == original.end)
      #expect(copy.endBoundary == original.endBoundary)
      #expect(
        [copy.endsSkipping, copy.isOpen, copy.isLast] == [original.endsSkipping, original.isOpen, original.isLast])
      #expect(copy.stop == original.stop)
      #expect(copy.tally == original.tally)
      #expect(copy.rows == original.rows)
      #expect(copy.rejects == original.rejects)
      #expect(copy.failure == original.failure)
      #expect(copy.continuation == original.continuation)
      #expect(copy.continuationLength == original.continuationLength)
      #expect(copy.partial.encoded() == original.partial.encoded())
    }
  }

  @Test func damagedResults() {
    let payload = Array(result.encodePayload().joined())
    // The partial state is read later, against the plan; its own tests cut it.
    let length = result.encodePayload()[0].count
    HostileBytes.check(payload, refusesEveryCut: false) { (payload) throws(LinkError) in
      let copy = try PieceResult(frameKind: 3, work: result.work, payload: payload)
      var committer = Committer(inputCount: 4, chunkSize: 10, rowLimit: 20, rejectLimit: 20)
      committer.receive(copy)
      _ = committer.next()
      #expect(copy.tally.balances)
      #expect((100...200).contains(copy.end))
    }
    for cut in 0..<length {
      #expect(throws: LinkError.self) {
        try PieceResult(frameKind: 3, work: result.work, payload: Array(payload[..<cut]))
      }
    }
  }

  @Test func resultsThatContradictThemselves() {
    var unbalanced = result
    unbalanced.tally.records += 1
    var before = result
    before.end = 99
    var behind = result
    behind.end = 201
    var elsewhere = result
    elsewhere.rejects[0].reject.input = 99
    var endless = result
    endless.rejects[0].reject.line = .max
    var uncounted = result
    uncounted.rejects.removeLast()
    var continued = result
    continued.continuationLength = 81
    let standing = PieceResult.of(0..<9, end: 0, stop: .recordLimit, rows: 1)
    let empty = PieceResult.of(0..<9, end: 4, stop: .recordLimit)
    for wrong in [unbalanced, before, behind, elsewhere, endless, uncounted, continued, standing, empty] {
      #expect(throws: LinkError.self) {
        try PieceResult(frameKind: 3, work: wrong.work, payload: Array(wrong.encodePayload().joined()))
      }
    }
    // The reason to stop lies behind four flags and an offset.
    var unknown = Array(result.encodePayload().joined())
    #expect(unknown[12] == PieceResult.Stop.rejectLimit.rawValue)
    unknown[12] = 4
    #expect(throws: LinkError.self) { try PieceResult(frameKind: 3, work: result.work, payload: unknown) }
    let payload = Array(result.encodePayload().joined())
    for end in [UInt64(Int.max), 100 + Piece.maximumLength + 1] {
      #expect(throws: LinkError.self) {
        try PieceResult(frameKind: 3, work: WorkName(input: 3, first: 100, end: end, attempt: 9), payload: payload)
      }
    }
  }

  // MARK: Feedback

  private let feedback: [Feedback] = [
    .finished,
    .received(
      WorkName(input: 1, first: 2, end: 3, attempt: 4), committed: Boundary(input: 5, offset: 6, isSkipping: true),
      redo: nil),
    .received(
      WorkName(input: .max, first: .max, end: .max, attempt: .max), committed: Boundary(input: 0, offset: .max),
      redo: RedoRequest(
        from: Boundary(input: 1, offset: 7, isSkipping: true), minimumEnd: 99, rowLimit: 0, rejectLimit: 3)),
    .received(
      .none, committed: Boundary(input: 0, offset: 0),
      redo: RedoRequest(from: Boundary(input: 0, offset: 0), minimumEnd: 1)
    ),
    .lost(parser: 0),
    .lost(
      parser: .max, suspects: [Suspect(work: WorkName(input: 1, first: 2, end: .max, attempt: .max), signal: -11)]),
    .lost(
      parser: 1,
      suspects: [
        Suspect(work: .none, signal: 0, kind: .memory), Suspect(work: .none, signal: 0, kind: .kernelMemory),
      ]),
    .rewound(to: Boundary(input: 3, offset: .max, isSkipping: true), generation: 65_535),
    .rewound(to: Boundary(input: 0, offset: 0), generation: 0),
    .rewound(
      to: Boundary(input: 0, offset: 9), generation: 1,
      redo: RedoRequest(from: Boundary(input: 0, offset: 9), minimumEnd: .max, rowLimit: 0, rejectLimit: 7)),
  ]

  @Test func feedbackRoundTrip() throws {
    for original in feedback {
      var writer = ByteWriter()
      original.encode(into: &writer)
      var reader = ByteReader(writer.bytes)
      #expect(try Feedback(from: &reader) == original)
      #expect(reader.remaining == 0)
      HostileBytes.check(writer.bytes, reader: { (reader) throws(ByteCodingError) in try Feedback(from: &reader) })
    }
  }

  // MARK: Output

  @Test func outputBlocks() throws {
    for stream in [OutputBlock.Stream.result, .rejects, .reasons] {
      for bytes in [[], [0, 255, 10], Array(repeating: UInt8(7), count: 10_000)] {
        let block = OutputBlock(stream, bytes)
        #expect(block.frameKind != OutputBlock.endKind)
        let copy = try OutputBlock(
          frameKind: block.frameKind, work: block.work, payload: Array(block.encodePayload().joined()))
        #expect(copy == block)
      }
    }
  }

  @Test func messagesCrossAPipeInFrames() throws {
    let (sending, receiving) = try Carrier.pipe.makeEnds()
    let outlet = try PipeOutlet<PieceResult>(end: sending, nonce: 4711, frameLength: 13)
    let inlet = try PipeInlet<PieceResult>(end: receiving, nonce: 4711)
    try outlet.send(result)
    try outlet.send(.of(0..<0))
    outlet.finish()
    #expect(try inlet.receive()?.encodePayload().joined().elementsEqual(result.encodePayload().joined()) == true)
    #expect(try inlet.receive()?.work == PieceResult.of(0..<0).work)
    #expect(try inlet.receive() == nil)
  }

  // MARK: Counts and findings

  @Test func talliesAddUpAndBalance() throws {
    var sum = result.tally
    sum += result.tally
    #expect(sum.records == 18 && sum.used == 8 && sum.filtered == 6 && sum.rejected == 4)
    #expect(sum.blankLines == 2 && sum.lines == 24 && sum.reread == 10)
    #expect(sum.balances)
    sum.used += 1
    #expect(!sum.balances)
    var writer = ByteWriter()
    sum.encode(into: &writer)
    var reader = ByteReader(writer.bytes)
    #expect(try Tally(from: &reader) == sum)
    HostileBytes.check(
      writer.bytes, reader: { (reader) throws(ByteCodingError) in try Tally(from: &reader) },
      use: { tally in
        var sum = tally
        sum += tally
        _ = tally.balances
      })
  }

  @Test func aggregatorFindings() throws {
    var original = AggregatorFindings(committed: [1, 0, .max], tally: result.tally)
    (original.rows, original.isComplete, original.redonePieces, original.droppedResults) = (5, true, 6, 7)
    original.failure = RunFailure(.data, "what", remedy: "help", expression: "a +", offset: 3)
    for failure in [original.failure, nil] {
      original.failure = failure
      var writer = ByteWriter()
      original.encode(into: &writer)
      var reader = ByteReader(writer.bytes)
      #expect(try AggregatorFindings(from: &reader) == original)
      HostileBytes.check(
        writer.bytes, reader: { (reader) throws(ByteCodingError) in try AggregatorFindings(from: &reader) })
    }
  }

  @Test func boundariesAreOrderedByPlace() {
    #expect(Boundary(input: 0, offset: 9) < Boundary(input: 1, offset: 0))
    #expect(Boundary(input: 1, offset: 3) < Boundary(input: 1, offset: 4))
    #expect(!(Boundary(input: 1, offset: 4, isSkipping: true) < Boundary(input: 1, offset: 4)))
    #expect(Boundary(input: 1, offset: 4, isSkipping: true) != Boundary(input: 1, offset: 4))
  }
}
