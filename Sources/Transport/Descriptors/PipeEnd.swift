// Bytes through one end of a pipe, whole however the kernel cuts them up: short reads and writes, interruptions, waiting
// for the other side. Counts what it does.

import CLinux
import Glibc

/// One end of a pipe, switched to non-blocking: that leaves the other end alone, and lets time spent waiting be told
/// apart from time spent copying.
struct PipeEnd: Sendable {
  private let descriptor: Descriptor

  init(_ descriptor: Descriptor) {
    self.descriptor = descriptor
    // Should this fail, then so does the first read or write, which says why.
    _ = clinux_set_nonblocking(descriptor.number, 1)
  }

  /// Writes all of both, in one call if the pipe has room. `.closed` if nobody reads.
  func write(_ head: Span<UInt8>, _ tail: Span<UInt8>, counting metrics: inout LinkMetrics) throws(LinkError) {
    let length = head.count + tail.count
    var written = 0
    while written < length {
      let headRest = head.extracting(min(written, head.count)..<head.count)
      let tailRest = tail.extracting(max(0, written - head.count)..<tail.count)
      written += try transfer("writev", POLLOUT, &metrics) {
        // Both pointers are used within the call only, for exactly as many bytes as their spans have; writev reads.
        headRest.withUnsafeBufferPointer { head in
          tailRest.withUnsafeBufferPointer { tail in
            var parts = (
              iovec(iov_base: UnsafeMutableRawPointer(mutating: head.baseAddress), iov_len: head.count),
              iovec(iov_base: UnsafeMutableRawPointer(mutating: tail.baseAddress), iov_len: tail.count)
            )
            return withUnsafeBytes(of: &parts) {
              writev(descriptor.number, $0.assumingMemoryBound(to: iovec.self).baseAddress, 2)
            }
          }
        }
      }
    }
  }

  /// Reads once: into the room that `output` has, and what does not fit there into `ahead`. Waits until there is something.
  /// `.closed` if nobody writes any more.
  func read(
    into output: inout OutputSpan<UInt8>, ahead: inout OutputSpan<UInt8>, counting metrics: inout LinkMetrics
  ) throws(LinkError) {
    try output.withUnsafeMutableBufferPointer { (bytes, filled) throws(LinkError) in
      try ahead.withUnsafeMutableBufferPointer { (aheadBytes, aheadFilled) throws(LinkError) in
        // Both pointers are used within the call only, for at most the bytes of their spans that are not filled yet
        // (`extracting` checks); the kernel has filled as many as it says, the first part before the second.
        let room = bytes.extracting(filled..<bytes.count)
        let aheadRoom = aheadBytes.extracting(aheadFilled..<aheadBytes.count)
        var parts = (
          iovec(iov_base: UnsafeMutableRawPointer(room.baseAddress), iov_len: room.count),
          iovec(iov_base: UnsafeMutableRawPointer(aheadRoom.baseAddress), iov_len: aheadRoom.count)
        )
        let count = try transfer("readv", POLLIN, &metrics) {
          withUnsafeBytes(of: &parts) {
            readv(descriptor.number, $0.assumingMemoryBound(to: iovec.self).baseAddress, 2)
          }
        }
        guard count > 0 else { throw .closed }
        filled += min(count, room.count)
        aheadFilled += max(0, count - room.count)
      }
    }
  }

  /// Reads once into memory, and what does not fit there into `ahead`; the same as above for memory that is no array's.
  func read(
    into memory: UnsafeMutableRawBufferPointer, ahead: inout OutputSpan<UInt8>, counting metrics: inout LinkMetrics
  ) throws(LinkError) -> Int {
    try ahead.withUnsafeMutableBufferPointer { (aheadBytes, aheadFilled) throws(LinkError) in
      // As above: both parts are within their memory, and no pointer outlives the call.
      let aheadRoom = aheadBytes.extracting(aheadFilled..<aheadBytes.count)
      var parts = (
        iovec(iov_base: memory.baseAddress, iov_len: memory.count),
        iovec(iov_base: UnsafeMutableRawPointer(aheadRoom.baseAddress), iov_len: aheadRoom.count)
      )
      let count = try transfer("readv", POLLIN, &metrics) {
        withUnsafeBytes(of: &parts) {
          readv(descriptor.number, $0.assumingMemoryBound(to: iovec.self).baseAddress, 2)
        }
      }
      guard count > 0 else { throw .closed }
      aheadFilled += max(0, count - memory.count)
      return min(count, memory.count)
    }
  }

  /// Moves bytes of a file into the pipe, as many as there is room for at once, without copying them where the file
  /// system can do that. `.system` with what reading the file failed with; 0 if it has ended.
  func splice(_ range: FileRange, counting metrics: inout LinkMetrics) throws(LinkError) -> Int {
    try transfer("splice", POLLOUT, &metrics) {
      clinux_splice(range.descriptor.number, Int64(range.offset), descriptor.number, range.count)
    }
  }

  /// Repeats the call until it has moved some bytes, found the end, or failed.
  private func transfer(
    _ name: String, _ event: Int32, _ metrics: inout LinkMetrics, _ call: () -> Int
  ) throws(LinkError) -> Int {
    while true {
      let start = MonotonicClock.now()
      let count = call()
      // Kept at once: reading the clock may change it.
      let failure = errno
      metrics.systemCallNanoseconds += MonotonicClock.now() - start
      metrics.systemCalls += 1
      if count >= 0 {
        metrics.bytes += UInt64(count)
        return count
      }
      switch failure {
      case EINTR: continue
      case EAGAIN: try waitFor(event, &metrics)
      case EPIPE: throw .closed
      default: throw .system(call: name, errno: failure)
      }
    }
  }

  private func waitFor(_ event: Int32, _ metrics: inout LinkMetrics) throws(LinkError) {
    let start = MonotonicClock.now()
    do {
      try Readiness.wait(descriptor.number, event)
    } catch {
      throw .system(call: error.call, errno: error.errno)
    }
    metrics.blockedNanoseconds += MonotonicClock.now() - start
    metrics.systemCalls += 1
  }
}
