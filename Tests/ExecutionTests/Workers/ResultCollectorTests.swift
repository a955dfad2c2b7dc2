// Where an aggregator process gets results from: processes that end in order, that end at once, that send nonsense, and
// those in their places.

import Glibc
import Testing
import Transport

@testable import Execution

@Suite struct ResultCollectorTests {
  private let said = Monitor<[Drained]>([])
  private let collector: ResultCollector

  init() {
    ProcessSelf.ignoreBrokenPipes()
    let said = said
    collector = ResultCollector(nonce: 1) { drained in said.change { $0.append(drained) } }
  }

  /// One more process: gives the end that it sends through.
  private func start(_ parser: Int, incarnation: Int = 0) throws -> LinkEnd {
    let (sending, receiving) = try Carrier.pipe.makeEnds()
    try collector.start(Execution.Attachment(.incoming, parser: parser, incarnation: incarnation), receiving)
    return sending
  }

  private func send(_ starts: [Int], to end: LinkEnd, finishing: Bool) throws {
    let outlet = try PipeOutlet<PieceResult>(end: end, nonce: 1)
    for start in starts { try outlet.send(.of(start..<start + 1)) }
    if finishing { outlet.finish() }
    end.close()
  }

  private func receiveAll() throws -> [Int] {
    var all: [Int] = []
    while let result = try collector.receive() { all.append(result.start.offset) }
    return all
  }

  @Test func allResultsOfAllParsersArrive() throws {
    let ends = [try start(2), try start(0)]
    try send([1, 2, 3], to: ends[0], finishing: true)
    try send([4], to: ends[1], finishing: true)
    let all = try receiveAll()
    #expect(all.sorted() == [1, 2, 3, 4] && all.filter { $0 < 4 } == [1, 2, 3])
    #expect(said.withLock { $0 }.isEmpty)
    #expect(collector.metrics.map(\.0) == [0, 2])
    #expect(collector.metrics.map(\.1.messages) == [1, 3])
    #expect(try collector.receive() == nil)
  }

  @Test func whatAProcessHadSentIsReceivedBeforeItIsSaidToBeDrained() throws {
    try send([1, 2], to: try start(0, incarnation: 7), finishing: false)
    for start in 1...2 {
      #expect(try collector.receive()?.start.offset == start)
      #expect(said.withLock { $0 }.isEmpty)
    }
    // The one in its place goes on, once the reader has heard that; its parser has not ended meanwhile.
    let outlet = try PipeOutlet<PieceResult>(end: try start(0, incarnation: 8), nonce: 1)
    let said = said
    let sending = try WorkerThread.start(name: "parser") {
      _ = said.wait { $0.isEmpty ? nil : true }
      try? outlet.send(.of(3..<4))
      outlet.finish()
    }
    #expect(try receiveAll() == [3])
    sending.join()
    #expect(said.withLock { $0 } == [Drained(parser: 0, incarnation: 7)])
    #expect(collector.metrics.map(\.1.messages) == [3])
  }

  @Test func aMessageSentByHalfIsNoDamageButNonsenseIs() throws {
    let (half, nonsense) = (try start(0), try start(1))
    let zeros = [UInt8](repeating: 0, count: FrameHeader.size)
    #expect(write(half.descriptors[0].number, zeros, 10) == 10)
    half.close()
    #expect(write(nonsense.descriptors[0].number, zeros, zeros.count) == zeros.count)
    let outlets = try (0..<2).map {
      try PipeOutlet<PieceResult>(end: try start($0, incarnation: 1), nonce: 1)
    }
    let (said, collector) = (said, collector)
    let finishing = try WorkerThread.start(name: "parsers") {
      _ = said.wait { $0.count == 2 ? true : nil }
      for outlet in outlets { outlet.finish() }
    }
    #expect(try collector.receive() == nil)
    finishing.join()
    let words = said.withLock { $0 }.sorted { $0.parser < $1.parser }
    #expect(words.map(\.parser) == [0, 1] && words.map(\.incarnation) == [0, 0])
    #expect(words[0].damage == nil && words[1].damage != nil)
  }

  @Test func aDrainThatCannotBeSaidEndsTheReceiving() throws {
    let collector = ResultCollector(nonce: 1) { (_) throws(LinkError) in throw .closed }
    let (sending, receiving) = try Carrier.pipe.makeEnds()
    try collector.start(Execution.Attachment(.incoming), receiving)
    sending.close()
    #expect(throws: LinkError.closed) { try collector.receive() }
  }

  /// It has sent all and dies before it says so to the supervisor, which knows nothing of that and starts another. That
  /// one waits for pieces until the reader is given its link, and that waits for this word.
  @Test func whoComesBehindTheEndIsToldOfAtOnce() throws {
    try send([1], to: try start(0), finishing: true)
    #expect(try receiveAll() == [1])
    #expect(said.withLock { $0 }.isEmpty)
    _ = try start(0, incarnation: 3)
    #expect(said.withLock { $0 } == [Drained(parser: 0, incarnation: 2)])
  }

  @Test func whoTakesThePlaceOfOneThatHadFinishedIsNotWaitedFor() throws {
    let other = try PipeOutlet<PieceResult>(end: try start(1), nonce: 1)
    try send([1], to: try start(0), finishing: true)
    let (said, collector) = (said, collector)
    let late = try WorkerThread.start(name: "late") {
      // Until the end of the first is received, the next is one of a parser that goes on.
      for _ in 0..<5000 where !said.withLock({ $0.contains(Drained(parser: 0, incarnation: 2)) }) {
        guard let ends = try? Carrier.pipe.makeEnds() else { break }
        ends.sending.close()
        try? collector.start(Execution.Attachment(.incoming, incarnation: 3), ends.receiving)
        usleep(1000)
      }
      other.finish()
    }
    #expect(try receiveAll() == [1])
    late.join()
    #expect(said.withLock { $0.contains(Drained(parser: 0, incarnation: 2)) })
  }

  @Test func onceAllHaveEndedNobodyIsReceivedFrom() throws {
    try send([], to: try start(0), finishing: true)
    #expect(try receiveAll().isEmpty)
    let outlet = try PipeOutlet<PieceResult>(end: try start(4), nonce: 1)
    #expect(throws: LinkError.closed) { try outlet.send(.of(0..<1)) }
  }
}
