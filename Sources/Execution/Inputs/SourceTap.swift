// What reading the source costs a stage: whatever it reads of the inputs comes through its tap, which counts bytes and time.

import Synchronization
import Transport

/// The tap of one thread of a stage. Only that thread reads through it; others may look at the counts.
package final class SourceTap: Sendable {
  private let waited = Atomic<UInt64>(0)
  private let read = Atomic<UInt64>(0)

  package init() {}

  /// Time in reading so far, in nanoseconds.
  package var nanoseconds: UInt64 { waited.load(ordering: .relaxed) }
  /// Bytes that were read so far, those that were read again included.
  package var bytes: UInt64 { read.load(ordering: .relaxed) }

  /// Reads something.
  ///
  /// - Parameter body: gives how many bytes it has read.
  package func read(_ body: () throws(RunFailure) -> Int) throws(RunFailure) {
    let before = MonotonicClock.now()
    defer { waited.store(nanoseconds + MonotonicClock.now() - before, ordering: .relaxed) }
    let count = try body()
    note(count)
  }

  /// Counts bytes of the source that the kernel is going to move, and that are never in memory here.
  package func admit(_ count: Int) { note(count) }

  private func note(_ count: Int) { read.store(bytes + UInt64(max(0, count)), ordering: .relaxed) }
}
