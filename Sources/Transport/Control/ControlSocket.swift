// The line between supervisor and worker: whole messages with descriptors, over a Unix packet socket.
//
// A packet is a header of 8 bytes (magic, kind, 1 if more packets of the message follow, payload length of this packet)
// and up to 64 KiB of payload. Descriptors travel with the first packet.

import CLinux
import Glibc

/// One end of a control line. Sending and receiving are safe from any thread; several may send.
package final class ControlSocket: Sendable {
  /// The most descriptors of one message.
  package static let maximumDescriptors = Int(CLINUX_MAX_DESCRIPTORS)
  /// The most payload bytes of one message.
  package static let maximumPayload = 64 << 20

  private static let packetPayload = 64 << 10
  private static let headerSize = 8
  private static let magic: UInt16 = 0x5043

  /// For polling: readable when a message, or the end, is there.
  package let descriptor: Descriptor
  private let sending = Monitor(())
  private let receiving = Monitor(())

  /// - Parameter descriptor: one end of `Descriptor.socketPair`.
  package init(_ descriptor: Descriptor) { self.descriptor = descriptor }

  /// Sending, and receiving the rest of a message, fail with `.system` and EAGAIN after so long, because the other side
  /// takes or sends nothing: it is stopped, as a rule.
  package func limitWaiting(milliseconds: Int) {
    var limit = timeval(tv_sec: milliseconds / 1000, tv_usec: milliseconds % 1000 * 1000)
    // The structure is read within the calls only. Without the limits a message waits longer, and nothing else.
    _ = setsockopt(descriptor.number, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    _ = setsockopt(descriptor.number, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  /// Two connected ends.
  package static func pair() throws(TransportError) -> (ControlSocket, ControlSocket) {
    let (first, second) = try Descriptor.socketPair()
    return (ControlSocket(first), ControlSocket(second))
  }

  /// Sends a message; waits while the other side is behind. The descriptors stay open here: the caller closes its copies.
  package func send(
    kind: UInt8, payload: [UInt8] = [], descriptors: [Descriptor] = []
  ) throws(LinkError) {
    guard payload.count <= Self.maximumPayload else { throw .system(call: "sendmsg", errno: EMSGSIZE) }
    guard descriptors.count <= Self.maximumDescriptors else { throw .system(call: "sendmsg", errno: E2BIG) }
    try sending.withLock { (_) throws(LinkError) in
      var start = 0
      repeat {
        let end = min(payload.count, start + Self.packetPayload)
        let header = Self.header(kind: kind, moreFollow: end < payload.count, length: end - start)
        try sendPacket(header, payload.span.extracting(start..<end), start == 0 ? descriptors.map(\.number) : [])
        start = end
      } while start < payload.count
    }
    // The numbers were in use until here.
    withExtendedLifetime(descriptors) {}
  }

  /// The next message, waited for; nil when the other side is gone and everything it sent was received.
  /// `LinkError.closed` if it went in the middle of a message.
  package func receive() throws(LinkError) -> ControlMessage? {
    try receiving.withLock { (_) throws(LinkError) -> ControlMessage? in
      var message: ControlMessage?
      var packet = [UInt8](repeating: 0, count: Self.headerSize + Self.packetPayload)
      while true {
        let (length, descriptors) = try receivePacket(&packet)
        if length == 0 {
          if message != nil { throw .closed }
          return nil
        }
        let (kind, moreFollow) = try Self.check(packet, length: length)
        if message == nil {
          message = ControlMessage(kind: kind, descriptors: descriptors)
        } else if message?.kind != kind || !descriptors.isEmpty {
          throw .corrupt("a control message goes on as another one")
        }
        message?.payload.append(contentsOf: packet[Self.headerSize..<length])
        if let message, message.payload.count > Self.maximumPayload { throw .corrupt("a control message without end") }
        if !moreFollow { return message }
      }
    }
  }

  /// Ends the line for both sides: whoever waits to receive gets nil, also here.
  package func shutDown() { shutdown(descriptor.number, Int32(SHUT_RDWR)) }

  private static func header(kind: UInt8, moreFollow: Bool, length: Int) -> [UInt8] {
    var bytes = [UInt8(truncatingIfNeeded: magic), UInt8(truncatingIfNeeded: magic >> 8), kind, moreFollow ? 1 : 0]
    for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: length >> shift)) }
    return bytes
  }

  private static func check(_ packet: [UInt8], length: Int) throws(LinkError) -> (kind: UInt8, moreFollow: Bool) {
    guard length >= headerSize, UInt16(packet[0]) | UInt16(packet[1]) << 8 == magic, packet[3] <= 1 else {
      throw .corrupt("no control message where one should begin")
    }
    var promised = 0
    for index in 0..<4 { promised |= Int(packet[4 + index]) << (8 * index) }
    guard promised == length - headerSize else {
      throw .corrupt("a control message of \(length - headerSize) bytes that says \(promised)")
    }
    return (packet[2], packet[3] == 1)
  }

  private func sendPacket(_ header: [UInt8], _ payload: Span<UInt8>, _ descriptors: [Int32]) throws(LinkError) {
    while true {
      // The pointer is used within the call only, for exactly as many bytes as the span has.
      let sent = payload.withUnsafeBufferPointer {
        clinux_send_packet(
          descriptor.number, header, header.count, $0.baseAddress, $0.count, descriptors, descriptors.count)
      }
      if sent >= 0 { return }
      switch errno {
      case EINTR: continue
      case EPIPE, ECONNRESET, ENOTCONN: throw .closed
      case let errno: throw .system(call: "sendmsg", errno: errno)
      }
    }
  }

  private func receivePacket(_ packet: inout [UInt8]) throws(LinkError) -> (length: Int, descriptors: [Descriptor]) {
    var numbers = [Int32](repeating: -1, count: Self.maximumDescriptors)
    var facts = clinux_packet()
    while clinux_receive_packet(descriptor.number, &packet, packet.count, &numbers, &facts) != 0 {
      switch errno {
      // The other side closed with unread bytes in its buffer. The kernel says so once, ahead of what it had sent: the
      // next call gives that, and then the end.
      case EINTR, ECONNRESET: continue
      case let errno: throw .system(call: "recvmsg", errno: errno)
      }
    }
    let descriptors = numbers.prefix(Int(facts.descriptors)).map { Descriptor(owning: $0) }
    guard facts.truncated == 0 else { throw .corrupt("a control message was cut off") }
    return (Int(facts.length), descriptors)
  }
}
