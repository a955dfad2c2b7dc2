// Threads: names, joining, stacks.

import Glibc
import Testing
import Transport

/// The calling thread's name as the kernel has it, with a line end.
func threadName() -> String {
  guard let file = try? Descriptor.openForReading("/proc/thread-self/comm") else { return "" }
  var name = [UInt8](repeating: 0, count: 64)
  return String(decoding: name[..<max(0, read(file.number, &name, name.count))], as: UTF8.self)
}

struct WorkerThreadTests {
  @Test func runsUnderItsName() throws {
    let name = Monitor("")
    let thread = try WorkerThread.start(name: "a name of more than fifteen bytes") {
      name.withLock { $0 = threadName() }
    }
    thread.join()
    #expect(name.withLock { $0 } == "a name of more \n")
  }

  @Test func canBeJoinedByManyAndTwice() throws {
    let gate = Monitor(false)
    let done = Monitor(0)
    let thread = try WorkerThread.start(name: "gate") {
      _ = gate.wait { $0 ? true : nil }
      done.withLock { $0 += 1 }
    }
    let others = try (0..<3).map { index in
      try WorkerThread.start(name: "join \(index)") {
        thread.join()
        done.withLock { $0 += 10 }
      }
    }
    gate.change { $0 = true }
    for other in others { other.join() }
    thread.join()
    thread.join()
    #expect(done.withLock { $0 } == 31)
  }

  @Test func letsGoOfItsBody() throws {
    final class Witness: Sendable {}
    weak var seen: Witness?
    try {
      let witness = Witness()
      seen = witness
      let thread = try WorkerThread.start(name: "hold") { withExtendedLifetime(witness) {} }
      thread.join()
    }()
    #expect(seen == nil)
  }

  @Test func goesOnWhenNobodyHoldsIt() throws {
    let gate = Monitor(0)
    _ = try WorkerThread.start(name: "alone") {
      _ = gate.wait { $0 == 1 ? true : nil }
      gate.change { $0 = 2 }
    }
    gate.change { $0 = 1 }
    #expect(gate.wait { $0 == 2 ? true : nil }.value)
  }

  @Test func takesAStackSizeAndRefusesOneTooSmall() throws {
    let isRun = Monitor(false)
    try WorkerThread.start(name: "stack", stackSize: 1 << 20) { isRun.withLock { $0 = true } }.join()
    #expect(isRun.withLock { $0 })
    #expect(throws: TransportError(call: "pthread_attr_setstacksize", errno: EINVAL)) {
      try WorkerThread.start(name: "none", stackSize: 1) {}
    }
  }
}
