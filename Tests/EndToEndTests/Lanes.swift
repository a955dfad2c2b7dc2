// Runs jobs that wait for children, a few at a time, on threads of their own: the threads of tests are too few to wait.

import Foundation

enum Lanes {
  /// More than two cores keep busy: a child waits now and then, and the last of a few jobs would run alone.
  static let count = min(8, max(4, ProcessInfo.processInfo.activeProcessorCount))

  /// The values of all jobs, in their order.
  static func run<Value: Sendable>(_ jobs: [@Sendable () -> Value]) async -> [Value] {
    if jobs.isEmpty { return [] }
    let work = Work(jobs)
    await withCheckedContinuation { continuation in
      for _ in 0..<min(count, jobs.count) {
        Thread.detachNewThread { if work.runToEnd() { continuation.resume() } }
      }
    }
    return work.values
  }

  /// Jobs to be taken by several threads. Unchecked because the compiler does not know of the lock, which guards all
  /// that changes.
  private final class Work<Value: Sendable>: @unchecked Sendable {
    private let jobs: [@Sendable () -> Value]
    private let lock = NSLock()
    private var next = 0
    private var results: [Int: Value] = [:]

    init(_ jobs: [@Sendable () -> Value]) { self.jobs = jobs }

    var values: [Value] { lock.withLock { jobs.indices.compactMap { results[$0] } } }

    /// Takes jobs until there are no more; true for the caller that finished the last one.
    func runToEnd() -> Bool {
      var isLast = false
      while let index = take() {
        let value = jobs[index]()
        isLast = lock.withLock {
          results[index] = value
          return results.count == jobs.count
        }
      }
      return isLast
    }

    private func take() -> Int? {
      lock.withLock {
        defer { next += 1 }
        return next < jobs.count ? next : nil
      }
    }
  }
}
