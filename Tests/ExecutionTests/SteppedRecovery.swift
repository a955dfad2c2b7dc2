// Reader, parsers and aggregator in one thread, as in `SteppedRun`, but any of them may be gone between two steps, and
// the aggregator within one. What the supervisor and the links do about it is played here, in its order:
//
//   reader <- socket <- supervisor <- told <- aggregator <- results <- parsers <- pool <- reader
//
// For whoever changes it: this is a second telling of `Supervision/Recovery.swift` and `Wiring.swift`; what those
// promise about orders must be the same here, and nothing more than that.

import CSV
import Execution
import Query
import Transport

/// Runs a job stage by stage in the calling thread, with deaths.
///
/// Why `@unchecked Sendable` is right: links must be sendable, but these are used by one thread only.
final class SteppedRecovery: @unchecked Sendable {
  /// A parser's process.
  struct Owner: Hashable {
    var parser: Int
    var incarnation: Int
  }

  /// A record that parsers die of, and what they die of it.
  struct Killer {
    /// Where it starts in the first input.
    var start: Int
    var fact: PoisonFact

    /// Whether the parser that made this of a piece would have died.
    func ends(_ piece: Piece, _ result: PieceResult) -> Bool {
      guard piece.work.input == 0, Int(piece.work.first) <= start, start < Int(piece.work.end) else { return false }
      // Even looking for its end may be the end.
      if let poison = piece.poison { return result.end > start && fact.endsAtLine && !poison.endsAtLine }
      return result.end > start || result.isOpen
    }
  }

  /// What the aggregator has said and the supervisor has not heard.
  enum Word {
    case feedback(Feedback)
    case drained(Owner)
    case resumed(Boundary)
  }

  var generator: SeededGenerator
  let job: Job
  let plan: Plan
  let change: (inout Piece) -> Void
  // The aggregator, and what outlives it.
  let journal: JournalFiles
  let sink: MortalSink
  var aggregator: AggregatorStage
  var told: [Word] = []
  // The supervisor.
  var committed = Boundary(input: 0, offset: 0)
  /// What the aggregator has asked for last.
  var redo: RedoRequest?
  var generation = 0
  var isFinished = false
  var suspects: [Int: [Suspect]] = [:]
  /// Parsers that took the place of others and that the reader has no link to.
  var held: Set<Int> = []
  // The parsers.
  var incarnations: [Int]
  var pool: [(owner: Owner, piece: Piece)] = []
  var results: [(owner: Owner, result: PieceResult)] = []
  /// Processes that are gone and of which the aggregator has not said that nothing more comes.
  var undrained: Set<Owner> = []
  private var parser: PieceParser
  private let loader: PieceLoader
  private let killer: Killer?
  private let buffer = PieceBuffer()
  // The reader.
  var socket: [Feedback] = []
  var places = SteppedPlaces(incarnations: [])
  private var isReaderGone = false
  private var hasReaderEnded = false
  /// Deaths that are still to come at most, and those that have been.
  var deathsLeft: Int
  private(set) var deaths = 0
  /// What went wrong in the stages.
  var broken: String?

  private init(
    _ job: Job, _ plan: Plan, _ recording: RecordingSink, seed: UInt64, deaths: Int, leastLog: Int,
    killer: Killer?, change: @escaping (inout Piece) -> Void
  ) throws {
    self.killer = killer
    generator = SeededGenerator(seed: seed)
    self.job = job
    self.plan = plan
    self.change = change
    deathsLeft = deaths
    sink = MortalSink(recording)
    journal = try JournalFiles(leastLog: leastLog)
    aggregator = AggregatorStage(plan: plan, inputNames: job.inputNames)
    incarnations = Array(repeating: 0, count: job.settings.workers)
    parser = PieceParser(plan: plan)
    loader = PieceLoader(inputs: job.inputs)
  }

  /// Runs a job with a schedule and deaths that the seed decides.
  ///
  /// - Parameters:
  ///   - deaths: the most of them.
  ///   - leastLog: bytes of results from which on the aggregator puts them together.
  ///   - killer: a record that ends every parser that reads it.
  ///   - change: what is done to each piece on its way to the parser.
  static func run(
    _ job: Job, to recording: RecordingSink, seed: UInt64, deaths: Int, leastLog: Int, killer: Killer? = nil,
    change: @escaping (inout Piece) -> Void = { _ in }
  ) throws -> (RunOutcome, SteppedRecovery?) {
    var outcome = RunOutcome()
    do throws(RunFailure) {
      let reader = try ReaderStage(files: job.inputs, question: job.question, window: job.settings.window)
      outcome.plan = try Plan.make(job.question, reader.survey)
    } catch {
      outcome.failure = error
    }
    guard let plan = outcome.plan else { return (outcome, nil) }
    let run = try SteppedRecovery(
      job, plan, recording, seed: seed, deaths: deaths, leastLog: leastLog, killer: killer, change: change)
    do throws(StageError) {
      run.startAggregator()
      let findings = try run.read()
      let aggregated = try run.conclude()
      outcome.failure = aggregated.failure
      let books = Books(names: job.inputNames, reader: findings, aggregator: aggregated)
      outcome.books = books
      if outcome.failure == nil { outcome.failure = books.imbalance }
    } catch {
      if case .failure(let failure) = error { outcome.failure = failure }
    }
    return (outcome, run)
  }

  // MARK: Deaths

