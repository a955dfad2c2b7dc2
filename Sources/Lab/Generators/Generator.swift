// What every maker of test data keeps: the same rows and seed give the same bytes on every machine, and a shorter run
// is the beginning of a longer one, so that measurements can be repeated elsewhere and cut to size.

/// Makes one kind of table as CSV, header first, from nothing but a number of rows and a seed.
///
/// Implementations use integers only: the mathematical functions of different machines differ in their last bits.
package protocol Generator: Sendable {
  /// Writes the header and `rows` records (none when `rows` is not positive), each ended by LF, in blocks of at least
  /// `RowBlock.threshold` bytes; only the last block may be shorter. The blocks end at record ends. Stops at the first
  /// error that `sink` throws.
  func write<Failure: Error>(
    rows: Int, seed: UInt64, to sink: (borrowing [UInt8]) throws(Failure) -> Void
  ) throws(Failure)
}
