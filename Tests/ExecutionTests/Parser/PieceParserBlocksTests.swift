// Pieces that are read in blocks, and by columns: the same results as whole pieces read row by row, wherever the blocks end.

import CSV
import Query
import TestTiers
import Testing

@testable import Execution

@Suite struct PieceParserBlocksTests {
  private static let header = Array("a,b,c\n".utf8)

  private func plan(_ kind: TableQuestion, _ change: (inout Question) -> Void = { _ in }) throws -> Plan {
    var question = kind.question
    change(&question)
    let survey = Survey(
      dialect: Dialect(nullTexts: question.dialect.nullTexts.map { [UInt8]($0.utf8) }),
      columns: ["a", "b", "c"].map { [UInt8]($0.utf8) }, sampledTypes: [.text, .decimal, .text], header: Self.header)
    return try Plan.make(question, survey)
  }

  /// Reads a piece in blocks of this many bytes; one that does not get on is made longer.
  private func parse(_ piece: Piece, blocks size: Int, plan: Plan) throws -> PieceResult {
    var parser = PieceParser(plan: plan)
    parser.begin(piece)
    let buffer = PieceBuffer()
    var offset = 0
    var length = size
    while true {
      let end = min(piece.length, offset + length)
      buffer.load(Array(piece.bytes[offset..<end]).span)
      guard let next = parser.read(buffer, from: offset) else { break }
      if end == piece.length {
        try #require(next == end, "asked for more than the piece")
        break
      }
      try #require(next >= offset && next <= end, "goes on at \(next) behind \(offset)..<\(end)")
      length = next == offset ? 2 * length : size
      offset = next
    }
    return parser.finish()
  }

  private func whole(_ piece: Piece, plan: Plan) -> PieceResult {
    var parser = PieceParser(plan: plan)
    return parser.parse(piece)
  }

  /// The header of a nasty table, with whatever line end it has.
  private func headerLength(_ bytes: [UInt8]) -> Int { bytes[5] == 0x0D && bytes[6] == 0x0A ? 7 : 6 }

  private func check(_ piece: Piece, _ plan: Plan, sizes: [Int], _ note: String) throws {
    let want = try ResultContent(whole(piece, plan: plan), plan: plan)
    for size in sizes {
      var got = try ResultContent(try parse(piece, blocks: size, plan: plan), plan: plan)
      if [.rejectLimit, .recordLimit].contains(want.stop), want.endsSkipping || got.endsSkipping {
        // The reject that is the last wanted ends where the block does; its rest is asked for.
        #expect(got.stop == want.stop && got.end <= want.end && got.rejects.count == want.rejects.count)
        #expect(got.tally.rejected == want.tally.rejected)
        got = want
      }
      let isSame = got == want
      try #require(isSame, "\(note), blocks of \(size): \(piece.bytes.shown)\ngot \(got)\nwant \(want)")
    }
  }

  @Test(arguments: TestTier.thin(TableQuestion.allCases, by: 2))
  func blocksGiveTheWholePiece(kind: TableQuestion) throws {
    let plan = try plan(kind)
    for seed in UInt64(0)..<TestTier.amount(14, short: 6) {
      var generator = SeededGenerator(seed: seed &* 31 &+ UInt64(kind.rawValue.utf8.count))
      let bytes = NastyTable.make(
        records: Int.random(in: 1..<30, using: &generator), rejects: [nil, 3, 10][Int(seed) % 3], using: &generator)
      let start = headerLength(bytes)
      // The whole input, a part with an end that may be anywhere, and one that starts within a reject.
      let cut = Int.random(in: start...bytes.count, using: &generator)
      let from = Int.random(in: start...cut, using: &generator)
      let pieces = [
        Piece.of(bytes, 0..<bytes.count, header: (start, 1)), Piece.of(bytes, 0..<cut, header: (start, 1)),
        Piece.of(bytes, from..<cut, isSkipping: true), Piece.of(bytes, from..<bytes.count, isSkipping: seed % 2 == 0),
      ]
      for (number, piece) in pieces.enumerated() {
        let sizes = [1, 2, 3, 5, 8, 13, 31, 64, 100].filter { $0 < 9 || generator.oneIn(2) }
        try check(piece, plan, sizes: sizes, "\(kind), seed \(seed), piece \(number)")
      }
    }
  }

