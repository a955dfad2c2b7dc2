// The vector kernels behind the contract of scanners: for what needs rows and not columns. Where toggling quotes does
// not explain a record, the scalar scanner is asked. The pointer is the span's, for the time of its closure.

/// Cuts a piece into records by a vector kernel. Gives `ScalarScanner`'s answer.
package struct VectorScanner: FieldScanner {
  /// Ends of fields that are found at a time; a record with more of them is the scalar scanner's.
  private static let fieldLimit = 16 << 10
  private static let recordLimit = 1 << 10

  private let quote: UInt8?
  /// nil for a dialect that toggling cannot express; every record is then the scalar scanner's.
  private let structure: StructuralTape?
  private let scalar: ScalarScanner

  package private(set) var rereadRecords = 0

  package init(dialect: Dialect, kernel: ScanKernel = .chosen) {
    quote = dialect.quote
    structure =
      StructuralTape.canExpress(dialect)
      ? StructuralTape(dialect: dialect, capacity: Self.fieldLimit, kernel: kernel) : nil
    scalar = ScalarScanner(dialect: dialect)
  }

  package mutating func scan(
    _ piece: Span<UInt8>, facts: PieceFacts, limit: Int, position: inout ScanPosition, into index: inout RecordIndex
  ) -> ScanOutcome {
    index.removeAll()
    // Nobody says whether this is the piece of the last call.
    structure?.forget()
    while index.records.count < limit {
      switch RecordStart.advance(&position, in: piece, facts: facts) {
      case .pieceEnd: return .done
      case .halfLineEnd: return .open
      case .record: break
      }
      if readRecord(piece, facts: facts, limit: limit, position: &position, into: &index) { continue }
      guard scalar.readRecord(piece, facts: facts, position: &position, into: &index) else { return .open }
      rereadRecords += 1
    }
    return position.offset == piece.count ? .done : .more
  }

  /// Reads the record that starts at `position`.
  ///
  /// - Returns: false where that is the scalar scanner's; position and index are then as before.
  private func readRecord(
    _ piece: Span<UInt8>, facts: PieceFacts, limit: Int, position: inout ScanPosition, into index: inout RecordIndex
  ) -> Bool {
    guard let structure else { return false }
    return piece.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return false }
      let start = position.offset
      // Records that are not wanted are not looked for.
      let wanted = min(limit - index.records.count, Self.recordLimit)
      guard structure.seek(start, base: base, count: bytes.count, facts: facts, limit: wanted) else { return false }
      let firstField = index.fields.count
      let entries = structure.nextRecord
      let contentEnd = structure.ends[entries.upperBound - 1]
      guard Int(contentEnd) - start <= facts.maxRecord else { return false }
      var fieldStart = start
      for entry in entries {
        let fieldEnd = Int(structure.ends[entry])
        appendField(piece, fieldStart..<fieldEnd, into: &index)
        fieldStart = fieldEnd + 1
      }
      let end = structure.offset(behind: contentEnd, base: base, count: bytes.count)
      index.records.append(
        .init(start: start, end: end, line: position.line, firstField: firstField, fieldCount: entries.count))
      if structure.hasInnerLines { position.line += structure.countLines(start..<Int(contentEnd), base: base) }
      position.line += end > Int(contentEnd) ? 1 : 0
      position.offset = end
      structure.pass(entries.count, to: end)
      return true
    }
  }

  private func appendField(_ piece: Span<UInt8>, _ range: Range<Int>, into index: inout RecordIndex) {
    guard let quote, !range.isEmpty, piece[range.lowerBound] == quote else {
      index.fields.append(.init(offset: range.lowerBound, count: range.count, isInArena: false))
      return
    }
    let text = range.lowerBound + 1..<range.upperBound - 1
    guard structure?.hasDoubledQuotes == true, text.contains(where: { piece[$0] == quote }) else {
      index.fields.append(.init(offset: text.lowerBound, count: text.count, isInArena: false))
      return
    }
    let arenaStart = index.arena.count
    var at = text.lowerBound
    while at < text.upperBound {
      index.arena.append(piece[at])
      at += piece[at] == quote ? 2 : 1
    }
    index.fields.append(.init(offset: arenaStart, count: index.arena.count - arenaStart, isInArena: true))
  }
}
