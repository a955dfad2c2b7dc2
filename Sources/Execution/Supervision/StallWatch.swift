// Finds workers, or threads, that do nothing although they should: a value without processes or clocks, which is told what
// was seen.

import Transport

/// What was seen of a worker, or of one thread of it, at one look.
package struct WorkerSight: Equatable, Sendable {
  package var state: ActivityPage.State?
  package var progress: UInt64
  /// Whether a signal has stopped the process.
  package var isStopped: Bool
  /// Time on a processor so far, in nanoseconds.
  package var cpuNanoseconds: UInt64
  /// Whether it has said a word yet.
  package var hasGreeted: Bool

  package init(
    state: ActivityPage.State?, progress: UInt64, isStopped: Bool = false, cpuNanoseconds: UInt64 = 0,
    hasGreeted: Bool = true
  ) {
    self.state = state
    self.progress = progress
    self.isStopped = isStopped
    self.cpuNanoseconds = cpuNanoseconds
    self.hasGreeted = hasGreeted
  }
}

/// Watches one worker.
package struct StallWatch: Equatable, Sendable {
  /// How often to look, in nanoseconds.
  package static let interval: UInt64 = 250_000_000
  /// Time for which a stage may be stopped while the watch goes on, in nanoseconds.
  package static let stopLimit: UInt64 = 1_000_000_000

  /// Time that a worker has for its first word at least, in nanoseconds.
  private static let startLimit: UInt64 = 10_000_000_000

  private let timeout: UInt64
  private var last: WorkerSight?
  private var idleFor: UInt64 = 0
  private var stoppedFor: UInt64 = 0
  private var usedSince: UInt64 = 0
  /// For how long it has dealt with no byte and done the same, be it waiting, in nanoseconds.
  package private(set) var quietFor: UInt64 = 0

  /// - Parameter timeout: nanoseconds without progress after which a worker that works counts as stalled.
  package init(timeout: UInt64) { self.timeout = timeout }

  /// Takes in what was seen.
  ///
  /// - Parameter elapsed: nanoseconds since the last look. More than two intervals count as two: then the watch itself
  ///   was stopped, or had no processor, and nobody else need have done better.
  /// - Returns: why the worker is to be ended, or nil.
  package mutating func look(_ sight: WorkerSight, elapsed: UInt64) -> DeathCause? {
    let passed = min(elapsed, 2 * Self.interval)
    let used = sight.cpuNanoseconds - min(sight.cpuNanoseconds, last?.cpuNanoseconds ?? 0)
    let moved = hasMoved(sight, used: used)
    let isQuiet = last.map { $0.progress == sight.progress && $0.state == sight.state } ?? false
    quietFor = isQuiet ? quietFor + passed : 0
    last = sight
    stoppedFor = sight.isStopped ? stoppedFor + passed : 0
    if stoppedFor >= Self.stopLimit { return .stopped }
    if moved {
      (idleFor, usedSince) = (0, 0)
      return nil
    }
    idleFor += passed
    usedSince += used
    // A program that starts is not to blame for a busy machine.
    guard idleFor >= (sight.hasGreeted ? timeout : max(timeout, Self.startLimit)) else { return nil }
    if !sight.hasGreeted { return .failed("said nothing for \(Self.seconds(idleFor)) s") }
    // What hangs uses nothing; what runs in circles may have to share its core with very many.
    return usedSince >= idleFor / 50
      ? .stalled("ran for \(Self.seconds(idleFor)) s without getting anywhere")
      : .stalled("hung for \(Self.seconds(idleFor)) s")
  }

  private func hasMoved(_ sight: WorkerSight, used: UInt64) -> Bool {
    guard let last else { return true }
    if !sight.hasGreeted { return false }
    switch sight.state {
    case .waitsForInput, .waitsForOutput, .waitsForFeedback, .waitsForSource, .finished: return true
    case .worksAsOne where used > 0: return true
    case .works, .worksAsOne, nil: return sight.progress != last.progress || sight.state != last.state
    }
  }

  private static func seconds(_ nanoseconds: UInt64) -> String {
    let tenths = nanoseconds / 100_000_000
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }
}
