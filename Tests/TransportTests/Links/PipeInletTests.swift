// Receiving: nothing wrong gets through, nothing incomplete is delivered, a lie about lengths costs no memory.

import Testing
import Transport

struct PipeInletTests {
  private let payload = (0..<24).map { UInt8(truncatingIfNeeded: $0 &* 91) }

  @Test(arguments: Carrier.allCases) func receivesMessagesUntilTheEndFrame(carrier: Carrier) throws {
    let stream = Parcel.frame(payload) + Parcel.frame([], kind: 2) + Parcel.endFrame
    let inlet = try Parcel.inlet(stream, over: carrier)
    #expect(try inlet.receive() == Parcel([payload]))
    #expect(try inlet.receive() == Parcel([], kind: 2))
    #expect(try inlet.receive() == nil)
    #expect(try inlet.receive() == nil)
    #expect(inlet.metrics.messages == 2)
    #expect(inlet.metrics.frames == 3)
    #expect(inlet.metrics.bytes == UInt64(3 * FrameHeader.size + payload.count))
  }

  @Test(arguments: Carrier.allCases) func findsEveryFlippedBitOfHeaderAndPayload(carrier: Carrier) throws {
    let right = Parcel.frame(payload) + Parcel.endFrame
    for bit in 0..<right.count * 8 {
      var wrong = right
      wrong[bit / 8] ^= 1 << UInt8(bit % 8)
      let inlet = try Parcel.inlet(wrong, over: carrier)
      var delivered: [Parcel] = []
      var failure: LinkError?
      do {
        while let parcel = try inlet.receive() { delivered.append(parcel) }
      } catch { failure = error }
      guard case .corrupt = failure else {
        Issue.record("bit \(bit): \(String(describing: failure))")
        continue
      }
      // A mistake in the end frame comes behind a message that was right.
      #expect(delivered == (bit / 8 < FrameHeader.size + payload.count ? [] : [Parcel([payload])]))
    }
  }

  @Test(arguments: Carrier.allCases) func aStreamCutAnywhereIsClosed(carrier: Carrier) throws {
    let whole = Parcel.frame(payload, isLast: false) + Parcel.frame(payload, fragment: 1) + Parcel.endFrame
    for length in 0..<whole.count {
      let inlet = try Parcel.inlet(Array(whole[..<length]), over: carrier)
      let isDelivered = length >= whole.count - FrameHeader.size
      if isDelivered { #expect(try inlet.receive() == Parcel([payload, payload])) }
      #expect(throws: LinkError.closed, "cut at \(length)") { try inlet.receive() }
      #expect(throws: LinkError.closed) { try inlet.receive() }
    }
  }

  @Test(arguments: Carrier.allCases) func refusesALyingLength(carrier: Carrier) throws {
    var header: [UInt8] = []
    FrameHeader(
      kind: 1, isLast: true, nonce: 5, work: .none, fragment: 0, length: Int(UInt32.max), payloadChecksum: 0
    ).encode(into: &header)
    let inlet = try Parcel.inlet(header, over: carrier)
    #expect(throws: LinkError.corrupt("a frame of 4294967295 bytes, at most 16777216 are allowed")) {
      try inlet.receive()
    }
  }

  @Test(arguments: Carrier.allCases) func refusesAMessageOverTheLimit(carrier: Carrier) throws {
    let stream =
      Parcel.frame(payload, isLast: false) + Parcel.frame(payload, isLast: false, fragment: 1)
      + Parcel.frame(payload, fragment: 2)
    #expect(try Parcel.inlet(stream, over: carrier, messageLimit: 72).receive()?.bytes.count == 72)
    #expect(throws: LinkError.corrupt("a message of more than 71 bytes")) {
      try Parcel.inlet(stream, over: carrier, messageLimit: 71).receive()
    }
  }

  @Test(arguments: Carrier.allCases) func refusesFramesOutOfPlace(carrier: Carrier) throws {
    let other = WorkName(input: 0, first: 20, end: 30, attempt: 0)
    let streams = [
      Parcel.frame(payload, nonce: 6),
      Parcel.frame(payload, fragment: 1),
      Parcel.frame(payload, isLast: false) + Parcel.frame(payload, nonce: 6, fragment: 1),
      Parcel.frame(payload, isLast: false) + Parcel.frame(payload, fragment: 0),
      Parcel.frame(payload, isLast: false) + Parcel.frame(payload, fragment: 2),
      Parcel.frame(payload, isLast: false) + Parcel.frame(payload, kind: 2, fragment: 1),
      Parcel.frame(payload, isLast: false) + Parcel.frame(payload, fragment: 1, work: other),
      Parcel.frame(payload, isLast: false) + Parcel.endFrame,
      Parcel.frame([], isLast: false) + Parcel.frame(payload, fragment: 1),
      Parcel.frame(payload, kind: Parcel.endKind),
      Parcel.frame(payload, kind: Parcel.poisonKind),
    ]
    for (index, stream) in streams.enumerated() {
      let inlet = try Parcel.inlet(stream, over: carrier)
      do {
        _ = try inlet.receive()
        Issue.record("stream \(index) was accepted")
      } catch {
        guard case .corrupt = error else {
          Issue.record("stream \(index): \(error)")
          continue
        }
      }
    }
  }

  @Test(arguments: Carrier.allCases) func anErrorStays(carrier: Carrier) throws {
    let stream = Parcel.frame(payload, nonce: 6) + Parcel.frame(payload) + Parcel.endFrame
    let inlet = try Parcel.inlet(stream, over: carrier)
    for _ in 0..<3 { #expect(throws: LinkError.corrupt("a frame of another run")) { try inlet.receive() } }
  }

  @Test func reportsADescriptorThatCannotBeRead() throws {
    let (sending, _) = try Carrier.pipe.makeEnds()
    let inlet = try PipeInlet<Parcel>(end: sending, nonce: 5)
    #expect(throws: LinkError.system(call: "readv", errno: 9)) { try inlet.receive() }
  }
}
