// Threads that start workers side by side: whoever starts a program waits until it has taken over its process, and the
// time for that is the workers', not the supervisor's.

import Transport

/// The threads that start the workers of one run. They stay until the run is over: a worker ends with the thread that
/// started it.
final class SpawnCrew: Sendable {
  /// More threads than this find nothing to do at the same time.
  private static let most = 8

  private struct State: Sendable {
    var next = 0
    var done = 0
    var isOver = false
  }

  private let state = Monitor(State())
  private let threads = Monitor<[WorkerThread]>([])

  /// Runs the body for every number below `count`, some side by side, and returns when all have returned. Fails, and
  /// runs none, if there is no thread to be had at all.
  func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) throws(TransportError) {
    for index in 0..<min(count, Self.most) {
      do throws(TransportError) {
        try start(count, body)
      } catch {
        if index == 0 { throw error }
        break
      }
    }
    _ = state.wait { $0.done == count ? true : nil }
  }

  private func start(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) throws(TransportError) {
    let thread = try WorkerThread.start(name: "pipe:spawn", stackSize: 256 << 10) { [state] in
      while true {
        let number = state.withLock { state -> Int? in
          guard state.next < count else { return nil }
          state.next += 1
          return state.next - 1
        }
        guard let number else { break }
        body(number)
        state.change { $0.done += 1 }
      }
      _ = state.wait { $0.isOver ? true : nil }
    }
    threads.withLock { $0.append(thread) }
  }

  /// Ends the threads. The workers they started have ended, or end now.
  func dismiss() {
    state.change { $0.isOver = true }
    for thread in threads.withLock({ $0 }) { thread.join() }
  }
}
