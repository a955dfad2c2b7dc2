// The parser threads of one process besides its main thread, in hybrid mode: they share its links, and its fate. They stay
// when they have done their part: what the kernel counts of a thread is gone with it, and from inside a sandbox nobody can
// ask for it.

import Transport

/// Threads that do what the main thread does.
struct ParserThreads {
  private struct Outcome: Sendable {
    var meters: [StageMeter] = []
    var failure: StageError?
  }

  private let count: Int
  private let outcome: Monitor<Outcome>

  /// Starts the threads with these numbers.
  static func start(
    _ numbers: Range<Int>, of stage: StageName, _ line: WorkerLine,
    _ body: @escaping @Sendable (Int, inout StageMeter) throws(StageError) -> Void
  ) throws(StageError) -> ParserThreads {
    let outcome = Monitor(Outcome())
    for number in numbers {
      do throws(TransportError) {
        _ = try WorkerThread.start(name: "\(stage).\(number + 1)") {
          var meter = StageMeter(activity: line.activity(of: number), source: line.tap(of: number))
          do throws(StageError) {
            try body(number, &meter)
          } catch {
            outcome.withLock { $0.failure = $0.failure ?? error }
            // At once: the main thread waits for pieces, and nobody will answer the one that this thread had.
            line.report(error)
          }
          meter.stop()
          meter.activity?.note(.waitsForInput)
          let ended = meter
          outcome.change { $0.meters.append(ended) }
          // Until the process ends.
          _ = outcome.wait { _ in Bool?.none }
        }
      } catch {
        throw .failure(.noThread(error, remedy: "use fewer (--threads)"))
      }
    }
    return ParserThreads(count: numbers.count, outcome: outcome)
  }

  /// Waits until all threads have done their part; gives what they measured.
  func wait() throws(StageError) -> [StageMeter] {
    let ended = outcome.wait { $0.meters.count == count ? $0 : nil }.value
    if let failure = ended.failure { throw failure }
    return ended.meters
  }
}
