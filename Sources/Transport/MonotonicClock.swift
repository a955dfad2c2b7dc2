// The clock that every measured time comes from: it never goes back and does not follow the wall clock.

import Glibc

/// Nanoseconds since some moment before the process started; the same for all processes of one machine.
package enum MonotonicClock {
  package static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// Sleeps until a moment of this clock; returns at once if it is over.
  package static func sleep(until moment: UInt64) {
    var time = timespec()
    time.tv_sec = Int(clamping: moment / 1_000_000_000)
    time.tv_nsec = Int(moment % 1_000_000_000)
    // It says what went wrong by its value: interrupted by a signal is all that can.
    while clock_nanosleep(CLOCK_MONOTONIC, Int32(TIMER_ABSTIME), &time, nil) == EINTR {}
  }
}
