// The sending side of a link whose receiver may be replaced: its process died, another takes its place, and a new link
// leads there.

/// Sends messages to whoever is at the other end at the time. Safe from any thread.
package final class RenewedOutlet<Message: WireMessage>: Sendable {
  private struct State: Sendable {
    var link: PipeOutlet<Message>
    /// What the links before this one did.
    var earlier = LinkMetrics()
    /// The newest end that has arrived and has not been taken into use.
    var arrived: LinkEnd?
    var isFinished = false

    /// Whether there was one. One that cannot be opened is as good as one whose receiver is gone: then the old one stays,
    /// which is broken, and another will come.
    mutating func takeArrived(_ nonce: UInt64, isSummed: Bool) -> Bool {
      guard let end = arrived else { return false }
      arrived = nil
      if let opened = try? PipeOutlet<Message>(end: end, nonce: nonce, isSummed: isSummed) {
        earlier.add(link.metrics)
        link = opened
      }
      return true
    }
  }

  private let state: Monitor<State>
  private let nonce: UInt64
  private let isSummed: Bool

  /// - Parameters:
  ///   - end: the sending end of the first link. `.system` or `.corrupt` if it is none.
  ///   - nonce: the run's.
  ///   - isSummed: whether payloads have checksums.
  package init(end: LinkEnd, nonce: UInt64, isSummed: Bool = true) throws(LinkError) {
    self.nonce = nonce
    self.isSummed = isSummed
    state = Monitor(State(link: try PipeOutlet(end: end, nonce: nonce, isSummed: isSummed)))
  }

  /// Sends through the link that is in use; `.closed` if its receiver is gone, and so it stays until `renew`.
  package func send(_ message: Message, with enclosure: Enclosure? = nil) throws(LinkError) {
    try state.withLock { $0.link }.send(message, with: enclosure)
  }

  /// Sends to whoever receives: where one is gone, to the one that takes its place, for which it waits. Several threads may.
  package func sendPersistently(_ message: Message) throws(LinkError) {
    while true {
      let link = state.withLock { $0.link }
      do throws(LinkError) {
        return try link.send(message)
      } catch .closed {
        // Another thread may have taken the new link into use already.
        _ = state.wait { state in
          if state.link !== link { return true }
          return state.takeArrived(self.nonce, isSummed: self.isSummed) ? true : nil
        }
      }
    }
  }

  /// A new end is here; it is taken into use by `renew`. Where nothing more will be sent, its receiver is told so at once.
  package func arrive(_ end: LinkEnd) {
    let isFinished = state.change { state in
      if !state.isFinished { state.arrived = end }
      return state.isFinished
    }
    // The end message of 56 bytes fits any new link, so this does not block.
    if isFinished { Self.finish(end, nonce: nonce) }
  }

  /// Tells the receiver at this end that nothing will be sent.
  package static func finish(_ end: LinkEnd, nonce: UInt64) {
    // Where even that is impossible the receiver sees that nobody holds this end.
    (try? PipeOutlet<Message>(end: end, nonce: nonce))?.finish()
  }

  /// Goes on with the newest end that has arrived.
  ///
  /// - Returns: whether there was one.
  package func renew() -> Bool { state.withLock { $0.takeArrived(nonce, isSummed: isSummed) } }

  /// Says that nothing more will be sent: to whoever receives now, and to all who come later.
  package func finish() {
    let links = state.withLock { state in
      state.isFinished = true
      let before = state.link
      return state.takeArrived(nonce, isSummed: isSummed) ? [before, state.link] : [before]
    }
    for link in links { link.finish() }
  }

  /// What happened so far, on all links.
  package var metrics: LinkMetrics {
    state.withLock { state in
      var sum = state.earlier
      sum.add(state.link.metrics)
      return sum
    }
  }
}
