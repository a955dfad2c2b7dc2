// Pieces and results made by hand, for tests of what works on them. The memberwise initializers of messages belong to
// their module: only decoding makes messages outside it.

import CSV
import Query
import Transport

@testable import Execution

extension Piece {
  /// A piece of the bytes of a whole input.
  static func of(
    _ input: [UInt8], _ range: Range<Int>, isSkipping: Bool = false, header: (length: Int, lines: Int) = (0, 0),
    index: Int = 0, attempt: UInt32 = 0, rowLimit: Int? = nil, rejectLimit: Int? = nil, recordLimit: Int? = nil,
    poison: PoisonFact? = nil
  ) -> Piece {
    let isLast = range.upperBound == input.count
    let before = range.upperBound > 0 ? input[range.upperBound - 1] : 0
    let behind = isLast ? 0 : input[range.upperBound]
    let lineFeed = UInt8(ascii: "\n")
    let carriageReturn = UInt8(ascii: "\r")
    return Piece(
      work: WorkName(
        input: UInt32(index), first: UInt64(range.lowerBound), end: UInt64(range.upperBound), attempt: attempt),
      content: .bytes(Array(input[range])), isLast: isLast,
      endsLine: before == lineFeed || before == carriageReturn && behind != lineFeed,
      isSkipping: isSkipping, headerLength: header.length, headerLines: header.lines, rowLimit: rowLimit,
      rejectLimit: rejectLimit, recordLimit: recordLimit, poison: poison)
  }
}

extension Piece {
  /// The bytes that came with the piece.
  var bytes: [UInt8] {
    if case .bytes(let bytes) = content { return bytes }
    return []
  }
}

extension PieceParser {
  /// Parses a piece that has its bytes with it.
  mutating func parse(_ piece: Piece) -> PieceResult {
    let buffer = PieceBuffer()
    buffer.load(piece.bytes.span)
    return parse(piece, buffer)
  }
}

extension PieceResult {
  static func of(
    _ range: Range<Int>, input: Int = 0, end: Int? = nil, attempt: UInt32 = 0, isSkipping: Bool = false,
    endsSkipping: Bool = false, isOpen: Bool = false, isLast: Bool = false, stop: PieceResult.Stop = .none,
    rows: Int = 0, rejects: [PieceReject] = [], tally: Tally? = nil, continuation: [UInt8] = []
  ) -> PieceResult {
    var block = RowBlock()
    block.count = rows
    var counted = Tally()
    counted.records = rows + rejects.count
    counted.used = rows
    counted.rejected = rejects.count
    return PieceResult(
      work: WorkName(
        input: UInt32(input), first: UInt64(range.lowerBound), end: UInt64(range.upperBound), attempt: attempt),
      start: Boundary(input: input, offset: range.lowerBound, isSkipping: isSkipping), end: end ?? range.upperBound,
      endsSkipping: endsSkipping, isOpen: isOpen, isLast: isLast, stop: stop, tally: tally ?? counted, rows: rows,
      continuation: continuation, continuationLength: continuation.count, rejects: rejects, partial: .rows(block))
  }
}

extension PieceReject {
  static func at(
    _ byte: Int, record: Int = 1, line: Int = 1, length: Int = 0, raw: [UInt8] = [], input: Int = 0,
    kind: RejectKind = .columns
  ) -> PieceReject {
    let place = Reject.Place(input: input, record: record, line: line, byte: byte, length: length)
    return PieceReject(reject: Reject(kind, at: place, text: Array("text".utf8), reason: "why"), raw: raw)
  }
}

extension Cut {
  static func at(_ offset: Int, isLast: Bool = false, endsLine: Bool = true) -> Cut {
    Cut(offset: offset, isLast: isLast, endsLine: endsLine)
  }
}
