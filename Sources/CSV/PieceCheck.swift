// A quick look at a whole piece before it is parsed: whether, if a record starts where it starts, a record also starts
// where it ends. Costs a few hundredths of parsing, and lets the parser of the next piece know that its guess was
// right.
//
// Why the pointers hold: the bytes are those of the buffer during the call; the tape's arrays have the room that
// CScan.h asks for and live as long as this object.

import CScan
import Glibc

/// Looks for the end of the last record of a piece.
package final class PieceCheck {
  private static let capacity = 4096

  private let dialect: Dialect
  private let maxRecord: Int
  private let isUsable: Bool
  private let ends: UnsafeMutablePointer<UInt32>
  private let lineBits: UnsafeMutablePointer<UInt64>

  package init(dialect: Dialect, maxRecord: Int) {
    self.dialect = dialect
    self.maxRecord = maxRecord
    isUsable = StructuralTape.canExpress(dialect)
    ends = .allocate(capacity: Self.capacity)
    lineBits = .allocate(capacity: Self.capacity / 64 + 2)
  }

  deinit {
    ends.deallocate()
    lineBits.deallocate()
  }

  /// Whether the piece, whose last bytes are a line end or the end of the input, certainly ends behind a record if it
  /// starts at one. False where that is not known.
  ///
  /// - Parameter start: offset of the first record, behind a header.
  package func ends(_ buffer: PieceBuffer, from start: Int) -> Bool {
    // In a longer piece a record can be over the limit, which ends quotes in its own way.
    guard buffer.count <= maxRecord, start <= buffer.count else { return false }
    guard let quote = dialect.quote else { return true }
    let bytes = UnsafePointer(buffer.base)
    if start == buffer.count || memchr(bytes + start, Int32(quote), buffer.count - start) == nil { return true }
    guard isUsable else { return false }
    var tape = cscan_tape()
    tape.ends = ends
    tape.line_bits = lineBits
    tape.capacity = Self.capacity
    var offset = start
    while offset < buffer.count {
      cscan_scan(
        ScanKernel.chosen.place, bytes, offset, buffer.count, dialect.delimiter, Int32(quote), Int.max, &tape)
      if tape.is_irregular != 0 { return false }
      if tape.scanned == buffer.count { return tape.is_quoted == 0 }
      // On from the last record end, the only place that a scan can start at.
      guard let last = lastRecordEnd(tape) else { return false }
      let isPair =
        bytes[last] == LineEnd.carriageReturn && last + 1 < buffer.count && bytes[last + 1] == LineEnd.lineFeed
      offset = last + (isPair ? 2 : 1)
    }
    return true
  }

  private func lastRecordEnd(_ tape: cscan_tape) -> Int? {
    var word = tape.ends_count / 64
    while true {
      if lineBits[word] != 0 {
        return Int(ends[64 * word + 63 - lineBits[word].leadingZeroBitCount])
      }
      if word == 0 { return nil }
      word -= 1
    }
  }
}
