// What is recorded of a thread: one thing at a time, without gaps, and no more than there is room for.

import CSV
import Testing
import Transport

@testable import Execution

@Suite struct StageTraceTests {
  private static let piece = WorkName(input: 0, first: 10, end: 20, attempt: 1)
  private static let other = WorkName(input: 1, first: 0, end: 5, attempt: 0)

  /// Moments in the future, so that what the recorder asks of the clock itself lies before them.
  private static func moment(_ microseconds: UInt64) -> UInt64 { (1 << 62) + microseconds * 1000 }

  private func kinds(_ lane: TraceLane) -> [TraceEvent.Kind] { lane.events.map(\.kind) }

  @Test func oneThingAfterTheOther() {
    let trace = StageTrace(thread: 3)
    trace.adopt()
    #expect(trace.enter(.waitsForInput, at: Self.moment(10)) == .works)
    #expect(trace.enter(.works, at: Self.moment(30)) == .waitsForInput)
    #expect(trace.enter(.reads, at: Self.moment(35)) == .works)
    #expect(trace.enter(.waitsForSource, at: Self.moment(40)) == .reads)
    #expect(trace.enter(.works, at: Self.moment(90)) == .waitsForSource)
    let lane = trace.finish()
    #expect(lane.thread == 3)
    #expect(lane.threadId == ProcessSelf.threadId)
    // What lasts is not over yet, by the clock.
    #expect(kinds(lane) == [.works, .waitsForInput, .works, .reads, .waitsForSource])
    #expect(
      lane.events.dropFirst().map { [$0.start, $0.end] } == [
        [Self.moment(10), Self.moment(30)], [Self.moment(30), Self.moment(35)], [Self.moment(35), Self.moment(40)],
        [Self.moment(40), Self.moment(90)],
      ])
    #expect(lane.events.allSatisfy { $0.work == nil })
    #expect(lane.omitted == 0)
  }

  @Test func whatIsDoneAtAPieceHasItsName() {
    let trace = StageTrace()
    trace.enter(.waitsForInput, at: Self.moment(10))
    trace.enter(.works, at: Self.moment(20))
    // The work that had begun is about this piece, too.
    trace.begin(Self.piece, as: .merges)
    trace.enter(.waitsForOutput, at: Self.moment(30))
    trace.enter(.merges, at: Self.moment(40))
    trace.enter(.waitsForFeedback, at: Self.moment(50))
    trace.enter(.merges, at: Self.moment(60))
    // A piece behind a piece has an event of its own, however short.
    trace.begin(Self.other, as: .works)
    trace.end()
    let lane = trace.finish()
    #expect(
      kinds(lane) == [
        .works, .waitsForInput, .merges, .waitsForOutput, .merges, .waitsForFeedback, .merges, .works,
      ])
    let piece = Optional(Self.piece)
    #expect(lane.events.map(\.work) == [nil, nil, piece, piece, piece, nil, piece, Self.other])
  }

  /// A wait for nothing is no event, and leaves no gap.
  @Test func whatIsTooShortToBeSeenBelongsToWhatFollows() {
    let trace = StageTrace()
    trace.enter(.waitsForInput, at: Self.moment(10))
    trace.enter(.works, at: Self.moment(10) + 999)
    trace.enter(.waitsForOutput, at: Self.moment(12))
    trace.enter(.works, at: Self.moment(13))
    let lane = trace.finish()
    #expect(kinds(lane) == [.works, .works, .waitsForOutput])
    #expect(lane.events[1].start == Self.moment(10) && lane.events[1].end == Self.moment(12))
  }

  @Test func whatThereIsNoRoomForIsCounted() {
    let trace = StageTrace(limit: 3)
    for step in 1...5 as ClosedRange<UInt64> {
      trace.enter(step % 2 == 0 ? .works : .reads, at: Self.moment(10 * step))
    }
    for pieces in 0..<4 { trace.count(pieces) }
    let lane = trace.finish()
    #expect(lane.events.count == 3)
    #expect(lane.counts.map(\.pieces) == [0, 1, 2])
    #expect(lane.omitted == 2 + 1)
  }

  @Test func theMeterRecords() throws {
    let page = ActivityPage()
    var meter = StageMeter(activity: page, source: SourceTap(activity: page, trace: StageTrace()))
    let spin = {
      let start = MonotonicClock.now()
      while MonotonicClock.now() - start < 5000 {}
    }
    spin()
    meter.waitForInput(spin)
    meter.begin(Self.piece)
    #expect(page.work == Self.piece)
    spin()
    try meter.source.read { () throws(RunFailure) in
      spin()
      return 1
    }
    spin()
    meter.waitForOutput(spin)
    meter.end()
    meter.waitForFeedback(spin)
    let lane = try #require(meter.report(stage: .reader, isProcess: false).lanes.first)
    #expect(kinds(lane).starts(with: [.works, .waitsForInput, .works, .reads, .works, .waitsForOutput]))
    #expect(kinds(lane).contains(.waitsForFeedback))
    for (event, next) in zip(lane.events, lane.events.dropFirst()) { #expect(event.end == next.start) }
    #expect(lane.threadId == ProcessSelf.threadId)
    // Without a recorder there is none.
    #expect(StageMeter().report(stage: .reader, isProcess: false).lanes.isEmpty)
  }

  @Test func survivesItsBinaryForm() throws {
    var lane = TraceLane(thread: 5)
    lane.threadId = -1
    lane.events = [TraceEvent(.works, 1, 2), TraceEvent(.merges, 2, .max, Self.piece)]
    lane.counts = [.init(moment: 7, pieces: 3)]
    lane.omitted = 9
    for original in [lane, TraceLane(thread: 0)] {
      var writer = ByteWriter()
      original.encode(into: &writer)
      var reader = ByteReader(writer.bytes)
      #expect(try TraceLane(from: &reader) == original)
      #expect(reader.remaining == 0)
      HostileBytes.check(
        writer.bytes, reader: { (reader) throws(ByteCodingError) in try TraceLane(from: &reader) },
        use: { lane in #expect(lane.events.allSatisfy { $0.start <= $0.end } && lane.omitted >= 0) })
    }
  }
}
