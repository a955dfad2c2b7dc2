// The time of one thread, asked by another.

import Testing
import Transport

@Suite struct ThreadClockTests {
  @Test func tellsHowLongAThreadRuns() throws {
    let clock = Monitor<ThreadClock?>(nil)
    let isOver = Monitor(false)
    let spinner = try WorkerThread.start(name: "spinner") {
      let own = ThreadClock.ofThread()
      clock.change { $0 = own }
      while !isOver.withLock({ $0 }) {}
    }
    let found = clock.wait { $0 }.value
    let before = try #require(found.nanoseconds)
    // It gets a core sooner or later.
    while try #require(found.nanoseconds) < before + 1_000_000 {}
    isOver.change { $0 = true }
    spinner.join()
    // Joining waits until the thread has done its last, which is a moment before the kernel forgets it.
    while found.nanoseconds != nil {}
  }

  @Test func oneThatSleepsDoesNotRun() throws {
    let clock = Monitor<ThreadClock?>(nil)
    let isOver = Monitor(false)
    let sleeper = try WorkerThread.start(name: "sleeper") {
      let own = ThreadClock.ofThread()
      clock.change { $0 = own }
      _ = isOver.wait { $0 ? true : nil }
    }
    let found = clock.wait { $0 }.value
    var times = [UInt64]()
    // It may take a moment until it sleeps.
    while times.count < 2 || times[times.count - 1] != times[times.count - 2] {
      times.append(try #require(found.nanoseconds))
      _ = isOver.wait(nanoseconds: 20_000_000) { $0 ? true : nil }
    }
    isOver.change { $0 = true }
    sleeper.join()
  }
}
