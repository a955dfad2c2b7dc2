// More work for every record, on demand (`Regime.hashRounds`): real work on its bytes, whose result is kept, so that no
// compiler leaves it out, and added up in a way that does not depend on the order, so that every mode must find the same.

import CSV
import Transport

/// Hashes records.
package struct RecordHash: Sendable {
  private let rounds: Int
  /// Over the records so far: the sum, modulo 2^64, of the CRC-32C of each, so many times in a row, without its line end.
  package private(set) var sum: UInt64 = 0

  /// - Returns: nil where there is nothing to do.
  package init?(rounds: Int) {
    guard rounds > 0 else { return nil }
    self.rounds = rounds
  }

  /// Forgets the records so far.
  package mutating func reset() { sum = 0 }

  /// Takes one record; what is behind its text is its line end.
  package mutating func take(_ record: Span<UInt8>) {
    let text = record.extracting(0..<record.count - LineEnding.length(atEndOf: record))
    var checksum = Checksum()
    for _ in 0..<rounds { checksum.update(text) }
    sum &+= UInt64(checksum.value)
  }
}
