// When a worker leaves its place to a fresh one: after so many pieces, or when its memory grows from piece to piece.
// Whatever leaks goes with the process; the answer does not notice, because such an end is like any other.

import Glibc
import Transport

/// Says when a worker is to leave. Its threads share one.
package final class Retirement: Sendable {
  private struct State: Sendable {
    var delivered = 0
    var baseline: UInt64?
    var isDue = false
  }

  /// Bytes of private memory up to which a worker may grow that has no limit: far more than the largest pieces that are
  /// cut by themselves need (8 MiB of groups of their own take some 400 MiB), and little enough for most machines.
  package static let standardGrowthLimit: UInt64 = 1 << 30

  private let mostPieces: Int?
  private let growthLimit: UInt64
  private let memory: OwnMemory?
  private let state = Monitor(State())

  /// - Parameters:
  ///   - mostPieces: after how many pieces to leave; nil for no bound.
  ///   - growthLimit: bytes of private memory.
  package init(mostPieces: Int?, growthLimit: UInt64) {
    self.mostPieces = mostPieces
    self.growthLimit = growthLimit
    memory = OwnMemory()
  }

  /// The numbers of the descriptors that are in use here.
  package var descriptors: [Int32] { memory.map { [$0.descriptor] } ?? [] }

  /// A piece is done with; gives whether to leave now, between two pieces.
  package func isDueAfterPiece() -> Bool {
    let bytes = memory?.look()?.privateBytes ?? 0
    return state.withLock { state in
      state.delivered += 1
      // What the first piece takes is what pieces take: a fresh worker would need as much.
      let baseline = state.baseline ?? bytes
      state.baseline = baseline
      if bytes > growthLimit, bytes > baseline + baseline / 4 { state.isDue = true }
      if let mostPieces, state.delivered >= mostPieces { state.isDue = true }
      return state.isDue
    }
  }

  /// Ends the process.
  package func leave() -> Never { _exit(WorkerExit.retired) }
}
