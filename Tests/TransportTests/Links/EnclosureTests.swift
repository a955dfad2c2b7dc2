// Bytes behind messages: from memory and from files, over every carrier, through links of any size, in frames of any
// length; what a file has lost is told; nothing wrong gets through.

import Glibc
import Testing
import Transport

struct EnclosureTests {
  private func noise(_ count: Int, seed: UInt64) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 33)
    }
  }

  private func file(_ bytes: [UInt8]) throws -> Descriptor {
    var path = Array("/tmp/pipe-transport-tests-XXXXXX".utf8CString)
    let number = mkstemp(&path)
    try #require(number >= 0)
    unlink(path)
    try #require(write(number, bytes, bytes.count) == bytes.count)
    return Descriptor(owning: number)
  }

  private struct Delivery: Equatable {
    var parcel: Parcel
    var bytes: [UInt8]
    var defect: EnclosureDefect?
  }

  /// Sends every parcel with its enclosure over a link; the receiver expects as many bytes as were enclosed, which a
  /// true receiver knows from the message.
  private func transfer(
    _ sent: [(Parcel, Enclosure?)], over link: LinkCase, frameLength: Int = FrameHeader.maximumLength
  ) throws -> (received: [Delivery], sent: LinkMetrics, got: LinkMetrics) {
    let (outlet, inlet) = try link.open(frameLength: frameLength)
    let failure = Monitor(LinkError?.none)
    let sender = try WorkerThread.start(name: "sender") {
      do throws(LinkError) {
        for (parcel, enclosure) in sent { try outlet.send(parcel, with: enclosure) }
      } catch { failure.withLock { $0 = error } }
      outlet.finish()
    }
    var received: [Delivery] = []
    while let parcel = try inlet.receive() {
      var delivery = Delivery(parcel: parcel, bytes: [])
      if let enclosure = sent[received.count].1 {
        (delivery.bytes, delivery.defect) = try take(enclosure.count, from: inlet)
      }
      received.append(delivery)
    }
    sender.join()
    #expect(failure.withLock { $0 } == nil)
    return (received, outlet.metrics, inlet.metrics)
  }

  private func take(_ count: Int, from inlet: PipeInlet<Parcel>) throws -> ([UInt8], EnclosureDefect?) {
    var bytes = [UInt8](repeating: 0xEE, count: count)
    let defect = try bytes.withUnsafeMutableBytes { try inlet.receiveEnclosure(into: $0) }
    return (bytes, defect)
  }

  @Test(arguments: Carrier.allCases) func carriesBytesAndFiles(carrier: Carrier) throws {
    let big = noise(300_000, seed: 1)
    let file = try file(big)
    let sent: [(Parcel, Enclosure?)] = [
      (Parcel([[1, 2]]), .bytes(Array(big[..<5]))), (Parcel([]), .bytes([])), (Parcel([[3]]), nil),
      (Parcel([[4]], kind: 9), .file(FileRange(descriptor: file, offset: 4097, count: 200_000))),
      (Parcel([big]), .bytes(big)), (Parcel([[5]]), .file(FileRange(descriptor: file, offset: 7, count: 0))),
      (Parcel([[6]]), .file(FileRange(descriptor: file, offset: 299_999, count: 1))),
    ]
    let (received, out, got) = try transfer(sent, over: LinkCase(carrier))
    #expect(received.map(\.parcel) == sent.map(\.0))
    #expect(received.map(\.bytes) == [Array(big[..<5]), [], [], Array(big[4097..<204_097]), big, [], [big[299_999]]])
    #expect(received.allSatisfy { $0.defect == nil })
    #expect(out.messages == 7 && got.messages == 7)
    #expect(out.frames == got.frames && out.bytes == got.bytes)
    #expect(got.copiedBytes == got.bytes)
    // What the kernel moved by its pages, nobody copied. Where its pages are the ring's, it copied.
    #expect(out.copiedBytes == out.bytes - (carrier == .shm ? 0 : 200_001))
  }

  @Test(arguments: [3, 64, 4095, 4096, 4097], LinkCase.narrow + LinkCase.wide)
  func carriesThemInFramesOfAnyLength(frameLength: Int, link: LinkCase) throws {
    let bytes = noise(9000, seed: 2)
    let file = try file(bytes)
    let sent: [(Parcel, Enclosure?)] = [
      (Parcel([Array(bytes[..<70])]), .file(FileRange(descriptor: file, offset: 100, count: 8800))),
      (Parcel([[1]]), .bytes(bytes)), (Parcel([[2]]), .file(FileRange(descriptor: file, offset: 0, count: 9000))),
    ]
    let (received, _, _) = try transfer(sent, over: link, frameLength: frameLength)
    #expect(received.map(\.bytes) == [Array(bytes[100..<8900]), bytes, bytes])
    #expect(received.allSatisfy { $0.defect == nil })
  }

  /// Zeros stand for what is missing, and the messages behind it are as they should be.
  @Test(arguments: [3, 4096, 1 << 20], LinkCase.wide)
  func tellsWhatAFileHasLost(frameLength: Int, link: LinkCase) throws {
    let bytes = noise(10_000, seed: 3)
    let file = try file(bytes)
    let sent: [(Parcel, Enclosure?)] = [
      (Parcel([[1]]), .file(FileRange(descriptor: file, offset: 9000, count: 1500))),
      (Parcel([[2]]), .file(FileRange(descriptor: file, offset: 20_000, count: 10))),
      (Parcel([[3]]), .file(FileRange(descriptor: file, offset: 9000, count: 1000))),
    ]
    let (received, _, _) = try transfer(sent, over: link, frameLength: frameLength)
    #expect(received[0].defect == EnclosureDefect(missing: 1000, errno: 0))
    #expect(received[0].bytes == Array(bytes[9000...]) + [UInt8](repeating: 0, count: 500))
    #expect(received[1].defect == EnclosureDefect(missing: 0, errno: 0))
    #expect(received[2].defect == nil && received[2].bytes == Array(bytes[9000...]))
  }

  @Test(arguments: Carrier.allCases) func tellsWhyAFileCannotBeRead(carrier: Carrier) throws {
    // A descriptor that is open for writing only.
    let (_, write) = try Descriptor.pipe()
    let sent: [(Parcel, Enclosure?)] = [
      (Parcel([[1]]), .file(FileRange(descriptor: write, offset: 0, count: 100))), (Parcel([[2]]), nil),
    ]
    let (received, _, _) = try transfer(sent, over: LinkCase(carrier))
    #expect(received[0].defect?.missing == 0)
    #expect(received[0].defect?.errno == EBADF || received[0].defect?.errno == ESPIPE)
    #expect(received[0].bytes == [UInt8](repeating: 0, count: 100))
    #expect(received[1].parcel == Parcel([[2]]))
  }

  /// Files that the kernel makes up cannot all be spliced: then they are read and written.
  @Test(arguments: Carrier.allCases) func carriesFilesOfAnyFileSystem(carrier: Carrier) throws {
    let path = "/proc/self/cmdline"
    let descriptor = try Descriptor.openForReading(path)
    var buffer = [UInt8](repeating: 0, count: 8)
    let count = pread(descriptor.number, &buffer, 8, 0)
    try #require(count > 0)
    let file = FileRange(descriptor: descriptor, offset: 0, count: count)
    let (received, _, _) = try transfer([(Parcel([[1]]), .file(file))], over: LinkCase(carrier))
    #expect(received[0].bytes == Array(buffer[..<count]) && received[0].defect == nil)
  }

  @Test(arguments: Carrier.allCases) func everyMessageIsTakenWithWhatBelongsToIt(carrier: Carrier) throws {
    let payload: [UInt8] = [1, 2, 3]
    let whole = frames(of: payload)
    // Not taken before the next message.
    let skipped = try Parcel.inlet(whole + Parcel.endFrame, over: carrier)
    #expect(try skipped.receive() == Parcel([payload]))
    #expect(throws: LinkError.corrupt("a message before the bytes that belong to the last one")) {
      try skipped.receive()
    }
    // Taken of a message that has none.
    let plain = try Parcel.inlet(Parcel.frame(payload) + Parcel.endFrame, over: carrier)
    #expect(try plain.receive() == Parcel([payload]))
    #expect(throws: LinkError.corrupt("a message without the bytes that belong to it")) { try take(3, from: plain) }
    // More or fewer than the message says.
    for count in [0, 2, 4] {
      let inlet = try Parcel.inlet(whole, over: carrier)
      _ = try inlet.receive()
      #expect(throws: LinkError.self, "\(count)") { try take(count, from: inlet) }
    }
  }

  @Test(arguments: Carrier.allCases) func findsEveryFlippedBitOfSummedBytes(carrier: Carrier) throws {
    let right = frames(of: [1, 2, 3])
    for bit in 0..<right.count * 8 {
      var wrong = right
      wrong[bit / 8] ^= 1 << UInt8(bit % 8)
      let inlet = try Parcel.inlet(wrong, over: carrier)
      #expect(throws: LinkError.self, "bit \(bit)") {
        if try inlet.receive() != nil { _ = try take(3, from: inlet) }
      }
    }
  }

  @Test(arguments: Carrier.allCases) func aStreamCutAnywhereIsClosed(carrier: Carrier) throws {
    let whole = frames(of: [1, 2, 3])
    for length in 0..<whole.count {
      let inlet = try Parcel.inlet(Array(whole[..<length]), over: carrier)
      #expect(throws: LinkError.closed, "cut at \(length)") {
        if try inlet.receive() != nil { _ = try take(3, from: inlet) }
      }
    }
  }

  @Test(arguments: Carrier.allCases) func refusesFramesOutOfPlace(carrier: Carrier) throws {
    let bytes: [UInt8] = [1, 2, 3]
    let other = WorkName(input: 0, first: 20, end: 30, attempt: 0)
    let wrong: [[UInt8]] = [
      frame(bytes, fragment: 2), frame(bytes, fragment: 1, nonce: 6), frame(bytes, fragment: 1, kind: 2),
      frame(bytes, fragment: 1, work: other), frame(bytes, fragment: 1, hasEnclosure: true),
      frame([], fragment: 1, isLast: false), frame(bytes, fragment: 1, isLast: true),
      frame(bytes, fragment: 1) + frame(bytes, fragment: 2, isLast: true),
      frame(bytes, fragment: 1) + frame([], fragment: 2, isLast: true, isSummed: false), Parcel.endFrame,
    ]
    for (index, frames) in wrong.enumerated() {
      let first = frame(bytes, fragment: 0, isLast: true, hasEnclosure: true)
      let inlet = try Parcel.inlet(first + frames, over: carrier)
      #expect(try inlet.receive() == Parcel([bytes]))
      do {
        _ = try take(3, from: inlet)
        Issue.record("stream \(index) was accepted")
      } catch LinkError.corrupt {
      } catch {
        Issue.record("stream \(index): \(error)")
      }
    }
    let unsummed = try Parcel.inlet(frame(bytes, fragment: 0, isLast: true, isSummed: false), over: carrier)
    #expect(throws: LinkError.corrupt("a message without a checksum")) { try unsummed.receive() }
  }

  /// Where checksums were switched off, all of it may be without.
  @Test(arguments: Carrier.allCases) func checksumsAreMissedOnlyWhereThereMustBeAny(carrier: Carrier) throws {
    let bytes: [UInt8] = [1, 2, 3]
    let unsummed =
      frame(bytes, fragment: 0, isLast: true, isSummed: false, hasEnclosure: true)
      + frame(bytes, fragment: 1, isSummed: false) + frame([], fragment: 2, isLast: true, isSummed: false)
    let inlet = try Parcel.inlet(unsummed + Parcel.endFrame, over: carrier, requiresSums: false)
    #expect(try inlet.receive() == Parcel([bytes]))
    let (enclosed, defect) = try take(3, from: inlet)
    #expect(enclosed == bytes && defect == nil)
    #expect(try inlet.receive() == nil)
  }

  private func frames(of payload: [UInt8]) -> [UInt8] {
    frame(payload, fragment: 0, isLast: true, hasEnclosure: true) + frame(payload, fragment: 1)
      + frame([], fragment: 2, isLast: true)
  }

  private func frame(
    _ payload: [UInt8], fragment: UInt32, isLast: Bool = false, isSummed: Bool = true, hasEnclosure: Bool = false,
    nonce: UInt64 = 5, kind: UInt8 = 1, work: WorkName = WorkName(input: 0, first: 10, end: 20, attempt: 0)
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    FrameHeader(
      kind: kind, isLast: isLast, isSummed: isSummed, hasEnclosure: hasEnclosure, nonce: nonce, work: work,
      fragment: fragment, length: payload.count, payloadChecksum: isSummed ? Checksum.of(payload.span) : 0
    ).encode(into: &bytes)
    return bytes + payload
  }
}
