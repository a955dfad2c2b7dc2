// Receiving from one sender after another.

import Glibc
import Testing
import Transport

struct RenewedInletTests {
  private let ends: (sending: LinkEnd, receiving: LinkEnd)
  private let inlet: RenewedInlet<Parcel>

  init() throws {
    ends = try Carrier.pipe.makeEnds()
    inlet = try RenewedInlet(end: ends.receiving, nonce: 5)
  }

  private func parcel(_ value: UInt8) -> Parcel { Parcel([[value]]) }

  private func send(_ bytes: [UInt8], to end: LinkEnd, closing: Bool = true) {
    #expect(write(end.descriptors[0].number, bytes, bytes.count) == bytes.count)
    if closing { end.close() }
  }

  private func receive() throws -> Parcel? {
    try inlet.receive { (pipe) throws(LinkError) in try pipe.receive() }
  }

  @Test func whatTheFirstHasSentIsReceivedBeforeWhatTheNextSends() throws {
    let next = try Carrier.pipe.makeEnds()
    inlet.arrive(next.receiving)
    send(Parcel.frame([2]) + Parcel.endFrame, to: next.sending)
    send(Parcel.frame([0]) + Parcel.frame([1]), to: ends.sending)
    for value in UInt8(0)..<3 { #expect(try receive() == parcel(value)) }
    #expect(try receive() == nil)
    #expect(try receive() == nil)
    #expect(inlet.metrics.messages == 3)
    #expect(inlet.metrics.bytes == UInt64(4 * FrameHeader.size + 3))
  }

  @Test func aMessageSentByHalfIsDropped() throws {
    let whole = Parcel.frame([7, 8], isLast: false) + Parcel.frame([9], fragment: 1)
    for length in 0..<whole.count {
      let (sending, receiving) = try Carrier.pipe.makeEnds()
      let inlet = try RenewedInlet<Parcel>(end: receiving, nonce: 5)
      let next = try Carrier.pipe.makeEnds()
      inlet.arrive(next.receiving)
      send(Array(whole[..<length]), to: sending)
      send(whole + Parcel.endFrame, to: next.sending)
      #expect(try inlet.receive { (pipe) throws(LinkError) in try pipe.receive() } == Parcel([[7, 8, 9]]))
      #expect(try inlet.receive { (pipe) throws(LinkError) in try pipe.receive() } == nil)
    }
  }

  @Test func theBodyBeginsAnewWithTheNext() throws {
    // As a piece and its bytes: the second half of what belongs together comes from nowhere.
    let next = try Carrier.pipe.makeEnds()
    inlet.arrive(next.receiving)
    send(Parcel.frame([1]), to: ends.sending)
    send(Parcel.frame([1]) + Parcel.frame([2]), to: next.sending)
    var calls = 0
    let both = try inlet.receive { (pipe) throws(LinkError) -> [Parcel?] in
      calls += 1
      return [try pipe.receive(), try pipe.receive()]
    }
    #expect(both == [parcel(1), parcel(2)] && calls == 2)
  }

  @Test func waitsForTheNext() throws {
    send(Parcel.frame([0], isLast: false), to: ends.sending)
    let next = try Carrier.pipe.makeEnds()
    let entry = Monitor(ThreadEntry?.none)
    let thread = try WorkerThread.start(name: "late") {
      entry.wait { $0 }.value.awaitSleep()
      inlet.arrive(next.receiving)
    }
    send(Parcel.frame([1]) + Parcel.endFrame, to: next.sending)
    entry.change { $0 = .current() }
    #expect(try receive() == parcel(1))
    thread.join()
  }

  @Test func ofSeveralArrivalsTheNewestCounts() throws {
    let ends = try (0..<3).map { _ in try Carrier.pipe.makeEnds() }
    for (index, end) in ends.enumerated() {
      inlet.arrive(end.receiving)
      send(Parcel.frame([UInt8(index)]), to: end.sending)
    }
    self.ends.sending.close()
    #expect(try receive() == parcel(2))
  }

  @Test(arguments: [true, false]) func checksumsAreMissedOnEveryLinkOrOnNone(requiresSums: Bool) throws {
    let first = try Carrier.pipe.makeEnds()
    let inlet = try RenewedInlet<Parcel>(end: first.receiving, nonce: 5, requiresSums: requiresSums)
    let next = try Carrier.pipe.makeEnds()
    inlet.arrive(next.receiving)
    first.sending.close()
    try PipeOutlet<Parcel>(end: next.sending, nonce: 5, isSummed: false).send(parcel(1))
    if requiresSums {
      #expect(throws: LinkError.corrupt("a message without a checksum")) {
        try inlet.receive { (pipe) throws(LinkError) in try pipe.receive() }
      }
    } else {
      #expect(try inlet.receive { (pipe) throws(LinkError) in try pipe.receive() } == parcel(1))
    }
  }

  @Test func damageIsNoDeath() throws {
    let next = try Carrier.pipe.makeEnds()
    inlet.arrive(next.receiving)
    send(Parcel.frame([1], nonce: 6), to: ends.sending)
    #expect(throws: LinkError.corrupt("a frame of another run")) { try receive() }
  }
}
