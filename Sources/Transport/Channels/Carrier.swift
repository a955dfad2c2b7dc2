// The registry of what carries bytes from one process to another. Another carrier is a case here and a file beside it.

/// What carries the frames of a link between processes. The raw values are what users write behind `--link`.
package enum Carrier: String, CaseIterable, Sendable {
  /// A pipe: its pages can be those of a file, so that enclosed files are not copied on the sending side.
  case pipe
  /// A pair of Unix stream sockets.
  case socket
  /// A ring in shared memory with futexes to wait on: two copies, and system calls only to wait, to wake, and to look
  /// whether the other side is there.
  case shm

  /// Bytes that a link holds unless something else is asked for.
  package static let standardCapacity = 1 << 20

  /// How many descriptors describe one end.
  package var descriptorsPerEnd: Int {
    switch self {
    case .pipe, .socket: 1
    case .shm: 2
    }
  }

  /// Makes a link: both ends, to be opened here or in other processes, each once.
  /// - Parameter capacity: bytes that may be under way, roughly: pipes and rings round it up, at least to 1 page and 1
  ///   byte; pipes and sockets may get less, because the system limits what users have.
  package func makeEnds(
    capacity: Int = standardCapacity
  ) throws(TransportError) -> (sending: LinkEnd, receiving: LinkEnd) {
    let ends =
      switch self {
      case .pipe: try PipeChannel.makeEnds(capacity: capacity)
      case .socket: try SocketChannel.makeEnds(capacity: capacity)
      case .shm: try RingEnd.makeEnds(capacity: capacity)
      }
    return (LinkEnd(self, ends.sending), LinkEnd(self, ends.receiving))
  }

  /// Opens the sending side that the descriptors describe.
  func sender(_ descriptors: [Descriptor]) throws(LinkError) -> any SendingChannel {
    switch self {
    case .pipe: PipeChannel(descriptors[0])
    case .socket: SocketChannel(descriptors[0])
    case .shm: try RingSender(descriptors)
    }
  }

  /// Opens the receiving side that the descriptors describe.
  func receiver(_ descriptors: [Descriptor]) throws(LinkError) -> any ReceivingChannel {
    switch self {
    case .pipe: PipeChannel(descriptors[0])
    case .socket: SocketChannel(descriptors[0])
    case .shm: try RingReceiver(descriptors)
    }
  }
}
