// The only lock of the project: a state that can be reached only with the mutex held, and waiting for what the state
// becomes. Built on pthread_mutex and pthread_cond, because the thread sanitizer understands them.

import Glibc

/// What waiting brought, and what it cost.
package struct Waited<Value> {
  package var value: Value
  /// Time spent blocked, in nanoseconds; 0 when there was nothing to wait for.
  package var nanoseconds: UInt64
}

extension Waited: Sendable where Value: Sendable {}

/// A state behind a lock. Threads change it with `withLock`, wake each other with `broadcast` or `signal`, and wait for
/// a state they can use with `wait`. Bodies run with the lock held: they never call back here, and are short, except where
/// the lock is there for callers to take turns with something that takes time.
///
/// Why `@unchecked Sendable` is right: `guarded` is touched only in `withLock` and `wait`, which hold `mutex` while they
/// touch it; `State` is `Sendable`, so what a body hands out is safe on its own; the mutex and the conditions are in
/// memory of their own that does not move from `init` to `deinit`, and at `deinit` no thread can be inside, because
/// one that were would hold a reference.
package final class Monitor<State: Sendable>: @unchecked Sendable {
  /// The state, never of size zero: an empty one would lie at the address of the next field, and the thread sanitizer
  /// would take the lock's use of that for a race.
  private var guarded: (state: State, filler: UInt8)
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let conditions: UnsafeMutablePointer<pthread_cond_t>
  private let conditionCount: Int

  /// - Parameter conditions: how many reasons to wait are told apart; waiting and waking name them from 0.
  package init(_ state: State, conditions count: Int = 1) {
    guarded = (state, 0)
    mutex = .allocate(capacity: 1)
    conditions = .allocate(capacity: count)
    conditionCount = count
    // These cannot fail on Linux with default attributes and a clock that exists: they set aside nothing.
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    for index in 0..<count { pthread_cond_init(conditions + index, &attributes) }
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    for index in 0..<conditionCount { pthread_cond_destroy(conditions + index) }
    pthread_mutex_destroy(mutex)
    conditions.deallocate()
    mutex.deallocate()
  }

  /// Runs the body with the lock held. Wakes nobody.
  package func withLock<Result, Failure: Error>(
    _ body: (inout State) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&guarded.state)
  }

  /// Runs the body with the lock held, then wakes everybody who waits, for whatever reason.
  package func change<Result, Failure: Error>(
    _ body: (inout State) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { broadcast() }
    return try withLock(body)
  }

  /// Waits until the body returns something. It runs at once and after every wake-up, with the lock held, and may
  /// change the state when it returns something.
  package func wait<Result>(for condition: Int = 0, until body: (inout State) -> Result?) -> Waited<Result> {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    if let result = body(&guarded.state) { return Waited(value: result, nanoseconds: 0) }
    let start = MonotonicClock.now()
    while true {
      pthread_cond_wait(conditions + condition, mutex)
      if let result = body(&guarded.state) { return Waited(value: result, nanoseconds: MonotonicClock.now() - start) }
    }
  }

  /// The same, but gives up after the time: the value is nil then.
  package func wait<Result>(
    for condition: Int = 0, nanoseconds: UInt64, until body: (inout State) -> Result?
  ) -> Waited<Result?> {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    if let result = body(&guarded.state) { return Waited(value: result, nanoseconds: 0) }
    let start = MonotonicClock.now()
    let (deadline, overflow) = start.addingReportingOverflow(nanoseconds)
    var time = timespec()
    time.tv_sec = Int(clamping: (overflow ? UInt64(Int64.max) : deadline) / 1_000_000_000)
    time.tv_nsec = Int(deadline % 1_000_000_000)
    while true {
      let outcome = pthread_cond_timedwait(conditions + condition, mutex, &time)
      // Looked at once more after the last moment, so that a wake-up that came with it is not lost.
      let result = body(&guarded.state)
      if result != nil || outcome != 0 {
        return Waited(value: result, nanoseconds: MonotonicClock.now() - start)
      }
    }
  }

  /// Wakes everybody who waits, for whatever reason.
  package func broadcast() {
    for index in 0..<conditionCount { pthread_cond_broadcast(conditions + index) }
  }

  /// Wakes one of those who wait for this reason.
  package func signal(_ condition: Int = 0) { pthread_cond_signal(conditions + condition) }
}
