// A column of a batch read as numbers: integers and their scales side by side, as the loops over columns want them.
//
// Why the pointers hold: the blocks belong to this object alone, have room for `capacity` values, and are freed only with
// it or, by `reserve`, before it is filled again. `parse` reads the bytes of the fields and up to 16 before and 8 behind,
// which the margins of a `PieceBuffer` allow.

import CColumns
import CSV

/// The numbers of one column of a batch, exactly as `NumberParser` reads them where they are decimals of this width.
///
/// Value i is `mantissas[i]` / 10^`marks[i]` where the mark is at most 18. A null and what is an exception (for the row
/// path: a binary number, more digits or a deeper scale than fit, a text that is no number) have the mantissa 0.
package final class NumberColumn {
  /// The mark of a null.
  package static let null: UInt8 = 0xFF
  /// The mark of a value that only the row path can decide.
  package static let exception: UInt8 = 0xFE
  /// The greatest scale.
  package static let maxScale: UInt8 = 18

  /// Values that are held.
  package private(set) var count = 0
  package private(set) var mantissas: UnsafeMutablePointer<Int64>
  package private(set) var marks: UnsafeMutablePointer<UInt8>
  /// Which marks occur: bit n for the scale n, bit 62 for exceptions, bit 63 for nulls.
  package private(set) var marksSeen: UInt64 = 0
  private var capacity: Int

  package init(capacity: Int = 2048) {
    self.capacity = capacity
    mantissas = .allocate(capacity: capacity)
    marks = .allocate(capacity: capacity)
  }

  deinit {
    mantissas.deallocate()
    marks.deallocate()
  }

  // MARK: Summary

  package var hasNulls: Bool { marksSeen &>> 63 != 0 }
  package var hasExceptions: Bool { marksSeen &>> 62 & 1 != 0 }

  /// The scales that occur, bit n for the scale n.
  package var scales: UInt64 { marksSeen & (1 << 62 - 1) }

  /// The scale of all values, where all are decimals of one scale: no null, no exception.
  package var uniformScale: UInt8? {
    marksSeen.nonzeroBitCount == 1 && marksSeen < 1 << 62 ? UInt8(marksSeen.trailingZeroBitCount) : nil
  }

  /// The greatest scale that occurs; 0 where no value is a decimal.
  package var greatestScale: UInt8 { scales == 0 ? 0 : UInt8(63 - scales.leadingZeroBitCount) }

  /// Values that are exceptions.
  package var exceptionCount: Int {
    guard hasExceptions else { return 0 }
    var found = 0
    for index in 0..<count where marks[index] == Self.exception { found += 1 }
    return found
  }

  // MARK: Filling

  /// Forgets the values and makes room for `wanted`, which the caller writes to `mantissas` and `marks`, and then tells
  /// by `seal` which marks there are.
  package func reserve(_ wanted: Int) {
    count = wanted
    marksSeen = 0
    guard wanted > capacity else { return }
    mantissas.deallocate()
    marks.deallocate()
    capacity = wanted
    mantissas = .allocate(capacity: capacity)
    marks = .allocate(capacity: capacity)
  }

  /// Says which marks the caller has written.
  package func seal(marksSeen: UInt64) { self.marksSeen = marksSeen }

  /// Says which marks the caller has written, where it did not count them.
  package func seal() {
    var seen: UInt64 = 0
    for index in 0..<count { seen |= 1 &<< UInt64(marks[index]) }
    marksSeen = seen
  }

  /// Keeps the values at these places and forgets the others.
  func keep(_ rows: UnsafePointer<UInt32>, count kept: Int) {
    var seen: UInt64 = 0
    for index in 0..<kept {
      let row = Int(rows[index])
      mantissas[index] = mantissas[row]
      marks[index] = marks[row]
      seen |= 1 &<< UInt64(marks[index])
    }
    count = kept
    marksSeen = seen
  }

  /// Holds the values of another column at these places.
  func take(_ rows: UnsafePointer<UInt32>, count taken: Int, of other: NumberColumn) {
    reserve(taken)
    var seen: UInt64 = 0
    for index in 0..<taken {
      let row = Int(rows[index])
      mantissas[index] = other.mantissas[row]
      marks[index] = other.marks[row]
      seen |= 1 &<< UInt64(marks[index])
    }
    marksSeen = seen
  }

  /// Reads the fields of a column.
  ///
  /// - Parameter usesVectors: whether vector instructions may be used where the processor has them; the tests compare.
  package func parse(
    base: UnsafePointer<UInt8>, slices: UnsafePointer<FieldSlice>, count: Int, nullTexts: NullTexts,
    usesVectors: Bool = true
  ) {
    reserve(count)
    var seen: UInt64 = 0
    let done = usesVectors ? ccolumns_read_decimals(base, slices, count, mantissas, marks, &seen) : 0
    marksSeen = seen
    if hasExceptions { readExceptions(base, slices, nullTexts, until: done) }
    if nullTexts.includesNumbers { clearNulls(base, slices, nullTexts, until: done) }
    readRest(base, slices, nullTexts, from: done)
  }

  /// Reads what the vectors could not: nulls that are written out, and numbers that are long.
  private func readExceptions(
    _ base: UnsafePointer<UInt8>, _ slices: UnsafePointer<FieldSlice>, _ nullTexts: borrowing NullTexts, until end: Int
  ) {
    var seen = marksSeen & ~(1 << 62)
    for index in 0..<end where marks[index] == Self.exception {
      let text = base + Int(slices[index].start)
      let length = Int(slices[index].count)
      (mantissas[index], marks[index]) =
        nullTexts.holds(text, count: length) ? (0, Self.null) : Self.readRare(text, length)
      seen |= 1 &<< UInt64(marks[index])
    }
    marksSeen = seen
  }

  /// Makes nulls of the numbers that are null texts (`-999`).
  private func clearNulls(
    _ base: UnsafePointer<UInt8>, _ slices: UnsafePointer<FieldSlice>, _ nullTexts: borrowing NullTexts, until end: Int
  ) {
    var seen: UInt64 = 0
    for index in 0..<end {
      if nullTexts.holds(base + Int(slices[index].start), count: Int(slices[index].count)) {
        mantissas[index] = 0
        marks[index] = Self.null
      }
      seen |= 1 &<< UInt64(marks[index])
    }
    marksSeen = seen
  }

  /// Reads what the vectors leave, which is everything where there are none.
  private func readRest(
    _ base: UnsafePointer<UInt8>, _ slices: UnsafePointer<FieldSlice>, _ nullTexts: borrowing NullTexts,
    from start: Int
  ) {
    let (end, mantissas, marks) = (count, mantissas, marks)
    var seen: UInt64 = 0
    for index in start..<end {
      let text = base + Int(slices[index].start)
      let length = Int(slices[index].count)
      let (value, mark) = nullTexts.holds(text, count: length) ? (0, Self.null) : Self.read(text, length)
      mantissas[index] = value
      marks[index] = mark
      // The marks of nulls and exceptions are 63 and 62 modulo 64.
      seen |= 1 &<< UInt64(mark)
    }
    marksSeen |= seen
  }

  /// Reads one text; the empty one is null.
  @inline(__always)
  private static func read(_ text: UnsafePointer<UInt8>, _ length: Int) -> (Int64, UInt8) {
    let first = text[0]
    let minus = first == UInt8(ascii: "-") ? 1 : 0
    let digits = length &- minus &- (first == UInt8(ascii: "+") ? 1 : 0)
    let end = UnsafeRawPointer(text + length)
    let high = UInt64(littleEndian: (end - 8).loadUnaligned(as: UInt64.self))
    let word: DecimalWord
    if digits <= 8 {
      word = DecimalWord(high, count: digits)
      if word.flaws != 0 { return length == 0 ? (0, null) : readRare(text, length) }
    } else {
      guard digits <= 16 else { return readRare(text, length) }
      let low = UInt64(littleEndian: (end - 16).loadUnaligned(as: UInt64.self))
      word = DecimalWord(low: low, high: high, count: digits)
      if word.flaws != 0 { return readRare(text, length) }
    }
    let sign = Int64(truncatingIfNeeded: 0 &- minus)
    return ((Int64(bitPattern: word.magnitude) ^ sign) &- sign, UInt8(truncatingIfNeeded: word.scale))
  }

  /// Reads one text that is not empty and not null by the parser of the row path.
  @inline(never)
  private static func readRare(_ text: UnsafePointer<UInt8>, _ length: Int) -> (Int64, UInt8) {
    guard case .number(.decimal(let decimal)) = NumberParser.parse(Span(_unsafeStart: text, count: length)),
      decimal.scale <= maxScale, let mantissa = Int64(exactly: decimal.mantissa)
    else { return (0, exception) }
    return (mantissa, UInt8(decimal.scale))
  }
}
