// Receiving from one sender after another.

import Glibc
import Testing
import Transport

struct RenewedInletTests {
  private let ends: (read: Descriptor, write: Descriptor)
  private let inlet: RenewedInlet<Parcel>

  init() throws {
    ends = try Descriptor.pipe()
    inlet = RenewedInlet(descriptor: ends.read, nonce: 5)
  }

  private func parcel(_ value: UInt8) -> Parcel { Parcel([[value]]) }

  private func send(_ bytes: [UInt8], to end: Descriptor, closing: Bool = true) {
    #expect(write(end.number, bytes, bytes.count) == bytes.count)
    if closing { end.close() }
  }

  private func receive() throws -> Parcel? {
    try inlet.receive { (pipe) throws(LinkError) in try pipe.receive() }
  }

  @Test func whatTheFirstHasSentIsReceivedBeforeWhatTheNextSends() throws {
    let next = try Descriptor.pipe()
    inlet.arrive(next.read)
    send(Parcel.frame([2]) + Parcel.endFrame, to: next.write)
    send(Parcel.frame([0]) + Parcel.frame([1]), to: ends.write)
    for value in UInt8(0)..<3 { #expect(try receive() == parcel(value)) }
    #expect(try receive() == nil)
    #expect(try receive() == nil)
    #expect(inlet.metrics.messages == 3)
    #expect(inlet.metrics.bytes == UInt64(4 * FrameHeader.size + 3))
  }

  @Test func aMessageSentByHalfIsDropped() throws {
    let whole = Parcel.frame([7, 8], isLast: false) + Parcel.frame([9], fragment: 1)
    for length in 0..<whole.count {
      let (read, write) = try Descriptor.pipe()
      let inlet = RenewedInlet<Parcel>(descriptor: read, nonce: 5)
      let next = try Descriptor.pipe()
      inlet.arrive(next.read)
      send(Array(whole[..<length]), to: write)
      send(whole + Parcel.endFrame, to: next.write)
      #expect(try inlet.receive { (pipe) throws(LinkError) in try pipe.receive() } == Parcel([[7, 8, 9]]))
      #expect(try inlet.receive { (pipe) throws(LinkError) in try pipe.receive() } == nil)
    }
  }

  @Test func theBodyBeginsAnewWithTheNext() throws {
    // As a piece and its bytes: the second half of what belongs together comes from nowhere.
    let next = try Descriptor.pipe()
    inlet.arrive(next.read)
    send(Parcel.frame([1]), to: ends.write)
    send(Parcel.frame([1]) + Parcel.frame([2]), to: next.write)
    var calls = 0
    let both = try inlet.receive { (pipe) throws(LinkError) -> [Parcel?] in
      calls += 1
      return [try pipe.receive(), try pipe.receive()]
    }
    #expect(both == [parcel(1), parcel(2)] && calls == 2)
  }

  @Test func waitsForTheNext() throws {
    send(Parcel.frame([0], isLast: false), to: ends.write)
    let next = try Descriptor.pipe()
    let entry = Monitor(ThreadEntry?.none)
    let thread = try WorkerThread.start(name: "late") {
      entry.wait { $0 }.value.awaitSleep()
      inlet.arrive(next.read)
    }
    send(Parcel.frame([1]) + Parcel.endFrame, to: next.write)
    entry.change { $0 = .current() }
    #expect(try receive() == parcel(1))
    thread.join()
  }

  @Test func ofSeveralArrivalsTheNewestCounts() throws {
    let ends = try (0..<3).map { _ in try Descriptor.pipe() }
    for (index, end) in ends.enumerated() {
      inlet.arrive(end.read)
      send(Parcel.frame([UInt8(index)]), to: end.write)
    }
    self.ends.write.close()
    #expect(try receive() == parcel(2))
  }

  @Test func damageIsNoDeath() throws {
    let next = try Descriptor.pipe()
    inlet.arrive(next.read)
    send(Parcel.frame([1], nonce: 6), to: ends.write)
    #expect(throws: LinkError.corrupt("a frame of another run")) { try receive() }
  }
}
