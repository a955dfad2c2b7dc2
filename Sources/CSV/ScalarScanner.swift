// The plain obvious scanner: one byte after the other, no tricks. It defines what records and fields are; every other
// scanner is compared with it for ever, and asks it about records that it cannot decide.
//
// Before you change it: what it finds must not depend on where pieces are cut. So nothing is decided by "the piece ends
// here"; only the end of the input, a byte that is there, or the record limit decides. The rest is `open`.

/// Cuts a piece into records by the rules of the dialect, byte by byte.
package struct ScalarScanner: FieldScanner {
  private let delimiter: UInt8
  private let quote: UInt8?

  package init(dialect: Dialect) {
    delimiter = dialect.delimiter
    quote = dialect.quote
  }

  /// Always 0: nobody is asked behind this scanner.
  package var rereadRecords: Int { 0 }

  package mutating func scan(
    _ piece: Span<UInt8>, facts: PieceFacts, limit: Int, position: inout ScanPosition, into index: inout RecordIndex
  ) -> ScanOutcome {
    index.removeAll()
    while index.records.count < limit {
      switch RecordStart.advance(&position, in: piece, facts: facts) {
      case .pieceEnd: return .done
      case .halfLineEnd: return .open
      case .record: break
      }
      guard readRecord(piece, facts: facts, position: &position, into: &index) else { return .open }
    }
    return position.offset == piece.count ? .done : .more
  }

  /// Reads the record (or reject) that starts at `position`, which is no line end, and moves behind it.
  ///
  /// - Returns: false where it does not end within the piece; position and index are then as before.
  func readRecord(
    _ piece: Span<UInt8>, facts: PieceFacts, position: inout ScanPosition, into index: inout RecordIndex
  ) -> Bool {
    let start = position.offset
    let ending = readFields(piece, facts: facts, from: start, into: &index)
    let firstField = ending.firstField
    switch ending.kind {
    case .complete(let end):
      let fieldCount = index.fields.count - firstField
      index.records.append(
        .init(start: start, end: end, line: position.line, firstField: firstField, fieldCount: fieldCount))
      // A record that ends with the input has no line end of its own.
      let hasLineEnd = LineEnd.isPart(piece[end - 1])
      position.line += ending.innerLines + (hasLineEnd ? 1 : 0)
      position.offset = end
      return true
    case .open:
      ending.forget(in: &index)
      return false
    case .defect(let defect, let from):
      ending.forget(in: &index)
      let passedLines = defect == .quote ? ending.innerLines : 0
      let line = position.line
      Self.endReject(from: from, passedLines: passedLines, in: piece, facts: facts, position: &position)
      index.records.append(
        .init(start: start, end: position.offset, line: line, firstField: firstField, fieldCount: 0, defect: defect))
      return true
    }
  }

  /// Moves `position` behind the physical line that holds the byte at `offset`.
  static func endReject(
    from offset: Int, passedLines: Int, in piece: Span<UInt8>, facts: PieceFacts, position: inout ScanPosition
  ) {
    position.line += passedLines
    guard let lineEnd = LineEnd.first(in: piece, from: offset) else {
      position.offset = piece.count
      position.isSkipping = !facts.isLast
      return
    }
    guard let length = LineEnd.length(at: lineEnd, in: piece, facts: facts) else {
      position.offset = lineEnd
      position.isSkipping = true
      return
    }
    position.offset = lineEnd + length
    position.line += 1
  }

  /// How the reading of one record's fields ended.
  private struct Ending {
    enum Kind {
      /// The record ends here; the offset is behind its line end.
      case complete(end: Int)
      /// The piece ends first.
      case open
      /// A reject; the physical line that holds the byte at `from` is its last.
      case defect(RecordIndex.Defect, from: Int)
    }

    var kind = Kind.open
    let firstField: Int
    let arenaCount: Int
    /// Line ends within quotes.
    var innerLines = 0

    init(index: borrowing RecordIndex) {
      firstField = index.fields.count
      arenaCount = index.arena.count
    }

    /// Takes the fields found so far out of the index.
    func forget(in index: inout RecordIndex) {
      index.fields.removeLast(index.fields.count - firstField)
      index.arena.removeLast(index.arena.count - arenaCount)
    }
  }

  private func readFields(
    _ piece: Span<UInt8>, facts: PieceFacts, from start: Int, into index: inout RecordIndex
  ) -> Ending {
    var ending = Ending(index: index)
    // The content of a record is looked for in start..<stop and nowhere else.
    let isLimited = piece.count - start >= facts.maxRecord
    let stop = isLimited ? start + facts.maxRecord : piece.count
    var at = start
    while true {
      if at < stop, piece[at] == quote {
        guard let close = readQuoted(piece, at + 1..<stop, innerLines: &ending.innerLines, into: &index) else {
          if isLimited || facts.isLast { ending.kind = .defect(.unterminated, from: start) }
          return ending
        }
        at = close + 1
        if at < stop, piece[at] != delimiter, !LineEnd.isPart(piece[at]) {
          ending.kind = .defect(.quote, from: at)
          return ending
        }
      } else {
        let fieldStart = at
        while at < stop {
          let byte = piece[at]
          if byte == delimiter || LineEnd.isPart(byte) { break }
          at += 1
        }
        index.fields.append(.init(offset: fieldStart, count: at - fieldStart, isInArena: false))
      }
      guard at < stop, !LineEnd.isPart(piece[at]) else { break }
      at += 1
    }
    if at < piece.count {
      if !LineEnd.isPart(piece[at]) {
        ending.kind = .defect(.tooLong, from: start)
      } else if let length = LineEnd.length(at: at, in: piece, facts: facts) {
        ending.kind = .complete(end: at + length)
      }
    } else if facts.isLast {
      ending.kind = .complete(end: at)
    }
    return ending
  }

  /// Reads quoted text and adds its field to the index.
  ///
  /// - Parameter range: from behind the opening quote to where looking must stop.
  /// - Returns: the offset of the closing quote, or nil where there is none.
  private func readQuoted(
    _ piece: Span<UInt8>, _ range: Range<Int>, innerLines: inout Int, into index: inout RecordIndex
  ) -> Int? {
    let arenaStart = index.arena.count
    var segmentStart = range.lowerBound
    var at = range.lowerBound
    while true {
      while at < range.upperBound {
        let byte = piece[at]
        if byte == quote { break }
        if byte == LineEnd.carriageReturn || byte == LineEnd.lineFeed && piece[at - 1] != LineEnd.carriageReturn {
          innerLines += 1
        }
        at += 1
      }
      guard at < range.upperBound else { return nil }
      guard at + 1 < range.upperBound, piece[at + 1] == quote else { break }
      // Of two quotes the first is text.
      Self.append(piece, segmentStart..<at + 1, to: &index.arena)
      at += 2
      segmentStart = at
    }
    if segmentStart == range.lowerBound {
      index.fields.append(.init(offset: segmentStart, count: at - segmentStart, isInArena: false))
    } else {
      Self.append(piece, segmentStart..<at, to: &index.arena)
      index.fields.append(.init(offset: arenaStart, count: index.arena.count - arenaStart, isInArena: true))
    }
    return at
  }

  private static func append(_ piece: Span<UInt8>, _ range: Range<Int>, to arena: inout [UInt8]) {
    for at in range { arena.append(piece[at]) }
  }
}
