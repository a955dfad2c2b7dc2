// What a stage has of the memory that it may have, looked at between two pieces and before large steps: so a run that needs
// more ends with figures, and the wall around the process is for what nobody foresaw.

import Transport

/// The account of the process that the stage runs in.
package struct MemoryAccount: Sendable {
  /// What would help.
  package static let remedy =
    "raise --memory-limit, use fewer workers (-j), or ask for less: fewer groups, or --limit with --sort"

  private let budget: MemoryBudget
  private let share: UInt64
  private let memory: OwnMemory
  private let stage: String
  private let isAlone: Bool

  /// - Parameters:
  ///   - stage: who does the work.
  ///   - role: of the worker process; nil where the whole run is in this process.
  /// - Returns: nil where there is no budget, or nothing tells how much memory there is.
  package init?(_ budget: MemoryBudget?, _ stage: String, role: WorkerRole? = nil) {
    guard MemoryWall.isPossible, let budget, let memory = OwnMemory() else { return nil }
    self.budget = budget
    self.memory = memory
    self.stage = stage
    isAlone = role == nil
    share = role.map(budget.share) ?? budget.supervisor
  }

  /// Fails if the process has more than its share, or certainly will.
  ///
  /// - Parameters:
  ///   - holding: what the stage has in memory, such as `12,345 groups`.
  ///   - besides: bytes that count but are not the process's own.
  ///   - next: bytes that the next step takes at least.
  package func check(
    holding: @autoclosure () -> String = "", besides: Int = 0, next: Int = 0
  ) throws(RunFailure) {
    guard let look = memory.look() else { return }
    let wanted = look.privateBytes + UInt64(max(0, besides)) + UInt64(max(0, next))
    guard wanted > share else { return }
    throw Self.failure(stage, needs: wanted, share: share, budget, isAlone: isAlone, holding: holding())
  }

  /// What is said of a stage that needs more than it may have.
  ///
  /// - Parameter needs: about how many bytes; nil if nobody knows.
  static func failure(
    _ stage: String, needs: UInt64? = nil, share: UInt64, _ budget: MemoryBudget, isAlone: Bool, holding: String
  ) -> RunFailure {
    let wanted = needs.map { "about \(mebibytes($0)) MiB" } ?? "more"
    let given =
      isAlone
      ? "the run has \(mebibytes(share)) MiB" : "its share is \(mebibytes(share)) MiB"
    let state = holding.isEmpty ? "" : ", with \(holding) so far"
    return RunFailure(
      .system,
      "\(stage) needs \(wanted)\(state), but \(given) of the \(mebibytes(UInt64(budget.limit))) MiB of --memory-limit",
      remedy: remedy)
  }

  /// Whole MiB, rounded up.
  private static func mebibytes(_ bytes: UInt64) -> UInt64 { (bytes + (1 << 20) - 1) >> 20 }
}
