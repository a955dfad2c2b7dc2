// What links cost, counted where it happens, for the report.

/// What one end of a link between processes did.
package struct LinkMetrics: Equatable, Sendable {
  package var messages: UInt64 = 0
  package var frames: UInt64 = 0
  /// Bytes that crossed, frame headers included.
  package var bytes: UInt64 = 0
  /// Bytes that were copied on this side, from memory into the link, or out of it; not those that the kernel moved from
  /// a file into the link by their pages. More than `bytes` if some were copied twice.
  package var copiedBytes: UInt64 = 0
  /// Time to turn messages into bytes and to sum these up.
  package var encodeNanoseconds: UInt64 = 0
  /// Time to check bytes and to turn them into messages.
  package var decodeNanoseconds: UInt64 = 0
  /// Time in reads and writes, or in copying to and from a ring; waiting not included.
  package var systemCallNanoseconds: UInt64 = 0
  /// Reads, writes, waits, wake-ups, and looks whether the other side is there.
  package var systemCalls: UInt64 = 0
  /// Time spent waiting for the other side: the link was full, or empty.
  package var blockedNanoseconds: UInt64 = 0

  package init() {}

  /// The sum of both.
  package mutating func add(_ other: LinkMetrics) {
    messages += other.messages
    frames += other.frames
    bytes += other.bytes
    copiedBytes += other.copiedBytes
    encodeNanoseconds += other.encodeNanoseconds
    decodeNanoseconds += other.decodeNanoseconds
    systemCallNanoseconds += other.systemCallNanoseconds
    systemCalls += other.systemCalls
    blockedNanoseconds += other.blockedNanoseconds
  }
}

/// What happened on a queue link, both ends.
package struct QueueMetrics: Equatable, Sendable {
  /// Messages accepted.
  package var messages: UInt64 = 0
  /// How often a producer found the queue full and waited, and for how long in all.
  package var fullWaits: UInt64 = 0
  package var fullNanoseconds: UInt64 = 0
  /// How often a consumer found the queue empty and waited, and for how long in all.
  package var emptyWaits: UInt64 = 0
  package var emptyNanoseconds: UInt64 = 0
  /// Messages in the queue now, the most there ever were, and the most there can be.
  package var depth = 0
  package var highestDepth = 0
  package var capacity = 0

  package init() {}
}
