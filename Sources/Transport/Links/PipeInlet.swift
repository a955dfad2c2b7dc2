// The receiving side of a link between processes: frames from whatever carries bytes, checked, put together to
// messages.

/// Receives messages from a channel. Safe from any thread: receivers take turns, each gets whole messages.
package final class PipeInlet<Message: WireMessage>: Inlet {
  private enum Phase: Sendable {
    case open, finished
    // There is no way back into the rhythm of a stream that broke.
    case broken(LinkError)
  }

  private struct State: Sendable {
    var phase = Phase.open
    // The header of the next frame, as far as it came along with the payload before it.
    var ahead: [UInt8] = []
    // The last frame of a message whose enclosure has not been taken yet.
    var awaited: FrameHeader?
  }

  private let channel: any ReceivingChannel
  private let nonce: UInt64
  private let messageLimit: Int
  private let requiresSums: Bool
  // Held while a message is read, so that receivers take turns.
  private let state = Monitor(State())
  private let counted = Monitor(LinkMetrics())

  /// - Parameters:
  ///   - channel: the receiving side of what carries the frames; nobody else uses it.
  ///   - nonce: the run's; frames of another run are an error.
  ///   - messageLimit: payload bytes of a message at most; a longer one is an error before it is held in memory.
  ///   - requiresSums: whether a payload that its sender had in memory is an error without a checksum.
  package init(
    channel: any ReceivingChannel, nonce: UInt64, messageLimit: Int = 4 << 30, requiresSums: Bool = true
  ) {
    self.channel = channel
    self.nonce = nonce
    self.messageLimit = messageLimit
    self.requiresSums = requiresSums
  }

  /// Opens the receiving end of a link of any kind. `.system` or `.corrupt` if it is none.
  package convenience init(
    end: LinkEnd, nonce: UInt64, messageLimit: Int = 4 << 30, requiresSums: Bool = true
  ) throws(LinkError) {
    self.init(
      channel: try end.openReceiver(), nonce: nonce, messageLimit: messageLimit, requiresSums: requiresSums)
  }

  /// The next message; nil behind the end frame. `.closed` if the stream ends before it, `.corrupt` if it is not what
  /// was sent. What was read of an incomplete message is dropped, and an error stays.
  package func receive() throws(LinkError) -> Message? {
    try state.withLock { (state) throws(LinkError) -> Message? in
      switch state.phase {
      case .open: break
      case .finished: return nil
      case .broken(let error): throw error
      }
      do throws(LinkError) {
        let message = try readMessage(&state)
        if message == nil { state.phase = .finished }
        return message
      } catch {
        state.phase = .broken(error)
        throw error
      }
    }
  }

  /// Takes what is enclosed with the message that was received last: all of it, in this memory.
  ///
  /// - Returns: why not all bytes are right, or nil if they are.
  package func receiveEnclosure(into memory: UnsafeMutableRawBufferPointer) throws(LinkError) -> EnclosureDefect? {
    try state.withLock { (state) throws(LinkError) -> EnclosureDefect? in
      if case .broken(let error) = state.phase { throw error }
      do throws(LinkError) {
        return try readEnclosure(&state, into: memory)
      } catch {
        state.phase = .broken(error)
        throw error
      }
    }
  }

  /// What happened so far. May be asked from any thread at any time.
  package var metrics: LinkMetrics { counted.withLock { $0 } }

  private func readMessage(_ state: inout State) throws(LinkError) -> Message? {
    guard state.awaited == nil else { throw .corrupt("a message before the bytes that belong to the last one") }
    var header = try readHeader(&state)
    let kind = header.kind
    let work = header.work
    var payload: [UInt8] = []
    var fragment: UInt32 = 0
    while true {
      guard header.nonce == nonce else { throw .corrupt("a frame of another run") }
      guard header.kind == kind, header.work == work, header.fragment == fragment else {
        throw .corrupt("a message goes on as another one (\(header.work) within \(work))")
      }
      guard header.isLast || header.length > 0 else { throw .corrupt("an empty frame within a message") }
      guard header.isSummed || !requiresSums else { throw .corrupt("a message without a checksum") }
      guard header.length <= messageLimit - payload.count else {
        throw .corrupt("a message of more than \(messageLimit) bytes")
      }
      try readPayload(header, &state, onto: &payload)
      if header.isLast { break }
      header = try readHeader(&state)
      fragment += 1
    }
    if kind == Message.endKind {
      guard payload.isEmpty, !header.hasEnclosure else { throw .corrupt("an end frame with a payload") }
      return nil
    }
    if header.hasEnclosure { state.awaited = header }
    let start = MonotonicClock.now()
    let message = try Message(frameKind: kind, work: work, payload: payload)
    counted.withLock { metrics in
      metrics.decodeNanoseconds += MonotonicClock.now() - start
      metrics.messages += 1
    }
    return message
  }

  private func readEnclosure(
    _ state: inout State, into memory: UnsafeMutableRawBufferPointer
  ) throws(LinkError) -> EnclosureDefect? {
    guard let message = state.awaited else { throw .corrupt("a message without the bytes that belong to it") }
    state.awaited = nil
    var filled = 0
    var fragment = message.fragment
    while true {
      let header = try readHeader(&state)
      fragment += 1
      guard header.nonce == nonce else { throw .corrupt("a frame of another run") }
      guard header.kind == message.kind, header.work == message.work, header.fragment == fragment,
        !header.hasEnclosure
      else {
        throw .corrupt("what is enclosed with a message goes on as another one (\(header.work) within \(message.work))")
      }
      if header.isLast {
        guard filled == memory.count else {
          throw .corrupt("\(filled) bytes are enclosed with a message that says \(memory.count)")
        }
        return try readEnding(header, &state)
      }
      guard header.length > 0, header.length <= memory.count - filled else {
        throw .corrupt("more bytes are enclosed with a message than it says")
      }
      // `rebasing` checks that the part lies within the memory.
      let part = UnsafeMutableRawBufferPointer(rebasing: memory[filled..<filled + header.length])
      try readPayload(header, &state, into: part)
      filled += header.length
    }
  }

  /// The last frame of an enclosure: what is wrong with the bytes before it.
  private func readEnding(_ header: FrameHeader, _ state: inout State) throws(LinkError) -> EnclosureDefect? {
    guard header.isSummed || !requiresSums, header.length == 0 || header.length == EnclosureDefect.size else {
      throw .corrupt("a wrong end of what is enclosed with a message")
    }
    var ending: [UInt8] = []
    try readPayload(header, &state, onto: &ending)
    return ending.isEmpty ? nil : try EnclosureDefect(decoding: ending.span)
  }

  private func readPayload(
    _ header: FrameHeader, _ state: inout State, into memory: UnsafeMutableRawBufferPointer
  ) throws(LinkError) {
    var metrics = LinkMetrics()
    defer { counted.withLock { $0.add(metrics) } }
    try state.ahead.append(addingCapacity: FrameHeader.size) { (ahead) throws(LinkError) in
      var filled = 0
      while filled < memory.count {
        let rest = UnsafeMutableRawBufferPointer(rebasing: memory[filled...])
        filled += try channel.read(into: rest, ahead: &ahead, counting: &metrics)
      }
    }
    metrics.frames = 1
    guard header.isSummed else { return }
    let clock = MonotonicClock.now()
    // The memory was filled whole just now; the pointer is used within the call only.
    let bytes = Span<UInt8>(_unsafeBytes: UnsafeRawBufferPointer(memory))
    guard Checksum.of(bytes) == header.payloadChecksum else {
      throw .corrupt("the checksum of a payload does not match (\(header.work))")
    }
    metrics.decodeNanoseconds += MonotonicClock.now() - clock
  }

  private func readHeader(_ state: inout State) throws(LinkError) -> FrameHeader {
    var metrics = LinkMetrics()
    defer { counted.withLock { $0.add(metrics) } }
    let missing = FrameHeader.size - state.ahead.count
    if missing > 0 {
      try state.ahead.append(addingCapacity: missing) { (output) throws(LinkError) in
        var nothing = OutputSpan<UInt8>()
        while !output.isFull { try channel.read(into: &output, ahead: &nothing, counting: &metrics) }
      }
    }
    defer { state.ahead.removeAll(keepingCapacity: true) }
    return try FrameHeader(decoding: state.ahead.span)
  }

  private func readPayload(
    _ header: FrameHeader, _ state: inout State, onto payload: inout [UInt8]
  ) throws(LinkError) {
    var metrics = LinkMetrics()
    defer { counted.withLock { $0.add(metrics) } }
    let start = payload.count
    if header.length > 0 {
      try payload.append(addingCapacity: header.length) { (output) throws(LinkError) in
        // The next header may come along, for one call less a frame.
        try state.ahead.append(addingCapacity: FrameHeader.size) { (ahead) throws(LinkError) in
          while !output.isFull { try channel.read(into: &output, ahead: &ahead, counting: &metrics) }
        }
      }
    }
    metrics.frames = 1
    guard header.isSummed else { return }
    let clock = MonotonicClock.now()
    guard Checksum.of(payload.span.extracting(start..<payload.count)) == header.payloadChecksum else {
      throw .corrupt("the checksum of a payload does not match (\(header.work))")
    }
    metrics.decodeNanoseconds += MonotonicClock.now() - clock
  }
}
