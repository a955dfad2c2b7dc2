// What every carrier keeps: bytes in order whatever the cuts, a bound on what is under way, and ends that are noticed,
// those of true processes too.

import Glibc
import Testing
import Transport

struct ByteChannelTests {
  init() { ProcessSelf.ignoreBrokenPipes() }

  /// Lengths around the size of the link, in no order, with cuts all over.
  private func lengths(around capacity: Int, total: Int) -> [Int] {
    var lengths: [Int] = []
    var left = total
    var state: UInt64 = 1
    while left > 0 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let near = [1, 2, 55, capacity / 4, capacity - 1, capacity, capacity + 1, 3 * capacity]
      let length = min(left, max(1, near[Int(state >> 33) % near.count] - Int(state >> 20) % 3))
      lengths.append(length)
      left -= length
    }
    return lengths
  }

  @Test(arguments: LinkCase.narrow + LinkCase.wide + [1, 2, 8].map { LinkCase(.shm, capacity: $0) })
  func bytesArriveInOrderWhateverTheCuts(link: LinkCase) throws {
    let total = min(4 << 20, 400 * link.capacity)
    let (sending, receiving) = try link.carrier.makeEnds(capacity: link.capacity)
    let writes = lengths(around: link.capacity, total: total)
    let failure = Monitor(LinkError?.none)
    let sender = try WorkerThread.start(name: "sender") {
      do throws(LinkError) {
        let channel = try sending.openSender()
        var done = 0
        for length in writes {
          try channel.write(done..<done + length, cutAt: length / 3)
          done += length
        }
      } catch { failure.withLock { $0 = error } }
      sending.close()
    }
    let channel = try receiving.openReceiver()
    // Not the lengths that were written: the same the other way round, and again, for fewer may come at a time.
    let rooms = Array(writes.reversed())
    var next = 0
    var reads = 0
    while next < total {
      let room = rooms[reads % rooms.count]
      let bytes = try channel.read(room, cutAt: room / 2)
      try #require(bytes == streamBytes(next..<next + bytes.count))
      next += bytes.count
      reads += 1
    }
    #expect(throws: LinkError.closed) { try channel.read(1) }
    sender.join()
    #expect(failure.withLock { $0 } == nil)
  }

  @Test(arguments: Carrier.allCases) func aByteAtATime(carrier: Carrier) throws {
    let (sending, receiving) = try carrier.makeEnds(capacity: 4096)
    let (sender, receiver) = (try sending.openSender(), try receiving.openReceiver())
    for index in 0..<10_000 {
      try sender.write(index..<index + 1, cutAt: index % 2)
      #expect(try receiver.read(1, cutAt: index / 2 % 2) == streamBytes(index..<index + 1))
    }
  }

  /// Nobody reads, so no more is taken in than fits; nobody turns round and round meanwhile.
  @Test(arguments: LinkCase.wide) func aSenderSleepsWhileThereIsNoRoom(link: LinkCase) throws {
    let (sending, receiving) = try link.carrier.makeEnds(capacity: link.capacity)
    let step = 16 << 10
    let written = Monitor(0)
    let entry = Monitor(ThreadEntry?.none)
    let used = Monitor(UInt64(0))
    let sender = try WorkerThread.start(name: "sender") {
      entry.change { $0 = .current() }
      guard let channel = try? sending.openSender() else { return }
      for index in 0..<512 {
        guard (try? channel.write(index * step..<(index + 1) * step)) != nil else { return }
        written.withLock { $0 += step }
      }
      used.withLock { $0 = ResourceUsage.ofThread().voluntarySwitches }
    }
    let thread = entry.wait { $0 }.value
    thread.awaitSleep()
    usleep(120_000)
    thread.awaitSleep()
    let before = written.withLock { $0 }
    #expect(before > 0 && before <= 2 * link.capacity)
    let channel = try receiving.openReceiver()
    #expect(try channel.readAll(512 * step) == streamBytes(0..<512 * step))
    sender.join()
    #expect(written.withLock { $0 } == 512 * step)
    // Woken for every few bytes that are free it would have been tens of thousands of times.
    #expect(used.withLock { $0 } < 2000)
  }

  @Test(arguments: Carrier.allCases) func aReceiverSleepsUntilSomethingComes(carrier: Carrier) throws {
    let (sending, receiving) = try carrier.makeEnds()
    let sender = try sending.openSender()
    let entry = Monitor(ThreadEntry?.none)
    let received = Monitor([UInt8]())
    let thread = try WorkerThread.start(name: "receiver") {
      entry.change { $0 = .current() }
      guard let bytes = try? receiving.openReceiver().read(100) else { return }
      received.withLock { $0 = bytes }
    }
    entry.wait { $0 }.value.awaitSleep()
    // Longer than a ring sleeps at a time.
    usleep(120_000)
    #expect(received.withLock { $0 } == [])
    try sender.write(0..<5)
    thread.join()
    #expect(received.withLock { $0 } == streamBytes(0..<5))
  }

  @Test(arguments: Carrier.allCases) func whatASenderLeftBehindIsDrained(carrier: Carrier) throws {
    for count in [0, 1, 4096, 100_000] {
      let (sending, receiving) = try carrier.makeEnds()
      let receiver = try receiving.openReceiver()
      try sending.openSender().write(0..<count)
      sending.close()
      #expect(try receiver.readAll(count) == streamBytes(0..<count))
      for _ in 0..<2 { #expect(throws: LinkError.closed) { try receiver.read(1) } }
    }
  }

  @Test(arguments: Carrier.allCases) func aSenderLearnsThatTheReceiverWent(carrier: Carrier) throws {
    let (sending, receiving) = try carrier.makeEnds()
    let sender = try sending.openSender()
    try sender.write(0..<10)
    // With bytes left unread, and some read.
    #expect(try receiving.openReceiver().read(5).count == 5)
    receiving.close()
    for _ in 0..<2 { #expect(throws: LinkError.closed) { try sender.write(10..<11) } }
    let file = FileRange(descriptor: try Descriptor.openForReading("/proc/self/exe"), offset: 0, count: 10)
    var metrics = LinkMetrics()
    #expect(throws: LinkError.closed) { try sender.splice(file, counting: &metrics) }
  }

  /// A process that holds an end and does nothing with it.
  private func holder(of end: LinkEnd) throws -> ChildProcess {
    let inheritances = end.descriptors.enumerated().map {
      Spawner.Inheritance(source: $1.number, target: Int32(3 + $0))
    }
    return try Spawner.spawn(
      executable: "/bin/sleep", arguments: ["sleep", "60"], environment: [], descriptors: inheritances)
  }

  @Test(arguments: Carrier.allCases) func aKilledSenderIsDrainedAndThenNoticed(carrier: Carrier) throws {
    let (sending, receiving) = try carrier.makeEnds()
    let child = try holder(of: sending)
    let receiver = try receiving.openReceiver()
    try sending.openSender().write(0..<3000)
    sending.close()
    let entry = Monitor(ThreadEntry?.none)
    let outcome = Monitor((bytes: [UInt8](), failure: LinkError?.none))
    let thread = try WorkerThread.start(name: "receiver") {
      entry.change { $0 = .current() }
      do throws(LinkError) {
        while true {
          let bytes = try receiver.read(1000)
          outcome.withLock { $0.bytes += bytes }
        }
      } catch { outcome.withLock { $0.failure = error } }
    }
    entry.wait { $0 }.value.awaitSleep()
    // A process that is stopped is there.
    try child.kill(SIGSTOP)
    usleep(150_000)
    #expect(outcome.withLock { $0.failure } == nil)
    try child.kill(SIGKILL)
    thread.join()
    #expect(outcome.withLock { $0.failure } == .closed)
    #expect(outcome.withLock { $0.bytes } == streamBytes(0..<3000))
    #expect(try child.wait().status == .signalled(signal: SIGKILL, dumpedCore: false))
  }

  @Test(arguments: Carrier.allCases) func aKilledReceiverIsNoticed(carrier: Carrier) throws {
    let (sending, receiving) = try carrier.makeEnds()
    let child = try holder(of: receiving)
    receiving.close()
    let sender = try sending.openSender()
    let entry = Monitor(ThreadEntry?.none)
    let failure = Monitor(LinkError?.none)
    let thread = try WorkerThread.start(name: "sender") {
      entry.change { $0 = .current() }
      do throws(LinkError) { try sender.write(0..<4 << 20) } catch { failure.withLock { $0 = error } }
    }
    entry.wait { $0 }.value.awaitSleep()
    try child.kill(SIGSTOP)
    usleep(150_000)
    #expect(failure.withLock { $0 } == nil)
    try child.kill(SIGKILL)
    thread.join()
    #expect(failure.withLock { $0 } == .closed)
    #expect(throws: LinkError.closed) { try sender.write(0..<1) }
    _ = try child.wait()
  }
}
