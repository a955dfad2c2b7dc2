// The memory that a vector kernel writes to, and a cursor over the records that it found. What `FieldTape` and
// `VectorScanner` share: from toggling quotes to records whose end is certain.
//
// Why the pointers hold: the arrays belong to this object alone, have room for what the kernels write by the contract of
// CScan.h, and are read only below the counts that the kernel returned (and at ends[-1], which is ours too). The bytes
// are those of the call: nothing is kept of them but offsets.

import CScan

/// Ends of fields and records of a part of a piece.
///
/// Whoever uses it must keep asking about the same piece with the same facts until `forget()`.
final class StructuralTape {
  private let dialect: Dialect
  private let kernel: ScanKernel
  private let block: UnsafeMutablePointer<UInt32>
  private var tape: cscan_tape

  /// Offsets of delimiters and record ends; `ends[-1]` is the byte before the first record (wrapping at 0).
  let ends: UnsafeMutablePointer<UInt32>
  /// For each record end its index in `ends` plus 1.
  let lines: UnsafeMutablePointer<UInt32>
  /// Records whose end is certain.
  private(set) var recordCount = 0
  /// The record that the cursor is at; `recordCount` behind the last.
  private(set) var next = 0
  /// Where it starts.
  private(set) var nextStart = -1
  /// Whether scanning again from behind the last record would find nothing more.
  private(set) var isAtEnd = false

  /// - Parameters:
  ///   - fields: how many ends of fields there must be room for.
  ///   - records: how many ends of records.
  init(dialect: Dialect, fields: Int, records: Int, kernel: ScanKernel) {
    self.dialect = dialect
    self.kernel = kernel
    // One block of entries may be begun when the limit is not met, and one record end is added by us.
    let endsCapacity = fields + 2 * Int(CSCAN_MIN_CAPACITY)
    let linesCapacity = records + 2 * Int(CSCAN_MIN_CAPACITY)
    // 16 entries in front, so that both arrays start at a cache line and ends[-1] is there.
    block = UnsafeMutableRawPointer.allocate(byteCount: 4 * (16 + endsCapacity + 16 + linesCapacity), alignment: 64)
      .bindMemory(to: UInt32.self, capacity: 16 + endsCapacity + 16 + linesCapacity)
    ends = block + 16
    lines = ends + (endsCapacity + 15) / 16 * 16
    tape = cscan_tape()
    tape.ends = ends
    tape.lines = lines
    tape.ends_capacity = endsCapacity - 1
    tape.lines_capacity = linesCapacity - 1
  }

  deinit { block.deallocate() }

  /// Whether toggling quotes can express a dialect.
  static func canExpress(_ dialect: Dialect) -> Bool {
    guard !LineEnd.isPart(dialect.delimiter) else { return false }
    guard let quote = dialect.quote else { return true }
    return quote != dialect.delimiter && !LineEnd.isPart(quote)
  }

  var hasQuotes: Bool { tape.has_quotes != 0 }
  /// Whether a quoted field may hold quotes.
  var hasDoubledQuotes: Bool { tape.has_doubled != 0 }
  /// Whether a record may end in CR or CRLF.
  var hasReturns: Bool { tape.has_returns != 0 }
  /// Whether a record may hold line ends.
  var hasInnerLines: Bool { tape.has_inner_lines != 0 }
  /// Index in `ends` of the first end of the record at the cursor.
  var nextEntry: Int { next == 0 ? 0 : Int(lines[next - 1]) }

  /// Forgets what was found: another piece is asked about next.
  func forget() {
    nextStart = -1
    recordCount = 0
    next = 0
  }

  /// Moves the cursor to the record that starts at `offset`, scanning where that is not known yet.
  ///
  /// - Parameter limit: about how many records to look for.
  /// - Returns: whether the end of that record is certain.
  @inline(__always)
  func seek(
    _ offset: Int, base: UnsafePointer<UInt8>, count: Int, facts: PieceFacts, limit: Int
  ) -> Bool {
    if nextStart != offset { passRecords(to: offset, base: base, count: count) }
    if nextStart == offset {
      if next < recordCount { return true }
      if isAtEnd { return false }
    }
    scan(base: base, from: offset, count: count, facts: facts, limit: limit)
    return recordCount > 0
  }

  /// Moves the cursor behind the next `records` records, the last of which ends before `offset`.
  @inline(__always)
  func pass(_ records: Int, to offset: Int) {
    next += records
    nextStart = offset
  }

  /// Offset behind the line end that starts at `end`.
  @inline(__always)
  func offset(behind end: UInt32, base: UnsafePointer<UInt8>, count: Int) -> Int {
    let end = Int(end)
    guard end < count else { return count }
    let isPair = base[end] == LineEnd.carriageReturn && end + 1 < count && base[end + 1] == LineEnd.lineFeed
    return isPair ? end + 2 : end + 1
  }

  /// Line ends in a part of a piece.
  func countLines(_ range: Range<Int>, base: UnsafePointer<UInt8>) -> Int {
    cscan_count_lines(kernel.place, base, range.lowerBound, range.upperBound)
  }

  private func passRecords(to offset: Int, base: UnsafePointer<UInt8>, count: Int) {
    guard nextStart >= 0 else { return }
    while nextStart < offset, next < recordCount {
      nextStart = self.offset(behind: ends[Int(lines[next]) - 1], base: base, count: count)
      next += 1
    }
  }

  private func scan(base: UnsafePointer<UInt8>, from start: Int, count: Int, facts: PieceFacts, limit: Int) {
    precondition(count < UInt32.max, "a piece of 4 GiB")
    let quote = dialect.quote.map(Int32.init) ?? -1
    cscan_scan(kernel.place, base, start, count, dialect.delimiter, quote, limit, &tape)
    ends[-1] = UInt32(truncatingIfNeeded: start - 1)
    recordCount = tape.lines_count
    next = 0
    nextStart = start
    // Behind an irregular quote and behind the end of the piece there is nothing to be found.
    isAtEnd = recordCount == 0 || tape.is_irregular != 0 || tape.scanned == count
    guard tape.scanned == count, tape.is_irregular == 0, tape.is_quoted == 0 else { return }
    let lastEnd = recordCount == 0 ? nil : Int(ends[Int(lines[recordCount - 1]) - 1])
    if let lastEnd, lastEnd == count - 1, base[lastEnd] == LineEnd.carriageReturn, !facts.isLast, !facts.endsLine {
      // It might be half a line end.
      recordCount -= 1
    } else if facts.isLast, lastEnd.map({ offset(behind: UInt32($0), base: base, count: count) }) ?? start < count {
      // The end of the input ends its last record.
      ends[tape.ends_count] = UInt32(count)
      lines[recordCount] = UInt32(tape.ends_count + 1)
      recordCount += 1
    }
  }
}
