// Rings against a peer that breaks the rules: indices of any value, memory that is no ring, wake-ups that never come.

import CLinux
import Glibc
import Testing
import Transport

/// The memory of a ring, as a peer has it that keeps to nothing. Offsets as in `RingMemory`. It is mapped as long as this
/// object lives, and every offset that the tests use lies within it.
private final class Scribbler {
  static let (senderPosition, senderWants, receiverPosition, receiverWants) = (128, 132, 256, 260)
  private let memory: UnsafeMutableRawPointer
  private let size: Int

  /// - Parameter descriptor: of an end that is not open yet, which closes it.
  init(_ descriptor: Descriptor) throws {
    var facts = stat()
    try #require(fstat(descriptor.number, &facts) == 0)
    size = Int(facts.st_size)
    memory = try #require(mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor.number, 0))
    try #require(memory != MAP_FAILED)
  }

  deinit { munmap(memory, size) }

  subscript(offset: Int) -> UInt32 {
    get { clinux_load(memory.advanced(by: offset).assumingMemoryBound(to: UInt32.self)) }
    set { clinux_store(memory.advanced(by: offset).assumingMemoryBound(to: UInt32.self), newValue) }
  }

  func put(_ bytes: [UInt8], at offset: Int) {
    memory.advanced(by: 4096 + offset).copyMemory(from: bytes, byteCount: bytes.count)
  }
}

struct RingTests {
  init() { ProcessSelf.ignoreBrokenPipes() }

  @Test(arguments: [1, 64, 4096]) func indicesOfAnyValueLeadNowhereElse(capacity: Int) throws {
    let (sending, receiving) = try Carrier.shm.makeEnds(capacity: capacity)
    let scribbler = try Scribbler(sending.descriptors[0])
    let (sender, receiver) = (try sending.openSender(), try receiving.openReceiver())
    let size = UInt32(capacity)
    let origin = 0 &- size
    // Taken before it was sent, or more in the ring than fits.
    for wrong in [origin &+ 1, origin &+ size, origin &- size &- 1, origin ^ 1 << 31] {
      scribbler[Scribbler.receiverPosition] = wrong
      expectCorrupt { try sender.write(0..<1) }
    }
    for wrong in [origin &- 1, origin &- size, origin &+ size &+ 1, origin ^ 1 << 31] {
      scribbler[Scribbler.senderPosition] = wrong
      expectCorrupt { _ = try receiver.read(1) }
    }
    // What is within the ring is taken for bytes: wrong ones, which the frames above find out.
    scribbler[Scribbler.senderPosition] = origin &+ size
    #expect(try receiver.readAll(capacity).count == capacity)
  }

  private func expectCorrupt(_ body: () throws -> Void) {
    do {
      try body()
      Issue.record("a wrong index was accepted")
    } catch LinkError.corrupt {
    } catch { Issue.record("\(error)") }
  }

  /// A peer that says it wants more than there can be is never woken; it looks up by itself. One that wants what it
  /// does not sleep for costs a call.
  @Test(arguments: [0, 1, 1 << 20, UInt32.max]) func wrongWishesChangeNoBytes(wish: UInt32) throws {
    let (sending, receiving) = try Carrier.shm.makeEnds(capacity: 1024)
    let scribbler = try Scribbler(sending.descriptors[0])
    let failure = Monitor(LinkError?.none)
    let thread = try WorkerThread.start(name: "sender") {
      do throws(LinkError) { try sending.openSender().write(0..<8192) } catch { failure.withLock { $0 = error } }
    }
    let receiver = try receiving.openReceiver()
    var bytes: [UInt8] = []
    while bytes.count < 8192 {
      scribbler[Scribbler.senderWants] = wish
      scribbler[Scribbler.receiverWants] = wish
      bytes += try receiver.read(700)
    }
    thread.join()
    #expect(bytes == streamBytes(0..<8192))
    #expect(failure.withLock { $0 } == nil)
  }

