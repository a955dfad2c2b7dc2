// Bytes through a descriptor that the kernel moves them for, whole however it cuts them up: short reads and writes,
// interruptions, waiting for the other side. What pipes and sockets have in common; counts what it does.

import CLinux
import Glibc

/// A descriptor of a stream of bytes, switched to non-blocking: that leaves the other end alone, and lets time spent
/// waiting be told apart from time spent copying.
struct DescriptorStream: Sendable {
  let descriptor: Descriptor

  init(_ descriptor: Descriptor) {
    self.descriptor = descriptor
    // Should this fail, then so does the first read or write, which says why.
    _ = clinux_set_nonblocking(descriptor.number, 1)
  }

  /// Writes all of both, in one call if there is room. `.closed` if nobody reads.
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
    metrics.copiedBytes += UInt64(length)
  }

  /// Reads once, the first part before the second. `.closed` if nobody writes any more.
  func read(
    into memory: UnsafeMutableRawBufferPointer, ahead: UnsafeMutableRawBufferPointer,
    counting metrics: inout LinkMetrics
  ) throws(LinkError) -> Int {
    // Both pointers are used within the call only, for exactly the memory that the caller lends.
    var parts = (
      iovec(iov_base: memory.baseAddress, iov_len: memory.count),
      iovec(iov_base: ahead.baseAddress, iov_len: ahead.count)
    )
    let count = try transfer("readv", POLLIN, &metrics) {
      withUnsafeBytes(of: &parts) {
        readv(descriptor.number, $0.assumingMemoryBound(to: iovec.self).baseAddress, 2)
      }
    }
    guard count > 0 else { throw .closed }
    metrics.copiedBytes += UInt64(count)
    return count
  }

  /// Repeats the call until it has moved some bytes, found the end, or failed.
  func transfer(
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
      // A reset is a socket's way to say that the receiver went without having taken everything.
      case EPIPE, ECONNRESET: throw .closed
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
