// Reader, parsers and aggregator in one thread: the real stages, with links that let a random schedule decide which piece
// is parsed next and when the reader hears of it. Whatever the schedule, the outcome must be that of the serial mode.

import CSV
import Execution
import Query
import Transport

/// Runs a job stage by stage in the calling thread.
///
/// Why `@unchecked Sendable` is right: links must be sendable, but these are used by one thread only.
final class SteppedRun: @unchecked Sendable {
  private var generator: SeededGenerator
  /// How many pieces lie about before the reader has to wait: the reader sends on until it waits by itself.
  private var pool: [Piece] = []
  private var answers: [Feedback] = []
  private var aggregator: AggregatorStage
  private var parser: PieceParser
  private let loader: PieceLoader
  private let buffer = PieceBuffer()
  private let sink: RecordingSink
  private var saysNewestFirst: Bool
  private var hasFinished = false
  /// Bytes of all pieces that were given out.
  private(set) var bytesGivenOut = 0
  private(set) var piecesGivenOut = 0
  private(set) var mostAhead = 0
  /// What went wrong in the stages.
  private(set) var broken: String?

  private init(plan: Plan, inputs: [InputFile], sink: RecordingSink, seed: UInt64) {
    generator = SeededGenerator(seed: seed)
    aggregator = AggregatorStage(plan: plan, inputNames: inputs.map(\.facts.name))
    parser = PieceParser(plan: plan)
    loader = PieceLoader(inputs: inputs)
    saysNewestFirst = seed % 3 == 0
    self.sink = sink
  }

  /// Runs a job with a schedule that the seed decides.
  static func run(_ job: Job, to sink: RecordingSink, seed: UInt64) throws -> (RunOutcome, SteppedRun?) {
    var outcome = RunOutcome()
    do throws(RunFailure) {
      var reader = try ReaderStage(files: job.inputs, question: job.question, window: job.settings.window)
      let plan = try Plan.make(job.question, reader.survey)
      outcome.plan = plan
      let run = SteppedRun(plan: plan, inputs: job.inputs, sink: sink, seed: seed)
      do throws(StageError) {
        var meter = StageMeter()
        try run.aggregator.start(sink, meter: &meter)
        var outlet = Outlet(run: run)
        let findings = try reader.run(to: &outlet, feedback: Feedbacks(run: run), meter: &meter)
        let aggregated = try run.aggregator.conclude(sink, meter: &meter)
        outcome.failure = aggregated.failure
        let books = Books(names: job.inputNames, reader: findings, aggregator: aggregated)
        outcome.books = books
        outcome.findings = aggregated
        if outcome.failure == nil { outcome.failure = books.imbalance }
      } catch {
        if case .failure(let failure) = error { outcome.failure = failure }
      }
      return (outcome, run)
    } catch {
      outcome.failure = error
      return (outcome, nil)
    }
  }

  private func take(_ piece: Piece) {
    if piece.content != .range { broken = "a piece of a file that is no range" }
    pool.append(piece)
    bytesGivenOut += piece.length
    piecesGivenOut += 1
    mostAhead = max(mostAhead, pool.count)
  }

  private func nextFeedback() throws(LinkError) -> Feedback? {
    if aggregator.isDone, !hasFinished {
      hasFinished = true
      answers.append(.finished)
    }
    // Sometimes more than one piece is parsed before the reader hears of the first.
    repeat {
      if pool.isEmpty { break }
      if hasFinished { break }
      let index = saysNewestFirst ? pool.count - 1 : Int.random(in: 0..<pool.count, using: &generator)
      let result = try parse(pool.remove(at: index))
      var meter = StageMeter()
      do throws(StageError) {
        let redo = try aggregator.take(result, sink: sink, meter: &meter)
        if aggregator.isDone {
          hasFinished = true
          answers.append(.finished)
        } else {
          answers.append(.received(result.work, committed: aggregator.boundary, redo: redo))
        }
      } catch {
        broken = "the aggregator failed: \(error)"
        throw .cancelled
      }
    } while Bool.random(using: &generator)
    if answers.isEmpty {
      broken = "nothing is out and nothing is committed: the run would hang at \(aggregator.boundary)"
      throw .cancelled
    }
    return answers.removeFirst()
  }

  private func parse(_ piece: Piece) throws(LinkError) -> PieceResult {
    do throws(RunFailure) {
      try loader.load(piece, into: buffer)
    } catch {
      broken = "a piece cannot be read: \(error.message)"
      throw .cancelled
    }
    return parser.parse(piece, buffer)
  }

  private struct Outlet: PieceOutlet {
    let run: SteppedRun

    func send(_ piece: Piece) throws(StageError) { run.take(piece) }
    func acknowledge(_ work: WorkName) {}
    func finish() {}
  }

  private struct Feedbacks: Inlet {
    let run: SteppedRun

    func receive() throws(LinkError) -> Feedback? { try run.nextFeedback() }
  }
}
