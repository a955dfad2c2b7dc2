// What an executor is: something that runs a job in one mode. All give the same bytes and the same books.

import Query
import Synchronization
import Transport

/// How a run ended, and what was measured.
package struct RunOutcome: Sendable {
  /// Why there is no complete result, or nil.
  package var failure: RunFailure?
  package var plan: Plan?
  package var books: Books?
  package var findings: AggregatorFindings?
  package var stages: [StageReport] = []
  package var queues: [QueueReport] = []
  /// Workers that ended during the run, and were replaced.
  package var replacements: [Replacement] = []
  /// Where the run went on from what an earlier one had kept.
  package var continuedAt: Boundary?
  /// When the run began, by `MonotonicClock`.
  package var start: UInt64 = 0
  package var wallNanoseconds: UInt64 = 0
  /// From the start of the run until the first parser was there to take work: until its thread ran, or its process had said
  /// its first word, or in serial mode until the stages began. nil where none ever was.
  package var firstReadyNanoseconds: UInt64?
  /// The largest sum of proportional set sizes that was seen over all processes; nil if none was sampled.
  package var peakProportionalBytes: UInt64?

  /// What the run looked like when it was given up because a stage had stalled that is a thread. That thread is still there:
  /// the program ends without waiting for it.
  package var picture: RunPicture?

  package init(failure: RunFailure? = nil) { self.failure = failure }

  /// Closes the books: a run that did not fail fails if they do not balance.
  mutating func close(names: [String], reader: ReaderFindings, aggregator: AggregatorFindings) {
    let books = Books(names: names, reader: reader, aggregator: aggregator)
    self.books = books
    findings = aggregator
    if failure == nil { failure = aggregator.failure ?? books.imbalance }
  }
}

/// What happened on one queue.
package struct QueueReport: Equatable, Sendable {
  package var name: String
  package var metrics: QueueMetrics
}

/// Runs jobs in one mode.
package protocol Executor: Sendable {
  /// Runs a job to its end. Output is complete, and may be published, only if the outcome has no failure.
  func run(_ job: Job, to sink: some OutputSink, progress: Progress) -> RunOutcome
}

extension ExecutionMode {
  /// The executors by mode.
  package func makeExecutor() -> any Executor {
    switch self {
    case .serial: SerialExecutor()
    case .thread: ThreadExecutor()
    case .process, .hybrid: ProcessExecutor()
    }
  }
}

/// How far a run has come, for whoever shows it. Safe to read from any thread.
package final class Progress: Sendable {
  private let committed = Atomic<Int>(0)
  private let depth = Atomic<Int>(0)
  /// Where pictures of the run are asked for.
  package let pictures = PictureDesk()
  private let giveUp = Monitor<(@Sendable (RunOutcome) -> Void)?>(nil)
  private let continued = Monitor<Boundary?>(nil)
  private let continuing: @Sendable (Boundary) -> Void

  /// - Parameter continuing: called when it is known where a run goes on that has kept its state.
  package init(continuing: @escaping @Sendable (Boundary) -> Void = { _ in }) { self.continuing = continuing }

  /// Where the run went on, if it has kept its state.
  package var continuedAt: Boundary? { continued.withLock { $0 } }

  func noteContinuation(at boundary: Boundary, of inputs: [InputFile]) {
    continued.withLock { $0 = boundary }
    note(boundary, of: inputs)
    continuing(boundary)
  }

  /// Bytes committed of all inputs.
  package var committedBytes: Int { committed.load(ordering: .relaxed) }
  /// Pieces that are waiting for a parser, where that is known.
  package var queueDepth: Int { depth.load(ordering: .relaxed) }

  /// Notes the committed boundary.
  func note(_ boundary: Boundary, of inputs: [InputFile]) {
    let before = inputs.prefix(boundary.input).reduce(0) { $0 + $1.facts.size }
    committed.store(before + boundary.offset, ordering: .relaxed)
  }

  /// Says what is to be done where the calling thread of a run hangs, which therefore cannot return: told with the outcome
  /// in another thread, it ends the program.
  package func whenCallerHangs(_ body: @escaping @Sendable (RunOutcome) -> Void) { giveUp.withLock { $0 = body } }

  /// What is to be done then; nil where nobody has said so.
  var hangAction: (@Sendable (RunOutcome) -> Void)? { giveUp.withLock { $0 } }

  func note(queueDepth: Int) { depth.store(queueDepth, ordering: .relaxed) }
}