  /// Killed between moving its position and waking the receiver: the bytes are there, and then the end.
  @Test func whatADeadSenderHandedOverNeedsNoWakeUp() throws {
    let (sending, receiving) = try Carrier.shm.makeEnds(capacity: 64)
    let scribbler = try Scribbler(sending.descriptors[0])
    let entry = Monitor(ThreadEntry?.none)
    let outcome = Monitor((bytes: [UInt8](), failure: LinkError?.none))
    let thread = try WorkerThread.start(name: "receiver") {
      entry.change { $0 = .current() }
      do throws(LinkError) {
        let receiver = try receiving.openReceiver()
        while true {
          let bytes = try receiver.read(3)
          outcome.withLock { $0.bytes += bytes }
        }
      } catch { outcome.withLock { $0.failure = error } }
    }
    entry.wait { $0 }.value.awaitSleep()
    scribbler.put(streamBytes(0..<5), at: 0)
    // Copied, but not handed over.
    scribbler.put([9, 9, 9], at: 5)
    scribbler[Scribbler.senderPosition] &+= 5
    sending.close()
    thread.join()
    #expect(outcome.withLock { $0.bytes } == streamBytes(0..<5))
    #expect(outcome.withLock { $0.failure } == .closed)
  }

  @Test func itsSizeIsFixed() throws {
    let (sending, receiving) = try Carrier.shm.makeEnds(capacity: 4096)
    let memory = sending.descriptors[0]
    for size in [0, 4096, 1 << 20] {
      #expect(ftruncate(memory.number, off_t(size)) == -1 && errno == EPERM)
    }
    withExtendedLifetime(receiving) {}
  }

  @Test func goesAwayWithItsSides() throws {
    let (sending, receiving) = try Carrier.shm.makeEnds(capacity: 4096)
    var facts = stat()
    try #require(fstat(sending.descriptors[0].number, &facts) == 0)
    let mapping = " \(facts.st_ino) "
    try {
      let (sender, receiver) = (try sending.openSender(), try receiving.openReceiver())
      #expect(try mappings().filter { $0.contains(mapping) }.count == 2)
      withExtendedLifetime((sender, receiver)) {}
    }()
    #expect(try mappings().filter { $0.contains(mapping) }.isEmpty)
  }

  private func mappings() throws -> [Substring] {
    let file = try Descriptor.openForReading("/proc/self/maps")
    var text: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = read(file.number, &block, block.count), count > 0 { text += block[..<count] }
    return String(decoding: text, as: UTF8.self).split(separator: "\n")
  }

  /// Makes a file of this size with a sealed size and these words at its start.
  private func sealed(_ size: Int, _ words: [UInt32]) throws -> Descriptor {
    let descriptor = Descriptor(owning: clinux_shared_memory("no ring", size))
    try #require(descriptor.isOpen)
    try #require(pwrite(descriptor.number, words, 4 * words.count, 0) == 4 * words.count)
    return descriptor
  }

  @Test func refusesWhatIsNoRing() throws {
    let magic: UInt32 = 0x474E_4952
    let wrong = [
      try sealed(100, [magic, 64]), try sealed(4096, [magic, 1]), try sealed(8192, [0, 4096]),
      try sealed(8192, [magic, 0]), try sealed(8192, [magic, 4097]), try sealed(8192, [magic, 8192]),
      try sealed(8192, [magic, 3000]), try sealed(8192, [magic, 1 << 31]), try Descriptor.openForReading("/dev/null"),
      try Descriptor.openForReading("/proc/self/exe"),
    ]
    for (index, descriptor) in wrong.enumerated() {
      let (_, write) = try Descriptor.pipe()
      let end = try LinkEnd.ends(of: .shm, from: [descriptor, write])[0]
      do {
        _ = try end.openSender()
        Issue.record("memory \(index) was accepted")
      } catch LinkError.corrupt {
      } catch { Issue.record("memory \(index): \(error)") }
    }
  }

  @Test func refusesTheOtherEnd() throws {
    let (sending, receiving) = try Carrier.shm.makeEnds(capacity: 64)
    #expect(throws: LinkError.corrupt("the wrong end of a ring")) { try sending.openReceiver() }
    #expect(throws: LinkError.corrupt("the wrong end of a ring")) { try receiving.openSender() }
  }

  @Test func isClosedOnlyForOthersByItsOwnClose() throws {
    let (sending, receiving) = try Carrier.shm.makeEnds(capacity: 64)
    let sender = try sending.openSender()
    sending.close()
    #expect(throws: LinkError.system(call: "poll", errno: EBADF)) { try sender.write(0..<1) }
    withExtendedLifetime(receiving) {}
  }
}
