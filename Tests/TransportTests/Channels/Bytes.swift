// Bytes for the tests of channels, and both sides of one without frames.

import Transport

/// What the stream repeats: a prime number of bytes, which no size of a buffer is a multiple of.
private let period = (0..<65_521).map { UInt8(truncatingIfNeeded: $0 &* 167 ^ $0 >> 8) }

/// The bytes of the stream: which one stands where is known without keeping them.
func streamBytes(_ range: Range<Int>) -> [UInt8] {
  var bytes: [UInt8] = []
  while bytes.count < range.count {
    let start = (range.lowerBound + bytes.count) % period.count
    bytes += period[start..<min(period.count, start + range.count - bytes.count)]
  }
  return bytes
}

extension SendingChannel {
  /// Writes bytes of the stream, cut into two parts.
  func write(_ range: Range<Int>, cutAt cut: Int = 0) throws(LinkError) {
    let bytes = streamBytes(range)
    var metrics = LinkMetrics()
    try write(bytes.span.extracting(0..<cut), bytes.span.extracting(cut..<bytes.count), counting: &metrics)
  }
}

extension ReceivingChannel {
  /// Reads once, into two parts of the room; gives what came.
  func read(_ room: Int, cutAt cut: Int = 0) throws(LinkError) -> [UInt8] {
    // Set aside for this call; `rebasing` checks the parts.
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 1)
    defer { memory.deallocate() }
    let first = UnsafeMutableRawBufferPointer(rebasing: memory[..<cut])
    let second = UnsafeMutableRawBufferPointer(rebasing: memory[cut...])
    var metrics = LinkMetrics()
    return Array(memory[..<(try read(into: first, ahead: second, counting: &metrics))])
  }

  /// Reads until there are as many bytes.
  func readAll(_ count: Int) throws(LinkError) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count { bytes += try read(count - bytes.count) }
    return bytes
  }
}
