// Messages of all sizes arrive whole over every carrier, and one side's end is the other's failure and no wait for ever.

import Testing
import Transport

@testable import Lab

@Suite struct MessageExchangeTests {
  private let bench = Bench(isQuick: true, cores: 2)

  @Test(arguments: MessageCarrier.allCases, [8, 5000, 300_000])
  func messagesArriveWhole(_ carrier: MessageCarrier, _ size: Int) throws {
    // How long they may be is the system's to say.
    if carrier == .mqueue, size > 8192 { return }
    for kind in [MessageExchange.Kind.roundTrips, .stream] {
      // More messages than the ways hold, so that memory is used again.
      let exchange = MessageExchange(kind, size: size, count: size < 1000 ? 1500 : 40)
      #expect(try exchange.byThread(carrier, on: bench) > 0)
    }
  }

  @Test(arguments: [MessageCarrier.queue, .pipe, .splice, .socket, .ring])
  func theOtherSideHasGone(_ carrier: MessageCarrier) throws {
    ProcessSelf.ignoreBrokenPipes()
    let ends = try carrier.makeEnds(size: 64, on: bench)
    ends.second.close()
    #expect(throws: LabFailure.self) {
      _ = try MessageExchange(.roundTrips, size: 64, count: 10).lead(ends.first)
    }
  }

  @Test func anotherMessageThanTheNextIsNoticed() throws {
    let ends = try MessageCarrier.pipe.makeEnds(size: 16, on: bench)
    let (first, second) = (try MessageLine(ends.first, size: 16), try MessageLine(ends.second, size: 16))
    for _ in 0..<3 { try first.send() }
    for _ in 0..<2 { try second.receive() }
    let late = try MessageLine(ends.second, size: 16)
    // The third message, where the first is expected.
    #expect(throws: LabFailure.self) { try late.receive() }
  }

  @Test func wordsOfAPart() {
    let exchange = MessageExchange(.stream, size: 64, count: 9)
    #expect(MessageExchange(words: exchange.words) == exchange)
    for words in [["stream", "0", "9"], ["stream", "64"], ["shout", "64", "9"], ["stream", "64", "x"]] {
      #expect(MessageExchange(words: words) == nil)
    }
  }

  @Test func longMessageQueuesAreRefusedInWords() {
    #expect {
      _ = try MessageCarrier.mqueue.makeEnds(size: 1 << 30, on: bench)
    } throws: {
      ($0 as? LabFailure)?.message.hasPrefix("message queue: mq_open for messages of 1073741824 bytes: ") == true
    }
  }
}
