// How long threads ran, asked from outside by their names.

import Testing
import Transport

@Suite struct ThreadScheduleTests {
  @Test func threadsAreFoundByTheirNames() throws {
    let isOver = Monitor(false)
    let ready = Monitor(0)
    // The kernel keeps 15 bytes of a name.
    let names = ["pipe:some/1.2", "pipe:some/1.3", "pipe:some/12345678.2"]
    var threads: [WorkerThread] = []
    for name in names {
      threads.append(
        try WorkerThread.start(name: name) {
          let start = MonotonicClock.now()
          while MonotonicClock.now() - start < 2_000_000 {}
          ready.change { $0 += 1 }
          _ = isOver.wait { $0 ? true : nil }
        })
    }
    _ = ready.wait { $0 == names.count ? true : nil }
    let found = ThreadSchedule.ofThreads(of: ProcessSelf.pid, named: "pipe:some/1.")
    #expect(found.count == 2)
    #expect(found.values.allSatisfy { $0.runningNanoseconds > 0 })
    #expect(ThreadSchedule.ofThreads(of: ProcessSelf.pid, named: "pipe:some/12345678.").count == 1)
    #expect(ThreadSchedule.ofThreads(of: ProcessSelf.pid, named: "pipe:none").isEmpty)
    #expect(ThreadSchedule.ofThreads(of: Int32.max, named: "pipe:").isEmpty)
    isOver.change { $0 = true }
    for thread in threads { thread.join() }
  }
}
