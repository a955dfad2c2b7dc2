// The sending side of a link between processes: messages as frames into a pipe.

/// Sends messages into a pipe. Safe from any thread: the frames of two messages never mix.
package final class PipeOutlet<Message: WireMessage>: Outlet {
  /// Whether the stream can still be added to.
  private enum Phase: Sendable {
    case open, finished
    // A message may have been cut off in the middle: nothing can follow it.
    case broken(LinkError)
  }

  // Byte strings from this size on are written from where they are; shorter ones are gathered behind the header first.
  private static var gatherLimit: Int { 16 << 10 }

  private let end: PipeEnd
  private let nonce: UInt64
  private let frameLength: Int
  // Held while a message is written, so that senders take turns.
  private let phase = Monitor(Phase.open)
  private let counted = Monitor(LinkMetrics())

  /// - Parameters:
  ///   - descriptor: the writing end of a pipe that nobody else uses; it stays open as long as this object or the caller
  ///     holds it. Broken pipes must be ignored (`ProcessSelf.ignoreBrokenPipes`).
  ///   - nonce: the run's.
  ///   - frameLength: payload bytes of a frame at most.
  package init(descriptor: Descriptor, nonce: UInt64, frameLength: Int = FrameHeader.maximumLength) {
    descriptor.setPipeSize(1 << 20)
    end = PipeEnd(descriptor)
    self.nonce = nonce
    self.frameLength = min(max(1, frameLength), FrameHeader.maximumLength)
  }

  package func send(_ message: Message) throws(LinkError) {
    guard message.frameKind != Message.endKind else { throw .corrupt("a message of the kind that ends the data") }
    let start = MonotonicClock.now()
    let pieces = message.encodePayload()
    counted.withLock { $0.encodeNanoseconds += MonotonicClock.now() - start }
    try phase.withLock { (phase) throws(LinkError) in
      try write(kind: message.frameKind, work: message.work, pieces, phase: &phase)
      counted.withLock { $0.messages += 1 }
    }
  }

  package func finish() {
    phase.withLock { phase in
      guard case .open = phase else { return }
      // Without its end frame the receiver sees a closed link: the failure needs no second way.
      try? write(kind: Message.endKind, work: .none, [], phase: &phase)
      if case .open = phase { phase = .finished }
    }
  }

  /// What happened so far. May be asked from any thread at any time.
  package var metrics: LinkMetrics { counted.withLock { $0 } }

  private func write(
    kind: UInt8, work: WorkName, _ pieces: [[UInt8]], phase: inout Phase
  ) throws(LinkError) {
    switch phase {
    case .open: break
    case .finished: throw .closed
    case .broken(let error): throw error
    }
    do {
      var cutter = FrameCutter(lengths: pieces.map(\.count), frameLength: frameLength)
      var fragment: UInt32 = 0
      repeat {
        let frame = cutter.next()
        try write(
          frame, of: pieces,
          FrameHeader(
            kind: kind, isLast: cutter.isAtEnd, nonce: nonce, work: work, fragment: fragment, length: frame.length,
            payloadChecksum: 0))
        fragment += 1
      } while !cutter.isAtEnd
    } catch {
      phase = .broken(error)
      throw error
    }
  }

  private func write(_ frame: FrameCutter.Frame, of pieces: [[UInt8]], _ header: FrameHeader) throws(LinkError) {
    var metrics = LinkMetrics()
    // Also counted when it fails, so that the figures of a broken link are right.
    defer { counted.withLock { $0.add(metrics) } }
    let start = MonotonicClock.now()
    var header = header
    var checksum = Checksum()
    for slice in frame.slices {
      let piece = pieces[slice.piece]
      checksum.update(piece.span.extracting(slice.range))
    }
    header.payloadChecksum = checksum.value
    var gathered: [UInt8] = []
    header.encode(into: &gathered)
    metrics.encodeNanoseconds = MonotonicClock.now() - start
    for slice in frame.slices {
      let piece = pieces[slice.piece]
      if slice.range.count < Self.gatherLimit {
        gathered.append(contentsOf: piece[slice.range])
      } else {
        try end.write(gathered.span, piece.span.extracting(slice.range), counting: &metrics)
        gathered.removeAll(keepingCapacity: true)
      }
    }
    try end.write(gathered.span, gathered.span.extracting(0..<0), counting: &metrics)
    metrics.frames = 1
  }
}
