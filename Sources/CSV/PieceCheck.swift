// A quick look at a whole piece before it is parsed: whether, if a record starts where it starts, a record also starts
// where it ends. Costs a few hundredths of parsing, and lets the parser of the next piece know that its guess was
// right.
//
// Why the pointer holds: the bytes are those of the buffer during the call.

import CScan
import Glibc

/// Looks whether a piece ends behind a record.
package struct PieceCheck: Sendable {
  private let dialect: Dialect
  private let maxRecord: Int
  private let kernel: ScanKernel
  private let isUsable: Bool

  package init(dialect: Dialect, maxRecord: Int, kernel: ScanKernel = .chosen) {
    self.dialect = dialect
    self.maxRecord = maxRecord
    self.kernel = kernel
    isUsable = StructuralTape.canExpress(dialect)
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
    return isUsable
      && cscan_check(kernel.place, bytes, start, buffer.count, dialect.delimiter, quote) == CSCAN_OUTSIDE_QUOTES
  }
}
