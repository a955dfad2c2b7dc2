// The aggregator of a stepped run with deaths: it may end before, within and behind everything it does with a result,
// and while it takes over from another.

import CSV
import Query
import Transport

@testable import Execution

extension SteppedRecovery {
  /// When the aggregator may end while it deals with a result.
  private enum Moment: CaseIterable {
    case writing, beforeSaving, saving, beforeTelling
  }

  /// The aggregator deals with a result.
  func deliver() {
    let result = results.remove(at: Int.random(in: 0..<results.count, using: &generator)).result
    let moment = isDeathly(oneIn: 10) ? Moment.allCases.randomElement(using: &generator) : nil
    let wasDone = aggregator.isDone
    var meter = StageMeter()
    do throws(StageError) {
      let mark = journal.mark()
      if moment == .writing { sink.live(for: Int.random(in: 0..<3, using: &generator)) }
      let redo = try aggregator.take(result, sink: sink, meter: &meter)
      sink.live()
      if moment == .beforeSaving { return replaceAggregator() }
      try aggregator.save()
      if moment == .saving { journal.cut(since: mark, using: &generator) }
      if moment == .saving || moment == .beforeTelling { return replaceAggregator() }
      if aggregator.isDone {
        if !wasDone { told.append(.feedback(.finished)) }
      } else {
        told.append(.feedback(.received(result.work, committed: aggregator.boundary, redo: redo)))
      }
    } catch {
      if sink.isDead { replaceAggregator() } else { broken = "the aggregator failed: \(error)" }
    }
  }

  /// Another aggregator takes the place of the one that is gone.
  func replaceAggregator() {
    // What it said counts; of parsers that are gone nobody will hear anything more, and what was on its way to it is
    // gone, but for what parsers had not sent to the end.
    while !told.isEmpty { hear() }
    for parser in held.sorted() { handOver(parser) }
    undrained = []
    results.removeAll { $0.owner.incarnation != incarnations[$0.owner.parser] || generator.oneIn(2) }
    startAggregator()
    if aggregator.boundary < committed {
      broken = "the reader was told of \(committed), but a new aggregator begins at \(aggregator.boundary)"
    }
    if isFinished, !aggregator.isDone { broken = "a new aggregator wants more than the one before it" }
  }

  /// Starts an aggregator, again and again if it ends while it starts.
  func startAggregator() {
    var meter = StageMeter()
    repeat {
      if isDeathly(oneIn: 6) { sink.live(for: Int.random(in: 0..<2, using: &generator)) } else { sink.live() }
      let mark = journal.mark()
      aggregator = AggregatorStage(plan: plan, inputNames: job.inputNames)
      do throws(StageError) {
        try aggregator.keepState(
          in: journal.files, delivered: sink.delivered, sink: sink, meter: &meter, leastLog: journal.leastLog)
        if isDeathly(oneIn: 20) {
          journal.cut(since: mark, using: &generator)
          continue
        }
        let boundary = aggregator.boundary
        try aggregator.start(sink, meter: &meter)
        told.append(.resumed(boundary))
        if aggregator.isDone { told.append(.feedback(.finished)) }
        return sink.live()
      } catch {
        if !sink.isDead { broken = "no aggregator can take over: \(error)" }
      }
    } while broken == nil
  }

  /// The aggregator writes what had to wait for the end, and all that follow it do.
  func conclude() throws(StageError) -> AggregatorFindings {
    var meter = StageMeter()
    while true {
      do throws(StageError) {
        if isDeathly(oneIn: 2) { sink.live(for: Int.random(in: 0..<4, using: &generator)) }
        return try aggregator.conclude(sink, meter: &meter)
      } catch {
        guard sink.isDead else { throw error }
        replaceAggregator()
        if broken != nil { throw error }
      }
    }
  }
}

/// An output whose writer may end at any byte.
///
/// Why `@unchecked Sendable` is right: it is used by one thread only.
final class MortalSink: OutputSink, @unchecked Sendable {
  private let recording: RecordingSink
  private var blocksLeft: Int?
  private(set) var isDead = false
  /// Bytes that have arrived.
  private(set) var delivered = OutputCounts()

  init(_ recording: RecordingSink) { self.recording = recording }

  /// From now on there is a writer, who ends within the block behind so many; nil for never.
  func live(for blocks: Int? = nil) {
    blocksLeft = blocks
    isDead = false
  }

  func begin(_ plan: Plan) throws(OutputError) {}

  func write(_ block: OutputBlock) throws(OutputError) {
    var part = block
    if blocksLeft == 0 {
      isDead = true
      part.bytes.removeLast(block.bytes.count / 2)
    }
    blocksLeft = blocksLeft.map { $0 - 1 }
    try recording.write(part)
    delivered[block.stream] += part.bytes.count
    if isDead { throw .failure(RunFailure(.worker, "the aggregator is gone")) }
  }
}
