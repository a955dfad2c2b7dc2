// Physical lines and nothing else: the way past a record that must not be looked at, not even for its quotes.

/// Takes every physical line for a reject without fields, like the first line of an `unterminated` record.
package struct LineScanner: FieldScanner {
  package init() {}

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
      let (start, line) = (position.offset, position.line)
      ScalarScanner.endReject(from: start, passedLines: 0, in: piece, facts: facts, position: &position)
      index.records.append(
        .init(start: start, end: position.offset, line: line, firstField: 0, fieldCount: 0, defect: .unterminated))
    }
    return position.offset == piece.count ? .done : .more
  }
}
