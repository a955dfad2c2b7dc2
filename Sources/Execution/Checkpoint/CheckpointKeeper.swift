// Puts outputs and state on the disk about once a second while a run goes on, so that a crash of the machine costs no more
// than the last few seconds.

import Glibc
import Query
import Transport

/// A thread that keeps a checkpoint durable.
package final class CheckpointKeeper: Sendable {
  private struct State: Sendable {
    var isOver = false
    var failure: RunFailure?
  }

  private static let interval: UInt64 = 1_000_000_000
  private let folder: CheckpointFolder
  private let outputs: [OutputBlock.Stream: Descriptor]
  private let state = Monitor(State())
  private let thread = Monitor<WorkerThread?>(nil)
  private let failed: @Sendable (RunFailure) -> Void

  /// - Parameters:
  ///   - outputs: the files of the outputs that are written while the run goes on; they only grow.
  ///   - failed: told at once when nothing can be kept any more; `finish` says it again.
  package init(
    _ folder: CheckpointFolder, outputs: [OutputBlock.Stream: Descriptor],
    failed: @escaping @Sendable (RunFailure) -> Void = { _ in }
  ) {
    self.folder = folder
    self.outputs = outputs
    self.failed = failed
  }

  package func start() throws(RunFailure) {
    do throws(TransportError) {
      let thread = try WorkerThread.start(name: "pipe:checkpoint") { self.run() }
      self.thread.withLock { $0 = thread }
    } catch {
      throw .noThread(error)
    }
  }

  /// Ends the thread.
  ///
  /// - Parameter isComplete: whether the outputs are; they are put on the disk then, for they are to take the checkpoint's
  ///   place.
  /// - Returns: what went wrong at any time.
  package func finish(isComplete: Bool) -> RunFailure? {
    state.change { $0.isOver = true }
    thread.withLock { thread in
      defer { thread = nil }
      return thread
    }?.join()
    if let failure = state.withLock({ $0.failure }) { return failure }
    guard isComplete else { return nil }
    return keep { () throws(TransportError) in try self.synchronizeOutputs() }
  }

  private func run() {
    while state.wait(nanoseconds: Self.interval, until: { $0.isOver ? true : nil }).value == nil {
      let failure = keep { () throws(TransportError) in
        // The lengths come first: what is written meanwhile counts the next time.
        let written = self.lengths
        try self.synchronizeOutputs()
        try self.folder.mark(written)
        for file in self.folder.files.journal { try file.synchronize() }
      }
      if let failure {
        state.withLock { $0.failure = failure }
        failed(failure)
        return
      }
    }
  }

  private func synchronizeOutputs() throws(TransportError) {
    for output in outputs.values { try output.synchronize() }
  }

  /// Puts something on the disk; gives why that failed, or nil.
  private func keep(_ body: () throws(TransportError) -> Void) -> RunFailure? {
    do throws(TransportError) {
      try body()
      return nil
    } catch {
      // The kernel may forget what it could not write: from now on only what was on the disk before counts.
      if let mark = try? folder.files.marks.map(DurableMarks.init)?.latest() {
        try? folder.mark(mark.written, isTrusted: false)
      }
      return CheckpointFolder.unwritable(error)
    }
  }

  /// How long the outputs are.
  private var lengths: OutputCounts {
    var counts = OutputCounts()
    for (stream, output) in outputs {
      var status = stat()
      if fstat(output.number, &status) == 0 { counts[stream] = Int(status.st_size) }
    }
    return counts
  }
}
