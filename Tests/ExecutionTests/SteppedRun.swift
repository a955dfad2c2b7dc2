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
  /// Results that the aggregator has not got yet.
  private var results: [PieceResult] = []
  private var aggregator: AggregatorStage
  private var parsers: [PieceParser]
  private let keepsStates: Bool
  private let loader: PieceLoader
  private let buffer = PieceBuffer()
  private let sink: RecordingSink
  private var saysNewestFirst: Bool
  private let blockSize: Int?
  private let change: (inout Piece) -> Void
  private var hasFinished = false
  /// Bytes of all pieces that were given out.
  private(set) var bytesGivenOut = 0
  private(set) var piecesGivenOut = 0
  private(set) var mostAhead = 0
  /// What went wrong in the stages.
  private(set) var broken: String?

  private init(
    plan: Plan, inputs: [InputFile], sink: RecordingSink, seed: UInt64, keeping: Int, blockSize: Int?,
    change: @escaping (inout Piece) -> Void
  ) {
    generator = SeededGenerator(seed: seed)
    // Nobody waits for another parser: all are run by this thread.
    let board = keeping > 0 ? CommitBoard(patience: 0) : nil
    aggregator = AggregatorStage(plan: plan, inputNames: inputs.map(\.facts.name), board: board)
    parsers = (0..<max(1, keeping)).map { _ in PieceParser(plan: plan, board: board) }
    keepsStates = keeping > 0
    loader = PieceLoader(inputs: inputs)
    saysNewestFirst = seed % 3 == 0
    self.sink = sink
    self.blockSize = blockSize
    self.change = change
  }

  /// Runs a job with a schedule that the seed decides.
  ///
  /// - Parameters:
  ///   - keeping: parsers that keep their states for the whole run; 0 for one that keeps nothing.
  ///   - blockSize: bytes of a piece that a parser that keeps nothing reads at a time; nil for all.
  ///   - change: what is done to each piece on its way to the parser.
  static func run(
    _ job: Job, to sink: RecordingSink, seed: UInt64, keeping: Int = 0, blockSize: Int? = nil,
    change: @escaping (inout Piece) -> Void = { _ in }
  ) throws -> (RunOutcome, SteppedRun?) {
    var outcome = RunOutcome()
    do throws(RunFailure) {
      var reader = try ReaderStage(files: job.inputs, question: job.question, window: job.settings.window)
      let plan = try Plan.make(job.question, reader.survey)
      outcome.plan = plan
      let run = SteppedRun(
        plan: plan, inputs: job.inputs, sink: sink, seed: seed, keeping: keeping, blockSize: blockSize, change: change)
      do throws(StageError) {
        var meter = StageMeter()
        try run.aggregator.start(sink, meter: &meter)
        var outlet = Outlet(run: run)
        let findings = try reader.run(to: &outlet, feedback: Feedbacks(run: run), meter: &meter)
        for index in run.parsers.indices { run.parsers[index].close() }
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
    change(&pool[pool.count - 1])
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
      if hasFinished { break }
      // Where states are kept it matters what is parsed before the aggregator has heard of what.
      while !pool.isEmpty, results.isEmpty || keepsStates && Bool.random(using: &generator) {
        let index = saysNewestFirst ? pool.count - 1 : Int.random(in: 0..<pool.count, using: &generator)
        results.append(try parse(pool.remove(at: index)))
      }
      if results.isEmpty { break }
      let result = results.remove(at: Int.random(in: 0..<results.count, using: &generator))
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
      if let blockSize { return try parseBlocks(of: piece, blockSize) }
      try loader.load(piece, into: buffer)
    } catch {
      broken = "a piece cannot be read: \(error.message)"
      throw .cancelled
    }
    return parsers[Int.random(in: 0..<parsers.count, using: &generator)].parse(piece, buffer)
  }

  private func parseBlocks(of piece: Piece, _ size: Int) throws(RunFailure) -> PieceResult {
    parsers[0].begin(piece)
    var (offset, wanted) = (0, size)
    while true {
      try loader.load(piece, offset..<min(piece.length, offset + wanted), into: buffer)
      guard let next = parsers[0].read(buffer, from: offset) else { return parsers[0].finish() }
      wanted = next == offset ? 2 * wanted : size
      offset = next
    }
  }

  private struct Outlet: PieceOutlet {
    let run: SteppedRun

    func send(_ piece: Piece) throws(StageError) { run.take(piece) }
    func acknowledge(_ work: WorkName) {}
    func renew(parser: Int) -> [WorkName] { [] }
    func forget() {}
    func finish() {}
  }

  private struct Feedbacks: Inlet {
    let run: SteppedRun

    func receive() throws(LinkError) -> Feedback? { try run.nextFeedback() }
  }
}
