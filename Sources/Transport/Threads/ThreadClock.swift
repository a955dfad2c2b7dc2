// The time that a thread of this process has run, asked by another thread: what tells a thread that hangs from one that
// runs in circles.

import Glibc

/// The processor clock of a thread.
package struct ThreadClock: Equatable, Sendable {
  private let clock: clockid_t

  /// The calling thread's; nil if it cannot be had.
  package static func ofThread() -> ThreadClock? {
    var clock = clockid_t()
    guard pthread_getcpuclockid(pthread_self(), &clock) == 0 else { return nil }
    return ThreadClock(clock: clock)
  }

  /// Nanoseconds on a processor so far; nil once the thread has ended. The number of a clock holds the kernel's number of
  /// the thread, so asking for one that is gone is an error and no more.
  package var nanoseconds: UInt64? {
    var time = timespec()
    guard clock_gettime(clock, &time) == 0 else { return nil }
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
