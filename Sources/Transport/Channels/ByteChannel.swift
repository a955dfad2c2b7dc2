// What is beneath the frames of a link between processes: bytes that go one way, in order, with a bound on how many are
// under way. One protocol for each side; pipes, sockets and rings in shared memory implement them (`Carrier`).
//
// What all of them keep:
// * Bytes arrive whole and in the order they were handed over, however the carrier cuts them up.
// * Who is ahead sleeps until the other side has caught up; nobody turns round and round.
// * A sender whose receiver is gone gets `.closed`. A receiver whose sender is gone first gets everything that the
//   sender had handed over, then `.closed`. How the other side ended makes no difference.
// * Calls come one at a time: the outlet or inlet above lets its callers take turns.

/// The sending side of a stream of bytes.
package protocol SendingChannel: Sendable {
  /// Hands over all of both, and waits while there is no room. `.closed` if the receiver is gone.
  func write(_ head: Span<UInt8>, _ tail: Span<UInt8>, counting metrics: inout LinkMetrics) throws(LinkError)

  /// Hands over bytes of a file, as many as there is room for at once, without copying them where the carrier and the
  /// file system can do that; gives how many, at least 1, or 0 if the file has ended. `.system` with what reading the
  /// file failed with; `EINVAL` where this carrier cannot take bytes from such a file, which is then to be read and
  /// written.
  func splice(_ range: FileRange, counting metrics: inout LinkMetrics) throws(LinkError) -> Int
}

/// The receiving side of a stream of bytes.
package protocol ReceivingChannel: Sendable {
  /// Takes what there is, once: into `memory`, and what does not fit there into `ahead`; there is room for at least a
  /// byte. Waits until there is something; gives how many bytes it took, at least 1. `.closed` if there is nothing left
  /// and the sender is gone.
  ///
  /// Both are used within the call only, and nothing is written beyond them.
  func read(
    into memory: UnsafeMutableRawBufferPointer, ahead: UnsafeMutableRawBufferPointer,
    counting metrics: inout LinkMetrics
  ) throws(LinkError) -> Int
}

// The same into memory that arrays are filled through. The pointers are used within the call only, for at most the
// bytes that are not filled yet (`extracting` checks); as many are filled as the channel says, the first part before
// the second.
extension ReceivingChannel {
  func read(
    into output: inout OutputSpan<UInt8>, ahead: inout OutputSpan<UInt8>, counting metrics: inout LinkMetrics
  ) throws(LinkError) {
    try output.withUnsafeMutableBufferPointer { (bytes, filled) throws(LinkError) in
      let room = UnsafeMutableRawBufferPointer(bytes.extracting(filled..<bytes.count))
      filled += try read(into: room, ahead: &ahead, counting: &metrics)
    }
  }

  /// - Returns: how many bytes of `memory` were filled.
  func read(
    into memory: UnsafeMutableRawBufferPointer, ahead: inout OutputSpan<UInt8>, counting metrics: inout LinkMetrics
  ) throws(LinkError) -> Int {
    try ahead.withUnsafeMutableBufferPointer { (bytes, filled) throws(LinkError) in
      let room = UnsafeMutableRawBufferPointer(bytes.extracting(filled..<bytes.count))
      let count = try read(into: memory, ahead: room, counting: &metrics)
      filled += max(0, count - memory.count)
      return min(count, memory.count)
    }
  }
}
