// The parser threads of one process besides its main thread, in hybrid mode: they share its links, and its fate.

import Transport

/// Threads that do what the main thread does.
struct ParserThreads {
  private struct Outcome: Sendable {
    var meters: [StageMeter] = []
    var failure: StageError?
  }

  private let threads: [WorkerThread]
  private let outcome: Monitor<Outcome>

  /// Starts the threads with these numbers.
  static func start(
    _ numbers: Range<Int>, of stage: StageName, _ line: WorkerLine,
    _ body: @escaping @Sendable (Int, inout StageMeter) throws(StageError) -> Void
  ) throws(StageError) -> ParserThreads {
    var threads: [WorkerThread] = []
    let outcome = Monitor(Outcome())
    for number in numbers {
      do throws(TransportError) {
        threads.append(
          try WorkerThread.start(name: "\(stage).\(number + 1)") {
            var meter = StageMeter(activity: line.activity(of: number))
            do throws(StageError) {
              try body(number, &meter)
            } catch {
              outcome.withLock { $0.failure = $0.failure ?? error }
              // At once: the main thread waits for pieces, and nobody will answer the one that this thread had.
              line.report(error)
            }
            meter.activity?.note(.waitsForInput)
            let ended = meter
            outcome.withLock { $0.meters.append(ended) }
          })
      } catch {
        throw .failure(.noThread(error, remedy: "use fewer (--threads)"))
      }
    }
    return ParserThreads(threads: threads, outcome: outcome)
  }

  /// Waits for the threads; gives what they measured.
  func join() throws(StageError) -> [StageMeter] {
    for thread in threads { thread.join() }
    let ended = outcome.withLock { $0 }
    if let failure = ended.failure { throw failure }
    return ended.meters
  }
}
