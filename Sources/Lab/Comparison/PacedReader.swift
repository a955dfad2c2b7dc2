// A consumer that is as slow as one likes: takes what a program prints at so many bytes a second.

import Glibc
import Transport

/// Copies a pipe to a file at a pace, in a thread of its own.
package final class PacedReader: Sendable {
  /// Time between two reads at most; what may be read in it is read at once.
  private static let tick: UInt64 = 10_000_000
  private static let block = 64 << 10

  private let failure = Monitor<TransportError?>(nil)
  private let isHurried = Monitor(false)
  private let thread = Monitor<WorkerThread?>(nil)

  /// Starts to read.
  package init(from pipe: Descriptor, to file: Descriptor, bytesPerSecond: Double) throws(TransportError) {
    let (failure, isHurried) = (failure, isHurried)
    let started = try WorkerThread.start(name: "pipe:consumer") {
      do throws(TransportError) {
        try Self.copy(pipe, file, bytesPerSecond, isHurried)
      } catch {
        failure.withLock { $0 = error }
        // Whoever writes must not wait for ever.
        pipe.close()
      }
    }
    thread.withLock { $0 = started }
  }

  /// Takes what is left as fast as possible, and waits for the end of it.
  package func finish() throws(TransportError) {
    isHurried.change { $0 = true }
    thread.withLock { $0 }?.join()
    if let error = failure.withLock({ $0 }) { throw error }
  }

  private static func copy(
    _ pipe: Descriptor, _ file: Descriptor, _ rate: Double, _ isHurried: Monitor<Bool>
  ) throws(TransportError) {
    var bytes = [UInt8](repeating: 0, count: block)
    let start = MonotonicClock.now()
    var taken = 0.0
    // No more at a time than the pace allows in a tick, so that the writer is not let go in bursts.
    let most = max(1, min(block, Int(rate * Double(tick) / 1e9)))
    while true {
      let count = read(pipe.number, &bytes, most)
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw TransportError(call: "read", errno: errno) }
      if count == 0 { return }
      try write(bytes, count, to: file)
      taken += Double(count)
      let due = start + UInt64(taken / rate * 1e9)
      let now = MonotonicClock.now()
      if due > now { _ = isHurried.wait(nanoseconds: due - now) { $0 ? true : nil } }
    }
  }

  private static func write(_ bytes: [UInt8], _ count: Int, to file: Descriptor) throws(TransportError) {
    var written = 0
    while written < count {
      let put = bytes.withUnsafeBytes { bytes in
        // `rebasing` checks that the rest lies within the block.
        let rest = UnsafeRawBufferPointer(rebasing: bytes[written..<count])
        return Glibc.write(file.number, rest.baseAddress, rest.count)
      }
      if put >= 0 { written += put } else if errno != EINTR { throw TransportError(call: "write", errno: errno) }
    }
  }
}
