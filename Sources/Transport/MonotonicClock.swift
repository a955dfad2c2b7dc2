// The clock that every measured time comes from: it never goes back and does not follow the wall clock.

import Glibc

/// Nanoseconds since some moment before the process started; the same for all processes of one machine.
package enum MonotonicClock {
  package static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
