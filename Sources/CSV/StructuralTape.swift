// The memory that a vector kernel writes to, and a cursor over the records that it found. What `FieldTape` and
// `VectorScanner` share: from toggling quotes to records whose end is certain.
//
// Why the pointers hold: the arrays belong to this object alone, have room for what the kernels write by the contract
// of CScan.h, and are read only below the counts that the kernel returned (and at ends[-1], which is ours too, and one
// word of bits behind the last, which the kernels clear). The bytes are those of the call: nothing is kept of them but
// offsets.

import CScan

/// Ends of fields and records of a part of a piece.
///
/// Whoever uses it must keep asking about the same bytes with the same facts until `forget()`. What is called a piece
/// here may be a block of one.
final class StructuralTape {
  private let dialect: Dialect
  private let kernel: ScanKernel
  private let block: UnsafeMutableRawPointer
  private var tape: cscan_tape
  /// Bit i: whether `ends[i]` ends a record.
  private let lineBits: UnsafeMutablePointer<UInt64>

  /// Offsets of delimiters and record ends; `ends[-1]` is the byte before the first record (wrapping at 0).
  let ends: UnsafeMutablePointer<UInt32>
  /// Entries of records whose end is certain.
  private(set) var entryCount = 0
  /// Index in `ends` of the first end of the record that the cursor is at; `entryCount` behind the last record.
  private(set) var nextEntry = 0
  /// Where that record starts.
  private(set) var nextStart = -1
  /// Whether scanning again from behind the last record would find nothing more.
  private(set) var isAtEnd = false

  /// - Parameter capacity: how many ends of fields are to be found at a time at most, about.
  init(dialect: Dialect, capacity: Int, kernel: ScanKernel) {
    self.dialect = dialect
    self.kernel = kernel
    // The kernels begin no block that might not find room, and we add one end.
    let capacity = (capacity + 2 * Int(CSCAN_MIN_CAPACITY)) / 64 * 64
    // A cache line in front, so that ends[-1] is there.
    let bitsOffset = 64 + 4 * (capacity + 64)
    let size = bitsOffset + 8 * (capacity / 64 + 3)
    block = .allocate(byteCount: size, alignment: 64)
    ends = (block + 64).bindMemory(to: UInt32.self, capacity: capacity + 64)
    lineBits = (block + bitsOffset).bindMemory(to: UInt64.self, capacity: capacity / 64 + 3)
    tape = cscan_tape()
    tape.ends = ends
    tape.line_bits = lineBits
    tape.capacity = capacity
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

  /// Forgets what was found: another piece is asked about next.
  func forget() {
    nextStart = -1
    entryCount = 0
    nextEntry = 0
  }

  /// Moves the cursor to the record that starts at `offset`, scanning where that is not known yet.
  ///
  /// - Parameter limit: about how many records to look for.
  /// - Returns: whether the end of that record is certain.
  func seek(_ offset: Int, base: UnsafePointer<UInt8>, count: Int, facts: PieceFacts, limit: Int) -> Bool {
    if nextStart != offset { passRecords(to: offset, base: base, count: count) }
    if nextStart == offset {
      if nextEntry < entryCount { return true }
      if isAtEnd { return false }
    }
    scan(base: base, from: offset, count: count, facts: facts, limit: limit)
    return entryCount > 0
  }

  /// Moves the cursor over records that have this many ends together and end before `offset`.
  func pass(_ entries: Int, to offset: Int) {
    nextEntry += entries
    nextStart = offset
  }

  /// Ends of the record at the cursor, which must be there.
  var nextRecord: Range<Int> { nextEntry..<lineEntry(from: nextEntry) + 1 }

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

  /// How many of the next records have exactly this many fields, up to the first that has not.
  ///
  /// - Parameter limit: the most to count.
  func recordsOfWidth(_ width: Int, limit: Int) -> Int {
    let available = min(entryCount - nextEntry, limit * width)
    if width > 64 {
      var record = 0
      while (record + 1) * width <= available {
        let lastEntry = nextEntry + (record + 1) * width - 1
        guard lineEntry(from: nextEntry + record * width) == lastEntry else { break }
        record += 1
      }
      return record
    }
    // The bits of the ends must be those of a period: 64 of them are compared at once.
    var period: UInt64 = 0
    for bit in stride(from: 0, to: 64, by: width) { period |= 1 << UInt64(bit) }
    let shift = UInt64(nextEntry & 63)
    var word = lineBits + nextEntry / 64
    // Entries passed, and how many of them belong to the record that they end in.
    var entry = 0
    var phase = 0
    let phaseStep = 64 % width
    while entry < available {
      let bits = word[0] &>> shift | (word[1] << 1) &<< (63 - shift)
      let difference = bits ^ period &<< UInt64(width - 1 - phase)
      if difference != 0 {
        entry += difference.trailingZeroBitCount
        break
      }
      entry += 64
      phase += phaseStep
      if phase >= width { phase -= width }
      word += 1
    }
    return min(entry, available) / width
  }

  /// Index of the first end of a record at or behind this one; there must be one.
  private func lineEntry(from entry: Int) -> Int {
    var place = entry / 64
    var bits = lineBits[place] & UInt64.max << UInt64(entry & 63)
    while bits == 0 {
      place += 1
      bits = lineBits[place]
    }
    return place * 64 + bits.trailingZeroBitCount
  }

  private func passRecords(to offset: Int, base: UnsafePointer<UInt8>, count: Int) {
    guard nextStart >= 0 else { return }
    while nextStart < offset, nextEntry < entryCount {
      let lastEntry = lineEntry(from: nextEntry)
      nextStart = self.offset(behind: ends[lastEntry], base: base, count: count)
      nextEntry = lastEntry + 1
    }
  }

  private func scan(base: UnsafePointer<UInt8>, from start: Int, count: Int, facts: PieceFacts, limit: Int) {
    precondition(count < UInt32.max, "a piece of 4 GiB")
    let quote = dialect.quote.map(Int32.init) ?? -1
    cscan_scan(kernel.place, base, start, count, dialect.delimiter, quote, limit, &tape)
    ends[-1] = UInt32(truncatingIfNeeded: start - 1)
    nextEntry = 0
    nextStart = start
    findLastRecord(tape.ends_count)
    if tape.scanned == count, tape.is_irregular == 0, tape.is_quoted == 0 {
      let lastEnd = entryCount == 0 ? nil : Int(ends[entryCount - 1])
      if let lastEnd, lastEnd == count - 1, base[lastEnd] == LineEnd.carriageReturn, !facts.isLast, !facts.endsLine {
        // It might be half a line end.
        findLastRecord(entryCount - 1)
      } else if facts.isLast, lastEnd.map({ offset(behind: UInt32($0), base: base, count: count) }) ?? start < count {
        // The end of the input ends its last record.
        let entry = tape.ends_count
        ends[entry] = UInt32(count)
        lineBits[entry / 64] |= 1 << UInt64(entry & 63)
        entryCount = entry + 1
      }
    }
    // Behind an irregular quote and behind the end of the piece there is nothing to be found.
    isAtEnd = entryCount == 0 || tape.is_irregular != 0 || tape.scanned == count
  }

  /// Lets the records end with the last that ends among the first `entries` ends.
  private func findLastRecord(_ entries: Int) {
    var place = entries / 64
    var bits = lineBits[place] & ((1 << UInt64(entries & 63)) - 1)
    while bits == 0, place > 0 {
      place -= 1
      bits = lineBits[place]
    }
    entryCount = bits == 0 ? 0 : place * 64 + 64 - bits.leadingZeroBitCount
  }
}
