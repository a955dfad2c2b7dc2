// The reference scanner: libcsv cuts the fields, we only find the physical lines for it, so that it is known where its
// records lie. What libcsv cannot decide by our rules is read again by the scalar scanner, and counted.

/// Cuts a piece into records with libcsv. Gives `ScalarScanner`'s answer; all its field texts lie in the arena.
package struct LibCSVScanner: FieldScanner {
  /// nil for a dialect that libcsv cannot express; every record is then the scalar scanner's.
  private let parser: LibCSVParser?
  private let scalar: ScalarScanner

  package private(set) var rereadRecords = 0

  package init(dialect: Dialect) {
    parser = LibCSVParser(dialect: dialect)
    scalar = ScalarScanner(dialect: dialect)
  }

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
      if let parser, Self.readRecord(piece, facts: facts, by: parser, position: &position, into: &index) { continue }
      guard scalar.readRecord(piece, facts: facts, position: &position, into: &index) else { return .open }
      rereadRecords += 1
    }
    return position.offset == piece.count ? .done : .more
  }

  /// Reads one record by libcsv.
  ///
  /// - Returns: false where libcsv stopped, the record limit was met or the piece ended first; position and index are
  ///   then as before, and libcsv is ready for another record.
  private static func readRecord(
    _ piece: Span<UInt8>, facts: PieceFacts, by parser: LibCSVParser, position: inout ScanPosition,
    into index: inout RecordIndex
  ) -> Bool {
    let start = position.offset
    let firstField = index.fields.count
    let arenaCount = index.arena.count
    let extent = parser.gather(into: &index) { findExtent(piece, facts: facts, by: parser, from: start) }
    guard let extent else {
      parser.reset()
      index.fields.removeLast(index.fields.count - firstField)
      index.arena.removeLast(index.arena.count - arenaCount)
      return false
    }
    index.records.append(
      .init(
        start: start, end: extent.end, line: position.line, firstField: firstField,
        fieldCount: index.fields.count - firstField))
    position.offset = extent.end
    position.line += extent.lines
    return true
  }

  /// Feeds physical lines to libcsv until it says that the record ended.
  ///
  /// - Returns: the end of the record and the line ends within it, its own included; nil where libcsv did not say so.
  private static func findExtent(
    _ piece: Span<UInt8>, facts: PieceFacts, by parser: LibCSVParser, from start: Int
  ) -> (end: Int, lines: Int)? {
    var at = start
    var lines = 0
    while let lineEnd = LineEnd.first(in: piece, from: at) {
      guard lineEnd - start <= facts.maxRecord, let length = LineEnd.length(at: lineEnd, in: piece, facts: facts)
      else { return nil }
      let next = lineEnd + length
      lines += 1
      switch parser.feed(piece.extracting(at..<next)) {
      case .recordEnded: return (next, lines)
      case .recordGoesOn: break
      case .stopped: return nil
      }
      at = next
    }
    // What is left has no line end, so only the end of the input can end the record.
    guard facts.isLast, piece.count - start <= facts.maxRecord else { return nil }
    if at < piece.count, parser.feed(piece.extracting(at..<piece.count)) == .stopped { return nil }
    return parser.finish() == .recordEnded ? (piece.count, lines) : nil
  }
}
