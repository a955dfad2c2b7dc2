// Sending, and both ends together, over every carrier: big messages, tiny links, many senders, a reader that goes away.

import Glibc
import Testing
import Transport

struct PipeOutletTests {
  /// Sends the parcels over a link in a thread of its own and gives what the other end received.
  private func transfer(
    _ parcels: [Parcel], over link: LinkCase, frameLength: Int = FrameHeader.maximumLength
  ) throws -> (received: [Parcel], sent: LinkMetrics, got: LinkMetrics) {
    let (outlet, inlet) = try link.open(frameLength: frameLength)
    let failure = Monitor(LinkError?.none)
    let sender = try WorkerThread.start(name: "sender") {
      do throws(LinkError) {
        for parcel in parcels { try outlet.send(parcel) }
      } catch { failure.withLock { $0 = error } }
      outlet.finish()
    }
    var received: [Parcel] = []
    while let parcel = try inlet.receive() { received.append(parcel) }
    sender.join()
    #expect(failure.withLock { $0 } == nil)
    return (received, outlet.metrics, inlet.metrics)
  }

  private func noise(_ count: Int, seed: UInt64) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 33)
    }
  }

  @Test(arguments: Carrier.allCases) func carriesAllShapes(carrier: Carrier) throws {
    let big = noise(70_000, seed: 1)
    let parcels = [
      Parcel([]), Parcel([[]]), Parcel([[1], [], [2, 3]], kind: 9), Parcel([big]),
      Parcel([[1, 2], big, [], big, [3]]),
      Parcel([big, [4]], work: WorkName(input: .max, first: 0, end: .max, attempt: .max)),
    ]
    let (received, sent, got) = try transfer(parcels, over: LinkCase(carrier))
    #expect(received == parcels)
    #expect(sent.messages == 6 && got.messages == 6)
    #expect(sent.frames == 7 && got.frames == 7)
    let payload = parcels.reduce(0) { $0 + $1.bytes.count }
    #expect(sent.bytes == UInt64(payload + 7 * FrameHeader.size) && got.bytes == sent.bytes)
    #expect(sent.copiedBytes == sent.bytes && got.copiedBytes == got.bytes)
  }

  @Test(arguments: [1, 2, 3, 7, 64, 4095, 4096, 4097], LinkCase.wide)
  func carriesMessagesInFramesOfAnyLength(frameLength: Int, link: LinkCase) throws {
    let parcels = [Parcel([noise(5000, seed: 2), noise(37, seed: 3)]), Parcel([]), Parcel([noise(64, seed: 4)])]
    let (received, sent, _) = try transfer(parcels, over: link, frameLength: frameLength)
    #expect(received == parcels)
    let frames = parcels.reduce(1) { $0 + max(1, ($1.bytes.count + frameLength - 1) / frameLength) }
    #expect(sent.frames == UInt64(frames))
  }

  @Test(arguments: LinkCase.narrow) func squeezesThroughATinyLink(link: LinkCase) throws {
    let parcels = (0..<20).map { Parcel([noise($0 * 1501, seed: UInt64($0)), [UInt8($0)]]) }
    let (received, sent, got) = try transfer(parcels, over: link)
    #expect(received == parcels)
    // Far more bytes than the link holds: both ends had to go in many steps, and the sender had to wait.
    #expect(sent.systemCalls > 40 && got.systemCalls > 40)
    #expect(sent.blockedNanoseconds + got.blockedNanoseconds > 0)
  }

  @Test(arguments: Carrier.allCases) func cutsMessagesOver16MiB(carrier: Carrier) throws {
    // Blocks of a length that fits no frame.
    let block = noise(70_001, seed: 7)
    let parcel = Parcel(Array(repeating: block, count: 600) + [[42]])
    let (received, sent, _) = try transfer([parcel, Parcel([[1]])], over: LinkCase(carrier))
    #expect(received == [parcel, Parcel([[1]])])
    #expect(sent.frames == 3 + 1 + 1)
  }

  @Test(arguments: Carrier.allCases) func sendersDoNotMix(carrier: Carrier) throws {
    let (outlet, inlet) = try LinkCase(carrier).open(frameLength: 100)
    let failures = Monitor(0)
    let senders = try (0..<4).map { sender in
      try WorkerThread.start(name: "sender \(sender)") {
        for index in 0..<50 {
          let work = WorkName(input: UInt32(sender), first: UInt64(index), end: UInt64(index), attempt: 0)
          let parcel = Parcel([[UInt8](repeating: UInt8(sender), count: 250 + index)], work: work)
          do { try outlet.send(parcel) } catch { failures.withLock { $0 += 1 } }
        }
      }
    }
    let closer = try WorkerThread.start(name: "closer") {
      for sender in senders { sender.join() }
      outlet.finish()
    }
    var next = [0, 0, 0, 0]
    while let parcel = try inlet.receive() {
      let sender = Int(parcel.work.input)
      #expect(parcel.work.first == UInt64(next[sender]))
      #expect(parcel.bytes == [UInt8](repeating: UInt8(sender), count: 250 + next[sender]))
      next[sender] += 1
    }
    closer.join()
    #expect(next == [50, 50, 50, 50])
    #expect(failures.withLock { $0 } == 0)
  }

  @Test(arguments: Carrier.allCases) func aReaderThatIsGoneIsClosed(carrier: Carrier) throws {
    ProcessSelf.ignoreBrokenPipes()
    let (sending, receiving) = try carrier.makeEnds()
    let outlet = try PipeOutlet<Parcel>(end: sending, nonce: 5)
    receiving.close()
    #expect(throws: LinkError.closed) { try outlet.send(Parcel([[1]])) }
    #expect(throws: LinkError.closed) { try outlet.send(Parcel([[1]])) }
    outlet.finish()
    #expect(outlet.metrics.messages == 0)
  }

  @Test(arguments: Carrier.allCases) func aReaderThatGoesAwayEndsTheWait(carrier: Carrier) throws {
    ProcessSelf.ignoreBrokenPipes()
    let (sending, receiving) = try carrier.makeEnds()
    let outlet = try PipeOutlet<Parcel>(end: sending, nonce: 5)
    let failure = Monitor(LinkError?.none)
    let entry = Monitor(ThreadEntry?.none)
    let sender = try WorkerThread.start(name: "sender") {
      entry.change { $0 = .current() }
      do throws(LinkError) { try outlet.send(Parcel([[UInt8](repeating: 1, count: 4 << 20)])) } catch {
        failure.withLock { $0 = error }
      }
    }
    // Until the link takes no more.
    entry.wait { $0 }.value.awaitSleep()
    receiving.close()
    sender.join()
    #expect(failure.withLock { $0 } == .closed)
    #expect(outlet.metrics.blockedNanoseconds > 0)
  }

  @Test(arguments: Carrier.allCases) func nothingFollowsTheEnd(carrier: Carrier) throws {
    let (outlet, inlet) = try LinkCase(carrier).open()
    outlet.finish()
    outlet.finish()
    #expect(throws: LinkError.closed) { try outlet.send(Parcel([[1]])) }
    #expect(try inlet.receive() == nil)
    #expect(outlet.metrics.frames == 1)
  }

  @Test(arguments: Carrier.allCases) func refusesAMessageThatLooksLikeTheEnd(carrier: Carrier) throws {
    let (sending, receiving) = try carrier.makeEnds()
    let outlet = try PipeOutlet<Parcel>(end: sending, nonce: 5)
    #expect(throws: LinkError.corrupt("a message of the kind that ends the data")) {
      try outlet.send(Parcel([], kind: Parcel.endKind))
    }
    withExtendedLifetime(receiving) {}
  }
}
