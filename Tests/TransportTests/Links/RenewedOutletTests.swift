// Sending to one receiver after another.

import Testing
import Transport

struct RenewedOutletTests {
  private let ends: (sending: LinkEnd, receiving: LinkEnd)
  private let outlet: RenewedOutlet<Parcel>

  init() throws {
    ProcessSelf.ignoreBrokenPipes()
    ends = try Carrier.pipe.makeEnds()
    outlet = try RenewedOutlet(end: ends.sending, nonce: 5)
  }

  private func parcel(_ value: UInt8) -> Parcel { Parcel([[value]]) }

  /// What arrives at an end whose sender is done.
  private func received(_ end: LinkEnd) throws -> [Parcel] {
    let inlet = try PipeInlet<Parcel>(end: end, nonce: 5)
    var all: [Parcel] = []
    while let parcel = try inlet.receive() { all.append(parcel) }
    return all
  }

  @Test func goesOnWithTheNewEndWhenItIsTold() throws {
    let next = try Carrier.pipe.makeEnds()
    try outlet.send(parcel(0))
    outlet.arrive(next.sending)
    // The one in use stays so until then.
    try outlet.send(parcel(1))
    #expect(outlet.renew())
    #expect(!outlet.renew())
    try outlet.send(parcel(2))
    outlet.finish()
    #expect(try received(next.receiving) == [parcel(2)])
    // The one before was not finished, but it is not in use, so it may be closed now.
    let first = try PipeInlet<Parcel>(end: ends.receiving, nonce: 5)
    #expect(try first.receive() == parcel(0))
    #expect(try first.receive() == parcel(1))
    #expect(outlet.metrics.messages == 3)
    #expect(outlet.metrics.bytes == UInt64(4 * FrameHeader.size + 3))
  }

  @Test func aReceiverThatIsGoneStaysSoUntilThereIsAnother() throws {
    ends.receiving.close()
    #expect(throws: LinkError.closed) { try outlet.send(parcel(0)) }
    let next = try Carrier.pipe.makeEnds()
    outlet.arrive(next.sending)
    #expect(throws: LinkError.closed) { try outlet.send(parcel(1)) }
    #expect(outlet.renew())
    try outlet.send(parcel(2))
    outlet.finish()
    #expect(try received(next.receiving) == [parcel(2)])
  }

  @Test func whoWaitsForTheNextIsWokenByIt() throws {
    ends.receiving.close()
    let next = try Carrier.pipe.makeEnds()
    let entry = Monitor(ThreadEntry?.none)
    let thread = try WorkerThread.start(name: "sender") {
      entry.change { $0 = .current() }
      for value in UInt8(0)..<2 { try? outlet.sendPersistently(parcel(value)) }
      outlet.finish()
    }
    entry.wait { $0 }.value.awaitSleep()
    outlet.arrive(next.sending)
    thread.join()
    #expect(try received(next.receiving) == [parcel(0), parcel(1)])
  }

  @Test func ofSeveralArrivalsTheNewestCounts() throws {
    let ends = try (0..<3).map { _ in try Carrier.pipe.makeEnds() }
    for end in ends { outlet.arrive(end.sending) }
    #expect(outlet.renew())
    try outlet.send(parcel(1))
    outlet.finish()
    #expect(try received(ends[2].receiving) == [parcel(1)])
  }

  /// One new link is enough for all who found the old one broken.
  @Test func severalThreadsGoOnWithOneNewLink() throws {
    ends.receiving.close()
    let next = try Carrier.pipe.makeEnds()
    let threads = try (UInt8(0)..<4).map { value in
      try WorkerThread.start(name: "sender") { try? outlet.sendPersistently(parcel(value)) }
    }
    outlet.arrive(next.sending)
    for thread in threads { thread.join() }
    outlet.finish()
    #expect(try received(next.receiving).count == 4)
  }

  @Test func allWhoComeLaterAreToldOfTheEnd() throws {
    let (waiting, late) = (try Carrier.pipe.makeEnds(), try Carrier.pipe.makeEnds())
    try outlet.send(parcel(0))
    outlet.arrive(waiting.sending)
    outlet.finish()
    outlet.arrive(late.sending)
    #expect(!outlet.renew())
    #expect(try received(ends.receiving) == [parcel(0)])
    #expect(try received(waiting.receiving).isEmpty)
    #expect(try received(late.receiving).isEmpty)
    outlet.finish()
    #expect(throws: LinkError.closed) { try outlet.send(parcel(1)) }
  }

  @Test func theEndReachesWhoeverIsThere() throws {
    ends.receiving.close()
    #expect(throws: LinkError.closed) { try outlet.send(parcel(0)) }
    outlet.finish()
    let late = try Carrier.pipe.makeEnds()
    outlet.arrive(late.sending)
    #expect(try received(late.receiving).isEmpty)
  }
}
