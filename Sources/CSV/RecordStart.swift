// The way to the next record: over the rest of a rejected line and over blank lines. The same for every scanner, because
// neither knows fields or quotes.

/// What lies at the next place where a record can start.
enum RecordStart {
  /// A byte of a record.
  case record
  /// The end of the piece.
  case pieceEnd
  /// A CR that ends the piece and might be half a line end.
  case halfLineEnd

  /// Moves `position` over what is not a record.
  static func advance(_ position: inout ScanPosition, in piece: Span<UInt8>, facts: PieceFacts) -> RecordStart {
    if position.isSkipping {
      guard let lineEnd = LineEnd.first(in: piece, from: position.offset) else {
        position.offset = piece.count
        // The end of the input ends its last line.
        position.isSkipping = !facts.isLast
        return .pieceEnd
      }
      guard let length = LineEnd.length(at: lineEnd, in: piece, facts: facts) else {
        position.offset = lineEnd
        return .halfLineEnd
      }
      position.offset = lineEnd + length
      position.isSkipping = false
      position.line += 1
    }
    while position.offset < piece.count {
      guard LineEnd.isPart(piece[position.offset]) else { return .record }
      guard let length = LineEnd.length(at: position.offset, in: piece, facts: facts) else { return .halfLineEnd }
      position.offset += length
      position.line += 1
      position.blankLines += 1
    }
    return .pieceEnd
  }
}
