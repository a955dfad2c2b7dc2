// Threads of an experiment, which are joined together; and pauses that signals do not cut short.

import Glibc
import Transport

/// Some threads that do the same.
struct LabThreads {
  private let threads: [WorkerThread]

  /// Starts `count` threads, whose bodies begin when all are there, because they may wait for each other. If one cannot be
  /// started, none begins.
  static func start(
    _ count: Int, stackSize: Int? = nil, body: @escaping @Sendable (Int) -> Void
  ) throws(LabFailure) -> LabThreads {
    var threads: [WorkerThread] = []
    let begins = Monitor<Bool?>(nil)
    for index in 0..<count {
      do throws(TransportError) {
        threads.append(
          try WorkerThread.start(name: "lab/\(index + 1)", stackSize: stackSize) {
            if begins.wait(until: { $0 }).value { body(index) }
          })
      } catch {
        begins.change { $0 = false }
        for thread in threads { thread.join() }
        throw LabFailure("thread \(index + 1) of \(count) could not be started: \(error.reason)")
      }
    }
    begins.change { $0 = true }
    return LabThreads(threads: threads)
  }

  func join() { for thread in threads { thread.join() } }
}

/// A pause of the calling thread.
enum Pause {
  static func nanoseconds(_ nanoseconds: UInt64) {
    var time = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    var rest = timespec()
    while nanosleep(&time, &rest) != 0, errno == EINTR { time = rest }
  }
}
