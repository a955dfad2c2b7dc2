// The carrier that is a pipe: the kernel buffers, bounds and closes it, and takes pages of files without copying them.

import CLinux
import Glibc

/// One end of a pipe. Broken pipes must be ignored where it sends (`ProcessSelf.ignoreBrokenPipes`).
struct PipeChannel: SendingChannel, ReceivingChannel {
  private let stream: DescriptorStream

  /// - Parameter descriptor: an end of a pipe that nobody else uses.
  init(_ descriptor: Descriptor) { stream = DescriptorStream(descriptor) }

  static func makeEnds(capacity: Int) throws(TransportError) -> (sending: [Descriptor], receiving: [Descriptor]) {
    let (read, write) = try Descriptor.pipe()
    write.setPipeSize(capacity)
    return ([write], [read])
  }

  func write(_ head: Span<UInt8>, _ tail: Span<UInt8>, counting metrics: inout LinkMetrics) throws(LinkError) {
    try stream.write(head, tail, counting: &metrics)
  }

  func splice(_ range: FileRange, counting metrics: inout LinkMetrics) throws(LinkError) -> Int {
    try stream.transfer("splice", POLLOUT, &metrics) {
      clinux_splice(range.descriptor.number, Int64(range.offset), stream.descriptor.number, range.count)
    }
  }

  func read(
    into memory: UnsafeMutableRawBufferPointer, ahead: UnsafeMutableRawBufferPointer,
    counting metrics: inout LinkMetrics
  ) throws(LinkError) -> Int {
    try stream.read(into: memory, ahead: ahead, counting: &metrics)
  }
}
