// The receiving side of a link whose sender may be replaced: its process died, another takes its place, and a new link
// comes from there.

/// Receives messages from whoever is at the other end at the time. Safe from any thread.
package final class RenewedInlet<Message: WireMessage>: Sendable {
  private struct State: Sendable {
    var link: PipeInlet<Message>
    /// What the links before this one did.
    var earlier = LinkMetrics()
    /// The newest end that has arrived and has not been taken into use.
    var arrived: LinkEnd?
  }

  private let state: Monitor<State>
  // Held while something is received, so that receivers take turns: what the body does belongs together.
  private let turn = Monitor(())
  private let nonce: UInt64
  private let requiresSums: Bool

  /// - Parameters:
  ///   - end: the receiving end of the first link. `.system` or `.corrupt` if it is none.
  ///   - nonce: the run's.
  ///   - requiresSums: whether a payload that its sender had in memory is an error without a checksum, on every link.
  package init(end: LinkEnd, nonce: UInt64, requiresSums: Bool = true) throws(LinkError) {
    self.nonce = nonce
    self.requiresSums = requiresSums
    state = Monitor(State(link: try PipeInlet(end: end, nonce: nonce, requiresSums: requiresSums)))
  }

  /// A new end is here; it is taken into use when the link before it has ended.
  package func arrive(_ end: LinkEnd) { state.change { $0.arrived = end } }

  /// Receives by the body from the link that is in use. Where that ends without having been finished, what the body had
  /// received of a message is dropped, and it is called again with the next link, once there is one.
  package func receive<Result>(
    _ body: (PipeInlet<Message>) throws(LinkError) -> Result
  ) throws(LinkError) -> Result {
    try turn.withLock { (_) throws(LinkError) in try receiveInTurn(body) }
  }

  private func receiveInTurn<Result>(
    _ body: (PipeInlet<Message>) throws(LinkError) -> Result
  ) throws(LinkError) -> Result {
    while true {
      let link = state.withLock { $0.link }
      do throws(LinkError) {
        return try body(link)
      } catch .closed {
        _ = state.wait { state -> Bool? in
          guard let end = state.arrived else { return nil }
          state.arrived = nil
          // One that cannot be opened is as good as one whose sender is gone: another will come.
          guard
            let opened = try? PipeInlet<Message>(end: end, nonce: self.nonce, requiresSums: self.requiresSums)
          else { return nil }
          state.earlier.add(state.link.metrics)
          state.link = opened
          return true
        }
      }
    }
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
