// The carrier that is a pair of Unix stream sockets, used one way. Like a pipe, but bytes travel in packets of the
// kernel's making, each set aside when it is sent, and how many are under way is limited for all users by
// net.core.wmem_max.

import CLinux
import Glibc

/// One end of a pair of stream sockets. Broken pipes must be ignored where it sends (`ProcessSelf.ignoreBrokenPipes`).
struct SocketChannel: SendingChannel, ReceivingChannel {
  private let stream: DescriptorStream

  /// - Parameter descriptor: an end of a pair that nobody else uses.
  init(_ descriptor: Descriptor) { stream = DescriptorStream(descriptor) }

  static func makeEnds(capacity: Int) throws(TransportError) -> (sending: [Descriptor], receiving: [Descriptor]) {
    let (sending, receiving) = try Descriptor.streamPair()
    // Ordinary users get no more than the system allows: that is no error.
    var bytes = Int32(clamping: capacity)
    _ = setsockopt(sending.number, SOL_SOCKET, SO_SNDBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
    // One way from the start, as a pipe is. A sender that closed with bytes unread would also reset the connection, and
    // the receiver would hear of that ahead of what was sent before.
    guard shutdown(sending.number, Int32(SHUT_RD)) == 0, shutdown(receiving.number, Int32(SHUT_WR)) == 0 else {
      throw .last("shutdown")
    }
    return ([sending], [receiving])
  }

  func write(_ head: Span<UInt8>, _ tail: Span<UInt8>, counting metrics: inout LinkMetrics) throws(LinkError) {
    try stream.write(head, tail, counting: &metrics)
  }

  func splice(_ range: FileRange, counting metrics: inout LinkMetrics) throws(LinkError) -> Int {
    try stream.transfer("sendfile", POLLOUT, &metrics) {
      clinux_send_file(range.descriptor.number, Int64(range.offset), stream.descriptor.number, range.count)
    }
  }

  func read(
    into memory: UnsafeMutableRawBufferPointer, ahead: UnsafeMutableRawBufferPointer,
    counting metrics: inout LinkMetrics
  ) throws(LinkError) -> Int {
    try stream.read(into: memory, ahead: ahead, counting: &metrics)
  }
}