  /// Whether somebody dies now, once in so many times.
  func isDeathly(oneIn count: Int) -> Bool {
    guard deathsLeft > 0, generator.oneIn(count) else { return false }
    deathsLeft -= 1
    deaths += 1
    return true
  }

  /// The reader with all that follow it, to the end of the last.
  private func read() throws(StageError) -> ReaderFindings {
    var meter = StageMeter()
    while true {
      places = SteppedPlaces(incarnations: incarnations)
      do throws(StageError) {
        var reader = try StageError.own { () throws(RunFailure) in try makeReader() }
        var outlet = Outlet(run: self)
        let findings = try reader.run(to: &outlet, feedback: Feedbacks(run: self), meter: &meter)
        guard isDeathly(oneIn: 3) else {
          hasReaderEnded = true
          return findings
        }
      } catch {
        guard isReaderGone else { throw error }
        isReaderGone = false
      }
      // What it had been told is gone with it, and what it had sent by half; each parser that is new is linked to the
      // new one at once.
      (socket, held) = ([], [])
      pool.removeAll { _ in generator.oneIn(4) }
      generation += 1
    }
  }

  private func makeReader() throws(RunFailure) -> ReaderStage {
    let first = try ReaderStage(files: job.inputs, question: job.question, window: job.settings.window)
    if generation == 0 { return first }
    return try ReaderStage(
      files: job.inputs, question: job.question, window: job.settings.window, survey: first.survey,
      at: .init(boundary: committed, generation: generation, isFinished: isFinished, redo: redo))
  }

  private func endParser(_ parser: Int) {
    let old = Owner(parser: parser, incarnation: incarnations[parser])
    pool.removeAll { $0.owner == old }
    // Some of its results it had not sent.
    results.removeAll { $0.owner == old && generator.oneIn(2) }
    undrained.insert(old)
    incarnations[parser] += 1
    held.insert(parser)
  }

  // MARK: Steps

  private func nextFeedback() throws(LinkError) -> Feedback? {
    while true {
      if isDeathly(oneIn: 12) {
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: replaceAggregator()
        case 1: endParser(Int.random(in: 0..<incarnations.count, using: &generator))
        default:
          isReaderGone = true
          throw .closed
        }
      }
      if broken != nil { throw .cancelled }
      var steps: [() -> Void] = []
      if !told.isEmpty { steps.append(hear) }
      if !pool.isEmpty { steps.append(parse) }
      if !results.isEmpty { steps.append(deliver) }
      let quiet = undrained.subtracting(results.map(\.owner))
      if !quiet.isEmpty { steps.append { self.sayDrained(quiet) } }
      if !socket.isEmpty, steps.isEmpty || generator.oneIn(3) { return socket.removeFirst() }
      guard let step = steps.randomElement(using: &generator) else {
        broken = "nothing is out and nothing is committed: the run would hang at \(aggregator.boundary)"
        continue
      }
      step()
    }
  }

  private func parse() {
    let (owner, piece) = pool.remove(at: Int.random(in: 0..<pool.count, using: &generator))
    do {
      try loader.load(piece, into: buffer)
      let result = parser.parse(piece, buffer)
      if let killer, killer.ends(piece, result) {
        suspects[owner.parser] = [Suspect(work: piece.work, signal: killer.fact.signal)]
        return endParser(owner.parser)
      }
      // As it arrives from another process.
      let payload = Array(result.encodePayload().joined())
      results.append((owner, try PieceResult(frameKind: result.frameKind, work: result.work, payload: payload)))
    } catch {
      broken = "a piece cannot be parsed: \(error)"
    }
  }

  private func sayDrained(_ quiet: Set<Owner>) {
    guard let owner = quiet.min(by: { ($0.parser, $0.incarnation) < ($1.parser, $1.incarnation) }) else { return }
    undrained.remove(owner)
    told.append(.drained(owner))
  }

  /// The supervisor takes one message of the aggregator in.
  func hear() {
    switch told.removeFirst() {
    case .feedback(let feedback):
      if case .received(_, let boundary, let request) = feedback {
        committed = boundary
        redo = request ?? redo
      }
      if feedback == .finished { isFinished = true }
      socket.append(feedback)
    case .drained(let owner): if incarnations[owner.parser] > owner.incarnation { handOver(owner.parser) }
    case .resumed(let boundary):
      committed = boundary
      if isFinished || hasReaderEnded { return }
      generation += 1
      socket.append(.rewound(to: boundary, generation: generation, redo: redo))
    }
  }

  /// The reader is given the link to a new parser.
  func handOver(_ parser: Int) {
    guard held.remove(parser) != nil else { return }
    places.arrive(Owner(parser: parser, incarnation: incarnations[parser]))
    socket.append(.lost(parser: parser, suspects: suspects.removeValue(forKey: parser) ?? []))
  }

  private func take(_ piece: Piece) {
    guard let owner = places.choose(for: piece.work, living: incarnations) else { return }
    pool.append((owner, piece))
    change(&pool[pool.count - 1].piece)
  }

  private struct Outlet: PieceOutlet {
    let run: SteppedRecovery

    func send(_ piece: Piece) throws(StageError) { run.take(piece) }
    func acknowledge(_ work: WorkName) { run.places.acknowledge(work) }
    func renew(parser: Int) -> [WorkName] { run.places.renew(parser) }
    func forget() { run.places.forget() }
    func finish() {}
  }

  private struct Feedbacks: Inlet {
    let run: SteppedRecovery

    func receive() throws(LinkError) -> Feedback? { try run.nextFeedback() }
  }
}
