// The carrier that is a ring in shared memory: the sender copies bytes in, the receiver copies them out, and the kernel
// is asked only to put one to sleep or to wake the other.

import Glibc

/// The sending side of a ring.
struct RingSender: SendingChannel {
  private let end: RingEnd

  /// - Parameter descriptors: as `RingEnd.makeEnds` gives them.
  init(_ descriptors: [Descriptor]) throws(LinkError) { end = try RingEnd(.sender, descriptors) }

  func write(_ head: Span<UInt8>, _ tail: Span<UInt8>, counting metrics: inout LinkMetrics) throws(LinkError) {
    // While there is room nothing else would tell.
    if try end.isOtherSideGone(counting: &metrics) { throw .closed }
    let length = head.count + tail.count
    var written = 0
    while written < length {
      let wanted = min(length - written, end.stride)
      let count = min(wanted, try end.waitForBytes(wanted, counting: &metrics))
      let start = MonotonicClock.now()
      let headPart = min(written, head.count)..<min(written + count, head.count)
      let tailPart = max(written - head.count, 0)..<max(written + count - head.count, 0)
      // The pointers are used within the calls only, for exactly as many bytes as the parts have.
      head.extracting(headPart).withUnsafeBytes { end.ring.copy($0, to: end.position) }
      tail.extracting(tailPart).withUnsafeBytes { end.ring.copy($0, to: end.position &+ UInt32(headPart.count)) }
      metrics.systemCallNanoseconds += MonotonicClock.now() - start
      end.advance(by: count, counting: &metrics)
      written += count
    }
  }

  /// Reads the file right into the ring: one copy, as if the kernel wrote it into a pipe.
  func splice(_ range: FileRange, counting metrics: inout LinkMetrics) throws(LinkError) -> Int {
    if try end.isOtherSideGone(counting: &metrics) { throw .closed }
    let wanted = min(range.count, end.stride)
    let room = min(wanted, try end.waitForBytes(wanted, counting: &metrics))
    while true {
      let start = MonotonicClock.now()
      let count = end.ring.read(range.descriptor, at: range.offset, count: room, to: end.position)
      // Kept at once: reading the clock may change it.
      let failure = errno
      metrics.systemCallNanoseconds += MonotonicClock.now() - start
      metrics.systemCalls += 1
      if count > 0 { end.advance(by: count, counting: &metrics) }
      if count >= 0 { return count }
      if failure != EINTR { throw .system(call: "pread", errno: failure) }
    }
  }
}

/// The receiving side of a ring.
struct RingReceiver: ReceivingChannel {
  private let end: RingEnd

  /// - Parameter descriptors: as `RingEnd.makeEnds` gives them.
  init(_ descriptors: [Descriptor]) throws(LinkError) { end = try RingEnd(.receiver, descriptors) }

  func read(
    into memory: UnsafeMutableRawBufferPointer, ahead: UnsafeMutableRawBufferPointer,
    counting metrics: inout LinkMetrics
  ) throws(LinkError) -> Int {
    let there = try end.waitForBytes(1, counting: &metrics)
    let start = MonotonicClock.now()
    // `rebasing` checks that the parts lie within what the caller lends.
    let count = min(there, end.stride, memory.count + ahead.count)
    let first = UnsafeMutableRawBufferPointer(rebasing: memory[..<min(count, memory.count)])
    let second = UnsafeMutableRawBufferPointer(rebasing: ahead[..<(count - first.count)])
    end.ring.copy(from: end.position, into: first)
    end.ring.copy(from: end.position &+ UInt32(first.count), into: second)
    metrics.systemCallNanoseconds += MonotonicClock.now() - start
    end.advance(by: count, counting: &metrics)
    return count
  }
}
