// Work of the aggregator on many groups spread over threads, as many as there are parsers.

import Query
import Synchronization
import Transport

extension ParallelLoop {
  /// Runs bodies on so many threads, the calling one among them.
  ///
  /// - Parameter place: of the stage whose work this is.
  package static func threads(_ width: Int, of place: StagePlace? = nil) -> ParallelLoop {
    if width < 2 { return .serial }
    return ParallelLoop(width: width) { count, body in
      let next = NextIndex()
      let work: @Sendable () -> Void = {
        while true {
          let index = next.take()
          if index >= count { return }
          body(index)
        }
      }
      let helping = { @Sendable in
        if let place { place.count(work) } else { work() }
      }
      var threads: [WorkerThread] = []
      for number in 1..<max(1, min(width, count)) {
        // With fewer threads than wanted the rest do the work.
        guard let thread = try? WorkerThread.start(name: "answer/\(number)", body: helping) else { break }
        threads.append(thread)
      }
      work()
      for thread in threads { thread.join() }
    }
  }
}

/// Deals indices out.
private final class NextIndex: Sendable {
  private let next = Atomic<Int>(0)

  func take() -> Int { next.wrappingAdd(1, ordering: .relaxed).oldValue }
}
