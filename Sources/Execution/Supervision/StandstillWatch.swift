// Finds runs in which every stage waits for another: a value without processes or clocks, which is told what was seen. A
// frame that claims to be longer than it is does that: its receiver waits for the rest, its sender for an answer.

import Transport

/// What was seen of a worker, as far as it matters to all of them together.
package struct WorkerStand: Equatable, Sendable {
  /// Whether it was told what to do, and does nothing but wait for input from another stage.
  package var isWaiting: Bool
  /// The sum over its threads.
  package var progress: UInt64

  package init(isWaiting: Bool, progress: UInt64 = 0) {
    self.isWaiting = isWaiting
    self.progress = progress
  }
}

/// Watches all workers of a run.
package struct StandstillWatch: Equatable, Sendable {
  private let timeout: UInt64
  private var last: [WorkerStand] = []
  private var stoodFor: UInt64 = 0

  /// - Parameter timeout: nanoseconds without any change after which nobody will ever get on.
  package init(timeout: UInt64) { self.timeout = timeout }

  /// Takes in what was seen of all workers; the time between looks counts as `StallWatch` counts it.
  ///
  /// - Returns: whether they have stood still for too long; then the time begins anew.
  package mutating func look(_ stands: [WorkerStand], elapsed: UInt64) -> Bool {
    let isSame = stands == last && stands.allSatisfy(\.isWaiting)
    last = stands
    stoodFor = isSame ? stoodFor + min(elapsed, 2 * StallWatch.interval) : 0
    guard stoodFor >= timeout else { return false }
    stoodFor = 0
    return true
  }
}
