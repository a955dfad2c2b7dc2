// Waiting for several descriptors at once (poll), for whoever watches processes, sockets and signals in one thread.

import Glibc

/// Waits until descriptors can be read or written without blocking.
package enum Readiness {
  /// Waits until at least one of the descriptors can be read, or its other side is gone.
  /// - Parameters:
  ///   - descriptors: numbers; negative ones are passed over and never ready.
  ///   - nanoseconds: how long to wait at most; nil for ever, 0 to look only.
  /// - Returns: for each descriptor whether it is ready; none after the time is over.
  package static func waitReadable(
    _ descriptors: [Int32], nanoseconds: UInt64? = nil
  ) throws(TransportError) -> [Bool] {
    var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    try wait(&entries, nanoseconds: nanoseconds)
    return entries.map { $0.revents != 0 }
  }

  /// Waits until one of the events (POLLIN, POLLOUT) is there for the descriptor, or its other side is gone.
  static func wait(_ descriptor: Int32, _ events: Int32) throws(TransportError) {
    var entries = [pollfd(fd: descriptor, events: Int16(events), revents: 0)]
    try wait(&entries, nanoseconds: nil)
  }

  /// Whether nobody has the other end of this pipe any more. Looks only.
  static func isOtherSideGone(_ pipe: Descriptor) throws(TransportError) -> Bool {
    // No events: an end is reported whether it was asked for or not.
    var entry = pollfd(fd: pipe.number, events: 0, revents: 0)
    // A negative number would be passed over, as if all were well.
    guard entry.fd >= 0 else { throw TransportError(call: "poll", errno: EBADF) }
    while poll(&entry, 1, 0) < 0 {
      if errno != EINTR { throw .last("poll") }
    }
    return entry.revents != 0
  }

  private static func wait(_ entries: inout [pollfd], nanoseconds: UInt64?) throws(TransportError) {
    let start = MonotonicClock.now()
    while true {
      var timeout: Int32 = -1
      if let nanoseconds {
        let passed = MonotonicClock.now() - start
        // Rounded up, so that a rest below a millisecond is not spent in a busy loop.
        let rest = nanoseconds > passed ? nanoseconds - passed : 0
        timeout = Int32(clamping: rest / 1_000_000 + (rest % 1_000_000 == 0 ? 0 : 1))
      }
      if poll(&entries, nfds_t(entries.count), timeout) >= 0 { return }
      if errno != EINTR { throw .last("poll") }
    }
  }
}
