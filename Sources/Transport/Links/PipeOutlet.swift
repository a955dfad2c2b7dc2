// The sending side of a link between processes: messages as frames into whatever carries bytes.

/// Sends messages into a channel. Safe from any thread: the frames of two messages never mix.
package final class PipeOutlet<Message: WireMessage>: Outlet {
  /// Whether the stream can still be added to.
  private enum Phase: Sendable {
    case open, finished
    // A message may have been cut off in the middle: nothing can follow it.
    case broken(LinkError)
  }

  private let channel: any SendingChannel
  private let nonce: UInt64
  private let frameLength: Int
  private let isSummed: Bool
  // Held while a message is written, so that senders take turns.
  private let phase = Monitor(Phase.open)
  private let counted = Monitor(LinkMetrics())

  /// - Parameters:
  ///   - channel: the sending side of what carries the frames; nobody else uses it. Broken pipes must be ignored
  ///     (`ProcessSelf.ignoreBrokenPipes`).
  ///   - nonce: the run's.
  ///   - frameLength: payload bytes of a frame at most.
  ///   - isSummed: whether payloads have checksums.
  package init(
    channel: any SendingChannel, nonce: UInt64, frameLength: Int = FrameHeader.maximumLength, isSummed: Bool = true
  ) {
    self.isSummed = isSummed
    self.channel = channel
    self.nonce = nonce
    self.frameLength = min(max(1, frameLength), FrameHeader.maximumLength)
  }

  /// Opens the sending end of a link of any kind. `.system` or `.corrupt` if it is none.
  package convenience init(
    end: LinkEnd, nonce: UInt64, frameLength: Int = FrameHeader.maximumLength, isSummed: Bool = true
  ) throws(LinkError) {
    self.init(channel: try end.openSender(), nonce: nonce, frameLength: frameLength, isSummed: isSummed)
  }

  package func send(_ message: Message) throws(LinkError) { try send(message, with: nil) }

  /// Sends a message and what is enclosed with it. A file that ends too early, or cannot be read, fails nothing here:
  /// the receiver gets zeros in its place and is told so.
  package func send(_ message: Message, with enclosure: Enclosure?) throws(LinkError) {
    guard message.frameKind != Message.endKind else { throw .corrupt("a message of the kind that ends the data") }
    let start = MonotonicClock.now()
    let pieces = message.encodePayload()
    counted.withLock { $0.encodeNanoseconds += MonotonicClock.now() - start }
    try phase.withLock { (phase) throws(LinkError) in
      try write(kind: message.frameKind, work: message.work, pieces, enclosure, phase: &phase)
      counted.withLock { $0.messages += 1 }
    }
  }

  package func finish() {
    phase.withLock { phase in
      guard case .open = phase else { return }
      // Without its end frame the receiver sees a closed link: the failure needs no second way.
      try? write(kind: Message.endKind, work: .none, [], nil, phase: &phase)
      if case .open = phase { phase = .finished }
    }
  }

  /// What happened so far. May be asked from any thread at any time.
  package var metrics: LinkMetrics { counted.withLock { $0 } }

  private func write(
    kind: UInt8, work: WorkName, _ pieces: [[UInt8]], _ enclosure: Enclosure?, phase: inout Phase
  ) throws(LinkError) {
    switch phase {
    case .open: break
    case .finished: throw .closed
    case .broken(let error): throw error
    }
    var writer = FrameWriter(channel: channel, nonce: nonce, kind: kind, work: work, isSummed: isSummed)
    // Also counted when it fails, so that the figures of a broken link are right.
    defer { counted.withLock { $0.add(writer.metrics) } }
    do {
      var cutter = FrameCutter(lengths: pieces.map(\.count), frameLength: frameLength)
      repeat {
        let frame = cutter.next()
        try writer.write(frame, of: pieces, isLast: cutter.isAtEnd, hasEnclosure: enclosure != nil)
      } while !cutter.isAtEnd
      if let enclosure { try writer.write(enclosure, frameLength: frameLength) }
      try writer.flush()
    } catch {
      phase = .broken(error)
      throw error
    }
  }
}
