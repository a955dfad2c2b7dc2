// Shows how far a run has come: one line that is rewritten on a terminal, a line every few seconds elsewhere.

import Execution
import Report
import Transport

/// The display of one run; lives in a thread of its own.
final class ProgressDisplay: Sendable {
  private struct State: Sendable {
    var isOver = false
    var hasLine = false
  }

  private let state = Monitor(State())
  private let progress: Progress
  private let total: Int?
  private let queueCapacity: Int?
  private let isTerminal: Bool
  private let start = MonotonicClock.now()

  /// - Parameters:
  ///   - total: bytes of all inputs, or nil where a stream does not say.
  ///   - queueCapacity: pieces that fit between reader and parsers, or nil where there is no queue.
  init(progress: Progress, total: Int?, queueCapacity: Int?, isTerminal: Bool) {
    self.progress = progress
    self.total = total
    self.queueCapacity = queueCapacity
    self.isTerminal = isTerminal
  }

  /// Runs until `end`.
  func run() {
    // Short runs show nothing.
    var interval: UInt64 = 1_000_000_000
    while true {
      let over = state.wait(nanoseconds: interval) { $0.isOver ? true : nil }.value
      if over == true { return }
      interval = isTerminal ? 200_000_000 : 3_000_000_000
      show()
    }
  }

  private func show() {
    let seconds = Double(MonotonicClock.now() - start) / 1e9
    let queue = queueCapacity.map { (used: progress.queueDepth, capacity: $0) }
    let line = ProgressLine(done: progress.committedBytes, total: total, seconds: seconds, queue: queue)
    state.withLock { state in
      if state.isOver { return }
      state.hasLine = isTerminal
      if isTerminal {
        let width = Terminal.width(MemoryWall.messageDescriptor)
        Diagnostics.write("\r\u{1B}[K" + line.text(maxWidth: width.map { $0 - 1 }))
      } else {
        Diagnostics.write("pipe: \(line.text())\n")
      }
    }
  }

  /// Ends the display and takes its line away.
  func end() {
    state.change { state in
      if state.hasLine { Diagnostics.write("\r\u{1B}[K") }
      state.hasLine = false
      state.isOver = true
    }
  }
}
