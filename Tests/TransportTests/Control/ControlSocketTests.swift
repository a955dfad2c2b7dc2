// The control line: whole messages, descriptors that work at the other side, an end that is told from a break.

import Glibc
import Testing
import Transport

struct ControlSocketTests {
  @Test(arguments: [0, 1, 65535, 65536, 65537, 131_072, 5_000_000])
  func carriesPayloadsOfAnyLength(length: Int) throws {
    let (left, right) = try ControlSocket.pair()
    let payload = (0..<length).map { UInt8(truncatingIfNeeded: $0 ^ $0 >> 8 ^ $0 >> 16) }
    let sender = try WorkerThread.start(name: "sender") {
      try? left.send(kind: 3, payload: payload)
      try? left.send(kind: 4)
    }
    let message = try #require(try right.receive())
    #expect(message.kind == 3)
    #expect(message.payload == payload)
    #expect(message.descriptors.isEmpty)
    #expect(try right.receive()?.kind == 4)
    sender.join()
  }

  @Test func carriesDescriptors() throws {
    let (left, right) = try ControlSocket.pair()
    let (read, write) = try Descriptor.pipe()
    // With a payload of several packets, so that the descriptors belong to the message and not to a packet.
    let sender = try WorkerThread.start(name: "sender") {
      try? left.send(kind: 1, payload: [UInt8](repeating: 7, count: 200_000), descriptors: [read, write])
    }
    let message = try #require(try right.receive())
    sender.join()
    #expect(message.payload.count == 200_000)
    try #require(message.descriptors.count == 2)
    read.close()
    write.close()
    let (newRead, newWrite) = (message.descriptors[0], message.descriptors[1])
    #expect(Glibc.write(newWrite.number, "hello", 5) == 5)
    var bytes = [UInt8](repeating: 0, count: 8)
    #expect(Glibc.read(newRead.number, &bytes, 8) == 5)
    #expect(String(decoding: bytes[..<5], as: UTF8.self) == "hello")
    for descriptor in message.descriptors { #expect(fcntl(descriptor.number, F_GETFD) & FD_CLOEXEC != 0) }
  }

  @Test func carriesSixteenDescriptorsAndNoMore() throws {
    let (left, right) = try ControlSocket.pair()
    let many = try (0..<17).map { _ in try Descriptor.openForReading("/dev/null") }
    try left.send(kind: 1, descriptors: Array(many[..<16]))
    #expect(try right.receive()?.descriptors.count == 16)
    #expect(throws: LinkError.system(call: "sendmsg", errno: E2BIG)) { try left.send(kind: 1, descriptors: many) }
  }

  @Test func nobodyKeepsTheSenderCopiesOpen() throws {
    let (left, right) = try ControlSocket.pair()
    let (read, write) = try Descriptor.pipe()
    try left.send(kind: 1, descriptors: [write])
    write.close()
    var message = try right.receive()
    #expect(message?.descriptors.count == 1)
    message = nil
    // The last writing end went with the message: the reader is at its end.
    #expect(try Readiness.waitReadable([read.number], nanoseconds: 60_000_000_000) == [true])
  }

  @Test func drainsWhatWasSentBeforeTheEnd() throws {
    let (left, right) = try ControlSocket.pair()
    // Unread bytes at the side that closes make the kernel report a reset ahead of what that side had sent.
    try right.send(kind: 9, payload: [1, 2, 3])
    for kind in UInt8(1)...3 { try left.send(kind: kind, payload: [kind]) }
    left.descriptor.close()
    for kind in UInt8(1)...3 {
      let message = try #require(try right.receive())
      #expect(message.kind == kind && message.payload == [kind])
    }
    #expect(try right.receive() == nil)
    #expect(throws: LinkError.closed) { try right.send(kind: 1) }
  }

  @Test func anEndWithinAMessageIsClosed() throws {
    let (left, right) = try ControlSocket.pair()
    // The header of a packet that says that more follow.
    let packet: [UInt8] = [0x43, 0x50, 1, 1, 2, 0, 0, 0, 8, 9]
    #expect(Glibc.send(left.descriptor.number, packet, packet.count, 0) == packet.count)
    left.descriptor.close()
    #expect(throws: LinkError.closed) { try right.receive() }
  }

  @Test(
    arguments: [
      [0x43], [0x43, 0x50, 1, 0, 0, 0, 0], [0x44, 0x50, 1, 0, 0, 0, 0, 0], [0x43, 0x50, 1, 2, 0, 0, 0, 0],
      [0x43, 0x50, 1, 0, 1, 0, 0, 0], [0x43, 0x50, 1, 0, 0, 0, 0, 0, 5], [0x43, 0x50, 1, 0, 255, 255, 255, 255],
    ] as [[UInt8]])
  func refusesOtherPackets(packet: [UInt8]) throws {
    let (left, right) = try ControlSocket.pair()
    #expect(Glibc.send(left.descriptor.number, packet, packet.count, 0) == packet.count)
    let error = #expect(throws: LinkError.self) { try right.receive() }
    guard case .corrupt = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func refusesAnotherMessageWithinOne() throws {
    let (left, right) = try ControlSocket.pair()
    for packet in [[0x43, 0x50, 1, 1, 1, 0, 0, 0, 8], [0x43, 0x50, 2, 0, 1, 0, 0, 0, 8]] as [[UInt8]] {
      #expect(Glibc.send(left.descriptor.number, packet, packet.count, 0) == packet.count)
    }
    #expect(throws: LinkError.corrupt("a control message goes on as another one")) { try right.receive() }
  }

  @Test func refusesAPacketThatIsTooLong() throws {
    let (left, right) = try ControlSocket.pair()
    let packet = [0x43, 0x50, 1, 0] + [UInt8](repeating: 0, count: 70_000)
    #expect(Glibc.send(left.descriptor.number, packet, packet.count, 0) == packet.count)
    #expect(throws: LinkError.corrupt("a control message was cut off")) { try right.receive() }
  }

  @Test func manySendersDoNotMix() throws {
    let (left, right) = try ControlSocket.pair()
    let senders = try (UInt8(0)..<4).map { kind in
      try WorkerThread.start(name: "sender \(kind)") {
        for count in 0..<10 {
          try? left.send(kind: kind, payload: [UInt8](repeating: kind, count: 60_000 + count * 9999))
        }
      }
    }
    var next = [0, 0, 0, 0]
    for _ in 0..<40 {
      let message = try #require(try right.receive())
      let kind = Int(message.kind)
      #expect(message.payload == [UInt8](repeating: message.kind, count: 60_000 + next[kind] * 9999))
      next[kind] += 1
    }
    for sender in senders { sender.join() }
    #expect(next == [10, 10, 10, 10])
  }

  @Test func shuttingDownWakesTheReceiver() throws {
    let (left, right) = try ControlSocket.pair()
    let isEnded = Monitor(false)
    let receiver = try WorkerThread.start(name: "receiver") {
      if let message = try? right.receive() { _ = message } else { isEnded.withLock { $0 = true } }
    }
    _ = isEnded.wait(nanoseconds: 10_000_000) { _ in Bool?.none }
    right.shutDown()
    receiver.join()
    #expect(isEnded.withLock { $0 })
    #expect(throws: LinkError.closed) { try left.send(kind: 1) }
  }
}
