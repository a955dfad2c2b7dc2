// Sending to one receiver after another.

import Testing
import Transport

struct RenewedOutletTests {
  private let ends: (read: Descriptor, write: Descriptor)
  private let outlet: RenewedOutlet<Parcel>

  init() throws {
    ProcessSelf.ignoreBrokenPipes()
    ends = try Descriptor.pipe()
    outlet = RenewedOutlet(descriptor: ends.write, nonce: 5)
  }

  private func parcel(_ value: UInt8) -> Parcel { Parcel([[value]]) }

  /// What arrives at an end whose sender is done.
  private func received(_ end: Descriptor) throws -> [Parcel] {
    let inlet = PipeInlet<Parcel>(descriptor: end, nonce: 5)
    var all: [Parcel] = []
    while let parcel = try inlet.receive() { all.append(parcel) }
    return all
  }

  @Test func goesOnWithTheNewEndWhenItIsTold() throws {
    let next = try Descriptor.pipe()
    try outlet.send(parcel(0))
    outlet.arrive(next.write)
    // The one in use stays so until then.
    try outlet.send(parcel(1))
    #expect(outlet.renew())
    #expect(!outlet.renew())
    try outlet.send(parcel(2))
    outlet.finish()
    #expect(try received(next.read) == [parcel(2)])
    // The one before was not finished, but it is not in use, so it may be closed now.
    let first = PipeInlet<Parcel>(descriptor: ends.read, nonce: 5)
    #expect(try first.receive() == parcel(0))
    #expect(try first.receive() == parcel(1))
    #expect(outlet.metrics.messages == 3)
    #expect(outlet.metrics.bytes == UInt64(4 * FrameHeader.size + 3))
  }

  @Test func aReceiverThatIsGoneStaysSoUntilThereIsAnother() throws {
    ends.read.close()
    #expect(throws: LinkError.closed) { try outlet.send(parcel(0)) }
    let next = try Descriptor.pipe()
    outlet.arrive(next.write)
    #expect(throws: LinkError.closed) { try outlet.send(parcel(1)) }
    #expect(outlet.renew())
    try outlet.send(parcel(2))
    outlet.finish()
    #expect(try received(next.read) == [parcel(2)])
  }

  @Test func whoWaitsForTheNextIsWokenByIt() throws {
    ends.read.close()
    let next = try Descriptor.pipe()
    let entry = Monitor(ThreadEntry?.none)
    let thread = try WorkerThread.start(name: "sender") {
      entry.change { $0 = .current() }
      for value in UInt8(0)..<2 { try? outlet.sendPersistently(parcel(value)) }
      outlet.finish()
    }
    entry.wait { $0 }.value.awaitSleep()
    outlet.arrive(next.write)
    thread.join()
    #expect(try received(next.read) == [parcel(0), parcel(1)])
  }

  @Test func ofSeveralArrivalsTheNewestCounts() throws {
    let ends = try (0..<3).map { _ in try Descriptor.pipe() }
    for end in ends { outlet.arrive(end.write) }
    #expect(outlet.renew())
    try outlet.send(parcel(1))
    outlet.finish()
    #expect(try received(ends[2].read) == [parcel(1)])
  }

  /// One new link is enough for all who found the old one broken.
  @Test func severalThreadsGoOnWithOneNewLink() throws {
    ends.read.close()
    let next = try Descriptor.pipe()
    let threads = try (UInt8(0)..<4).map { value in
      try WorkerThread.start(name: "sender") { try? outlet.sendPersistently(parcel(value)) }
    }
    outlet.arrive(next.write)
    for thread in threads { thread.join() }
    outlet.finish()
    #expect(try received(next.read).count == 4)
  }

  @Test func allWhoComeLaterAreToldOfTheEnd() throws {
    let (waiting, late) = (try Descriptor.pipe(), try Descriptor.pipe())
    try outlet.send(parcel(0))
    outlet.arrive(waiting.write)
    outlet.finish()
    outlet.arrive(late.write)
    #expect(!outlet.renew())
    #expect(try received(ends.read) == [parcel(0)])
    #expect(try received(waiting.read).isEmpty)
    #expect(try received(late.read).isEmpty)
    outlet.finish()
    #expect(throws: LinkError.closed) { try outlet.send(parcel(1)) }
  }

  @Test func theEndReachesWhoeverIsThere() throws {
    ends.read.close()
    #expect(throws: LinkError.closed) { try outlet.send(parcel(0)) }
    outlet.finish()
    let late = try Descriptor.pipe()
    outlet.arrive(late.write)
    #expect(try received(late.read).isEmpty)
  }
}
