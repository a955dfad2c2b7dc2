// The lock: mutual exclusion, waking, waiting with and without a limit, and the time it reports.

import Glibc
import Testing
import Transport

struct MonitorTests {
  @Test func addsUpUnderManyThreads() throws {
    let monitor = Monitor(0)
    let threads = try (0..<8).map { index in
      try WorkerThread.start(name: "add \(index)") {
        for _ in 0..<2000 { monitor.withLock { $0 += 1 } }
      }
    }
    for thread in threads { thread.join() }
    #expect(monitor.withLock { $0 } == 16000)
  }

  @Test func waitingForNothingTakesNoTime() {
    let monitor = Monitor(5)
    let waited = monitor.wait { $0 == 5 ? "five" : nil }
    #expect(waited.value == "five")
    #expect(waited.nanoseconds == 0)
  }

  @Test func reportsHowLongItWaited() throws {
    let monitor = Monitor(false)
    let waiting = Monitor(ThreadEntry?.none)
    let thread = try WorkerThread.start(name: "late") {
      waiting.wait { $0 }.value.awaitSleep()
      usleep(20_000)
      monitor.change { $0 = true }
    }
    waiting.change { $0 = .current() }
    let start = MonotonicClock.now()
    let waited = monitor.wait { $0 ? true : nil }
    let passed = MonotonicClock.now() - start
    thread.join()
    #expect(waited.nanoseconds >= 20_000_000)
    #expect(waited.nanoseconds <= passed)
  }

  @Test func givesUpAfterTheTime() {
    let monitor = Monitor(0)
    let waited = monitor.wait(nanoseconds: 20_000_000) { _ in Int?.none }
    #expect(waited.value == nil)
    #expect(waited.nanoseconds >= 20_000_000)
  }

  @Test func timeBeyondAllClocksIsForEver() throws {
    let monitor = Monitor(false)
    let thread = try WorkerThread.start(name: "soon") { monitor.change { $0 = true } }
    let waited = monitor.wait(nanoseconds: .max) { $0 ? true : nil }
    thread.join()
    #expect(waited.value == true)
  }

  @Test func signalWakesTheOneWhoWaitsForThatReason() throws {
    let monitor = Monitor([false, false], conditions: 2)
    let threads = try (0..<2).map { index in
      try WorkerThread.start(name: "wait \(index)") { _ = monitor.wait(for: index) { $0[index] ? true : nil } }
    }
    for index in [1, 0] {
      monitor.withLock { $0[index] = true }
      monitor.signal(index)
      threads[index].join()
    }
  }

  @Test func passesOnTypedErrorsAndUnlocks() {
    let monitor = Monitor(1)
    #expect(throws: LinkError.cancelled) {
      try monitor.withLock { (state) throws(LinkError) in
        state = 2
        throw LinkError.cancelled
      }
    }
    #expect(monitor.withLock { $0 } == 2)
  }
}
