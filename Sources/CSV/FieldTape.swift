// The fast way to columns: where the fields of up to two thousand records lie, found by a vector kernel, and cut one
// column at a time. It takes only what is regular; a record that is anything else is left to the row path, one at a
// time.
//
// Why the pointers hold: those of `structure` are read only for the records of the run, whose entries it counted;
// `starts` has room for a run and its end; `cut` writes `recordCount` slices to memory that the caller says is theirs.
// The bytes are those of the buffer of each call, which must hold the same bytes from `beginPiece()` on. What is called
// a piece here is what the buffer holds: a piece, or a block of one.

/// Finds runs of regular records: exactly `columnCount` fields, not blank, not longer than the longest record, with a
/// certain end.
///
/// The order of calls: `beginPiece()` when another piece is in the buffer; then `advance` again and again, from where
/// the run ended or, where that is `.odd`, from behind the record that the scalar scanner read there; after each, `cut`
/// for the columns that are needed, each at most once. Rewritten texts can move the buffer: take its `base` after
/// cutting.
package final class FieldTape {
  /// The most records of a run.
  package static let batchLimit = 2048
  /// Ends of fields that are found at a time, where one record does not need more: their memory stays in the cache.
  private static let fieldLimit = 32 << 10

  /// What comes behind a run.
  package enum Stop: Equatable, Sendable {
    /// There may be more: ask again from `end`.
    case more
    /// What starts at `end` is no regular record: a record for the scalar scanner, or blank lines.
    case odd
    /// The piece ends at `end`.
    case pieceEnd
  }

  private let columnCount: Int
  private let quote: UInt8?
  private let structure: StructuralTape
  /// What cuts the texts where that is not the tape itself.
  private let texts: LibCSVTexts?
  /// Whether this tape can read the dialect at all; where not, every record is odd.
  private let isUsable: Bool
  /// Where the records of the run start and the last one ends; filled only where line ends may be two bytes.
  private let starts: UnsafeMutablePointer<UInt32>
  /// Index in `structure.ends` of the first end of the run.
  private var firstEntry = 0
  /// Holds the piece that the run is of, to count its lines: its address can change, so it is not kept.
  private var buffer: PieceBuffer?

  /// Records of the run; 0 is possible where it is not `.more`.
  package private(set) var recordCount = 0
  /// Offset of the first record of the run.
  package private(set) var start = 0
  /// Offset behind the last record of the run, its line end included.
  package private(set) var end = 0
  /// Line ends within the quotes of these records.
  package private(set) var innerLines = 0
  private var usesStarts = false

  /// - Parameters:
  ///   - dialect: how the input is written.
  ///   - columnCount: how many fields a record has, at least 1.
  ///   - kind: what cuts the texts: `.simd` or `.libcsv`.
  ///   - kernel: what finds the ends; all give the same answer.
  package init(dialect: Dialect, columnCount: Int, kind: ScannerKind, kernel: ScanKernel = .chosen) {
    precondition(columnCount > 0, "records without fields")
    self.columnCount = columnCount
    quote = dialect.quote
    let fields = max(columnCount, min(columnCount * Self.batchLimit, Self.fieldLimit))
    texts = kind == .libcsv ? LibCSVTexts(dialect: dialect, capacity: fields + 256) : nil
    isUsable = StructuralTape.canExpress(dialect) && (kind != .libcsv || texts != nil)
    structure = StructuralTape(dialect: dialect, capacity: fields, kernel: kernel)
    starts = .allocate(capacity: Self.batchLimit + 1)
  }

  deinit { starts.deallocate() }

  /// Forgets earlier scans: a new piece is in the buffer.
  package func beginPiece() {
    structure.forget()
    recordCount = 0
    start = 0
    end = 0
    innerLines = 0
  }

  /// Finds the next run of regular records.
  ///
  /// What an earlier scan of the piece found is used again where `offset` is a record start in it, so that a piece with
  /// many odd records is not scanned anew for each.
  ///
  /// - Parameters:
  ///   - buffer: holds the piece; its rewritten texts are forgotten.
  ///   - offset: the start of a record in it, outside quotes and outside the rest of a reject.
  ///   - facts: what follows the piece, and the longest record; the same for all calls of one piece.
  package func advance(_ buffer: PieceBuffer, from offset: Int, facts: PieceFacts) -> Stop {
    buffer.clearArena()
    let bytes = UnsafePointer(buffer.base)
    let count = buffer.count
    self.buffer = buffer
    recordCount = 0
    start = offset
    end = offset
    innerLines = 0
    if offset == count { return .pieceEnd }
    // Up to a block more than that is found, and all of them shall fit into one run.
    let limit = Self.batchLimit - 64
    guard isUsable, structure.seek(offset, base: bytes, count: count, facts: facts, limit: limit) else { return .odd }
    firstEntry = structure.nextEntry
    var regular = structure.recordsOfWidth(columnCount, limit: Self.batchLimit)
    let isWhole = regular == Self.batchLimit || firstEntry + regular * columnCount == structure.entryCount
    let ofRightWidth = regular
    usesStarts = structure.hasReturns
    if regular > 0 {
      if usesStarts { findStarts(regular, bytes, count) }
      let span = Int(structure.ends[firstEntry + regular * columnCount - 1]) - offset
      if columnCount == 1 || span > facts.maxRecord { regular = recordsOfRightLength(regular, facts.maxRecord) }
    }
    if regular > 0, let texts { regular = texts.fill(buffer, self.contentRange(regular), columnCount, regular) }
    recordCount = regular
    if regular > 0 {
      end = structure.offset(
        behind: structure.ends[firstEntry + regular * columnCount - 1], base: buffer.base, count: count)
      if structure.hasInnerLines { innerLines = lines(before: regular) - regular + (endsWithoutLineEnd ? 1 : 0) }
    }
    structure.pass(regular * columnCount, to: end)
    if !isWhole || regular < ofRightWidth { return .odd }
    if end == count { return .pieceEnd }
    return structure.nextEntry == structure.entryCount && structure.isAtEnd ? .odd : .more
  }

  /// The bytes of the next records with all their line ends but a second byte of the last.
  private func contentRange(_ records: Int) -> Range<Int> {
    let lastEnd = Int(structure.ends[firstEntry + records * columnCount - 1])
    return start..<min(lastEnd + 1, buffer?.count ?? lastEnd)
  }

  /// How many records are neither blank nor too long, up to the first that is.
  private func recordsOfRightLength(_ records: Int, _ maxRecord: Int) -> Int {
    for record in 0..<records {
      let length = Int(structure.ends[firstEntry + (record + 1) * columnCount - 1]) - recordStart(record)
      if length == 0 || length > maxRecord { return record }
    }
    return records
  }

  private func findStarts(_ records: Int, _ bytes: UnsafePointer<UInt8>, _ count: Int) {
    let starts = self.starts
    let ends = structure.ends + firstEntry + columnCount - 1
    let step = columnCount
    starts[0] = UInt32(start)
    // Behind every end but the last there is a byte of the piece.
    for record in 0..<records - 1 {
      let end = ends[record * step]
      let line = bytes + Int(end)
      let isPair = line[0] == LineEnd.carriageReturn && line[1] == LineEnd.lineFeed
      starts[record + 1] = end &+ (isPair ? 2 : 1)
    }
    starts[records] = UInt32(structure.offset(behind: ends[(records - 1) * step], base: bytes, count: count))
  }

  /// Offset in the piece of the start of a record of the run; of `recordCount` it is `end`.
  @inline(__always)
  package func recordStart(_ record: Int) -> Int {
    if record == 0 { return start }
    // The last record of an input can lack its line end.
    if record == recordCount { return end }
    return usesStarts ? Int(starts[record]) : Int(structure.ends[firstEntry + record * columnCount - 1]) + 1
  }

  /// Line ends between the start of the run and a record; of `recordCount`: all of the run.
  package func lines(before record: Int) -> Int {
    let isEnd = record == recordCount && record > 0
    guard structure.hasInnerLines, let buffer else { return record - (isEnd && endsWithoutLineEnd ? 1 : 0) }
    return structure.countLines(start..<recordStart(record), base: buffer.base)
  }

  /// Whether the last record of the run ends with the input.
  private var endsWithoutLineEnd: Bool {
    recordCount > 0 && Int(structure.ends[firstEntry + recordCount * columnCount - 1]) == end
  }

  /// Cuts one column out of the records of the run: quotes removed, doubled quotes rewritten into the arena of the
  /// buffer.
  ///
  /// - Parameters:
  ///   - column: from 0.
  ///   - buffer: the buffer of `advance`; its base may move.
  ///   - slices: memory for `recordCount` slices, which are relative to the base of the buffer.
  package func cut(column: Int, of buffer: PieceBuffer, into slices: UnsafeMutablePointer<FieldSlice>) {
    precondition(column >= 0 && column < columnCount, "a column beyond the record")
    guard recordCount > 0 else { return }
    if let texts {
      cutPlain(column, ends: texts.ends, firstStart: buffer.arenaStart, into: slices)
      return
    }
    if usesStarts, column == 0 {
      let starts = self.starts
      let ends = structure.ends + firstEntry
      let step = columnCount
      for record in 0..<recordCount {
        slices[record] = FieldSlice(start: starts[record], count: ends[record * step] &- starts[record])
      }
    } else {
      cutPlain(column, ends: structure.ends + firstEntry, firstStart: start, into: slices)
    }
    if structure.hasQuotes, let quote { removeQuotes(quote, of: buffer, in: slices) }
  }

  /// Takes what lies between the end of the field before and the end of this one.
  private func cutPlain(
    _ column: Int, ends: UnsafeMutablePointer<UInt32>, firstStart: Int, into slices: UnsafeMutablePointer<FieldSlice>
  ) {
    // Both ends in one word, of which a subtraction and a shift make start and count: the lower half gets 1 more, the
    // upper half loses the lower half and 1.
    var source = UnsafeRawPointer(ends + column - 1)
    var target = UnsafeMutableRawPointer(slices)
    let step = columnCount * MemoryLayout<UInt32>.stride
    for _ in 0..<recordCount {
      let pair = UInt64(littleEndian: source.loadUnaligned(as: UInt64.self))
      let slice = pair &- (pair << 32) &+ 1 &- (1 << 32)
      target.storeBytes(of: slice.littleEndian, as: UInt64.self)
      source += step
      target += MemoryLayout<FieldSlice>.stride
    }
    // Before the first field of a piece there is no end.
    if column == 0 { slices[0] = FieldSlice(start: UInt32(firstStart), count: ends[0] &- UInt32(firstStart)) }
  }

  private func removeQuotes(
    _ quote: UInt8, of buffer: PieceBuffer, in slices: UnsafeMutablePointer<FieldSlice>
  ) {
    let bytes = UnsafePointer(buffer.base)
    var quotedCount: UInt32 = 0
    for record in 0..<recordCount {
      let slice = slices[record]
      let isQuoted: UInt32 = slice.count > 0 && bytes[Int(slice.start)] == quote ? 1 : 0
      slices[record] = FieldSlice(start: slice.start &+ isQuoted, count: slice.count &- 2 &* isQuoted)
      quotedCount &+= isQuoted
    }
    guard quotedCount > 0, structure.hasDoubledQuotes else { return }
    let pattern = ByteSearch.repeated(quote)
    for record in 0..<recordCount {
      let slice = slices[record]
      // Only the text of a quoted field can hold a quote as its own: an irregular quote ends a run.
      guard ByteSearch.holds(pattern, buffer.base + Int(slice.start), Int(slice.count)) else { continue }
      slices[record] = buffer.appendUnquoted(slice, quote: quote)
    }
  }
}