  @Test(arguments: [TableQuestion.rows, .quarantined, .groups, .failing])
  func limitsHoldAcrossBlocks(kind: TableQuestion) throws {
    let plan = try plan(kind)
    for seed in UInt64(0)..<TestTier.amount(10, short: 4) {
      var generator = SeededGenerator(seed: seed &+ 100)
      let bytes = NastyTable.make(records: 25, rejects: 4, using: &generator)
      for limit in [0, 1, 2, 6] {
        let start = headerLength(bytes)
        let rowLimited = Piece.of(bytes, 0..<bytes.count, header: (start, 1), rowLimit: limit + 1)
        let rejectLimited = Piece.of(bytes, 0..<bytes.count, header: (start, 1), rejectLimit: limit + 1)
        let rest = Piece.of(bytes, start + 9..<bytes.count, isSkipping: true, rejectLimit: limit)
        let counted = Piece.of(bytes, 0..<bytes.count, header: (start, 1), recordLimit: limit + 1)
        let poisoned = Piece.of(bytes, start..<bytes.count, poison: PoisonFact(signal: 11, endsAtLine: limit > 0))
        // Only rows that pass through are limited.
        for piece in [rejectLimited, rest, counted, poisoned] + (kind == .rows || kind == .failing ? [rowLimited] : [])
        {
          try check(piece, plan, sizes: [1, 4, 17, 50], "\(kind), seed \(seed), limit \(limit)")
        }
      }
    }
  }

  /// Several runs of the tape and several blocks, with exceptions and odd records between them.
  private func longTable(_ rows: Int, seed: UInt64) -> [UInt8] {
    var generator = SeededGenerator(seed: seed)
    var text = ""
    for number in 0..<rows {
      switch Int.random(in: 0..<400, using: &generator) {
      case 0: text += "x,1e3,exception\n"
      case 1: text += "\"quoted, \"\"\(number)\"\"\",2.5,\"two\nlines\"\r\n"
      case 2: text += "too,few\n"
      case 3: text += "\n\n"
      case 4: text += "\"bare\"quote,1,\n"
      case 5: text += "k,N/A,not a number\n"
      case 6: text += "NA,-999,a null text that is long\n"
      case 7: text += "k,12345678901234567890,too many digits\n"
      default: text += "key \(number % 700),\(number % 1000 - 500).\(number % 10),\(number % 3 == 0 ? "" : "text")\n"
      }
    }
    return Array(text.utf8)
  }

  @Test(arguments: TestTier.thin(TableQuestion.allCases, by: 2))
  func columnsGiveWhatRowsGive(kind: TableQuestion) throws {
    var generator = SeededGenerator(seed: 9)
    var tables = [longTable(5000, seed: 3)]
    for _ in 0..<TestTier.amount(12, short: 5) {
      tables.append(
        NastyTable.make(records: 40, rejects: [nil, 4, 15].randomElement(using: &generator)!, using: &generator))
    }
    for nulls in [[], ["NA", "-999", "a null text that is long"]] {
      for (number, bytes) in tables.enumerated() {
        let piece = Piece.of(bytes, 0..<bytes.count)
        var plans: [Plan] = []
        for scanner in ScannerKind.allCases {
          plans.append(
            try plan(kind) {
              $0.scanner = scanner
              $0.dialect.nullTexts = nulls
            })
        }
        let want = try ResultContent(whole(piece, plan: plans[1]), plan: plans[1])
        for plan in plans {
          let got = try ResultContent(whole(piece, plan: plan), plan: plan)
          let isSame = got == want
          #expect(isSame, "\(kind), \(plan.question.scanner), table \(number), nulls \(nulls)")
          if !isSame { return }
        }
      }
    }
  }

  @Test(arguments: [TableQuestion.groups, .groupsByDerived, .profile, .shortRecords])
  func largePiecesInBlocksGiveTheWhole(kind: TableQuestion) throws {
    let bytes = longTable(4000, seed: 4)
    let piece = Piece.of(bytes, 0..<bytes.count)
    try check(piece, try plan(kind), sizes: [1000, 16 << 10, 65_000], "\(kind)")
  }
}
