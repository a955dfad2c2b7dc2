// The contract between scanners and everything behind them: bytes in, record positions out, in steps of bounded size.

/// How far a scan has come within one piece.
package struct ScanPosition: Equatable, Sendable {
  /// Offset in the piece of the next byte to look at: always the start of a record, or of the rest of a reject.
  package var offset: Int
  /// Whether the bytes at `offset` are the rest of a rejected line, to be passed over up to and including its line end.
  package var isSkipping: Bool
  /// Line ends passed since the start of the piece.
  package var line: Int
  /// Blank lines passed since the start of the piece.
  package var blankLines: Int

  package init(offset: Int = 0, isSkipping: Bool = false, line: Int = 0, blankLines: Int = 0) {
    self.offset = offset
    self.isSkipping = isSkipping
    self.line = line
    self.blankLines = blankLines
  }
}

/// What a scanner must know of the piece beyond its bytes.
package struct PieceFacts: Equatable, Sendable {
  /// Whether the input ends where the piece ends, so that a last record may do without a line end.
  package var isLast: Bool
  /// Whether the bytes before the end of the piece are known to be a whole line end. A piece that ends in CR without
  /// this might go on with LF, so its last record counts as open.
  package var endsLine: Bool
  /// The longest record, in bytes without its line end.
  package var maxRecord: Int

  package init(isLast: Bool, endsLine: Bool, maxRecord: Int) {
    self.isLast = isLast
    self.endsLine = endsLine
    self.maxRecord = maxRecord
  }
}

/// Why a scan step returned.
package enum ScanOutcome: Equatable, Sendable {
  /// `limit` records were found; there may be more.
  case more
  /// Every byte of the piece is accounted for; `position.offset` is its count.
  case done
  /// The record at `position.offset` does not end within the piece and is not over the record limit yet.
  case open
}

/// Cuts a piece into records and fields. `ScalarScanner` defines the truth; every other scanner gives its answer.
package protocol FieldScanner {
  /// Finds the next records of a piece.
  ///
  /// The index is emptied first. Blank lines are counted and leave no record. A record with a defect has no fields.
  /// The rest of a rejected line (`position.isSkipping`) leaves no record; when it ends within the piece (or with the
  /// input) the flag is cleared and the scan goes on behind it; when it does not, the outcome is `done` with the flag
  /// still set. A reject whose line does not end within the piece ends at the piece's last byte and sets the flag.
  ///
  /// A CR as the last byte of a piece that neither is last nor is known to end a line might be half a line end. A record
  /// or blank line that it would end is `open`; a reject or the rest of one stops before it: `open` with the flag set.
  ///
  /// - Parameters:
  ///   - piece: all bytes of the piece.
  ///   - facts: what follows the piece, and the record limit.
  ///   - limit: the most records to add, at least 1.
  ///   - position: where to start; left behind the last record found.
  ///   - index: receives the records.
  mutating func scan(
    _ piece: Span<UInt8>, facts: PieceFacts, limit: Int, position: inout ScanPosition, into index: inout RecordIndex
  ) -> ScanOutcome

  /// Records that were read again by the scalar scanner because this scanner could not decide them.
  var rereadRecords: Int { get }
}

/// The scanners by the names that `--parser` takes.
package enum ScannerKind: String, CaseIterable, Sendable {
  case simd
  case scalar
  case libcsv

  package func makeScanner(dialect: Dialect) -> any FieldScanner {
    switch self {
    case .simd: VectorScanner(dialect: dialect)
    case .scalar: ScalarScanner(dialect: dialect)
    case .libcsv: LibCSVScanner(dialect: dialect)
    }
  }
}
