// Where the aggregator process gets results from: a thread for each parser's pipe puts what arrives into one queue, and
// knows when nothing more will come.

import Transport

/// Receives from all parsers, also from those that take the place of others. One thread receives.
final class ResultCollector: Inlet {
  private enum Event: Sendable {
    case result(PieceResult)
    /// This parser has sent its last result, whichever process it is.
    case ended(parser: Int)
    /// This process has ended, or what it sends makes no sense.
    case broken(Drained)
  }

  private struct State: Sendable {
    /// Parsers that there ever were, and those that have not ended; counted from 0.
    var known: Set<Int> = []
    var open: Set<Int> = []
    var metrics: [Int: LinkMetrics] = [:]
    var isOver = false
  }

  private let nonce: UInt64
  private let requiresSums: Bool
  private let drained: @Sendable (Drained) throws(LinkError) -> Void
  private let events = QueueLink<Event>(capacity: 16)
  private let state = Monitor(State())

  /// - Parameters:
  ///   - nonce: the run's.
  ///   - requiresSums: whether results must have checksums.
  ///   - drained: called by `receive` when a process has ended without having finished, and everything that came from it
  ///     has been received and dealt with; by `start` if that has been so before there was another in its place.
  init(
    nonce: UInt64, requiresSums: Bool = true, drained: @escaping @Sendable (Drained) throws(LinkError) -> Void
  ) {
    self.nonce = nonce
    self.requiresSums = requiresSums
    self.drained = drained
  }

  /// Receives from one more pipe.
  func start(_ attachment: Attachment, _ end: LinkEnd) throws(StageError) {
    let link = try StageError.link { () throws(LinkError) in
      try PipeInlet<PieceResult>(end: end, nonce: nonce, requiresSums: requiresSums)
    }
    let (isWanted, isLate) = state.withLock { state in
      let isNew = state.known.insert(attachment.parser).inserted
      if isNew, !state.isOver { state.open.insert(attachment.parser) }
      return (!state.isOver, !isNew && !state.open.contains(attachment.parser))
    }
    // The one before it had sent its last result, and ended before it could say so to the supervisor.
    if isLate {
      let before = Drained(parser: attachment.parser, incarnation: attachment.incarnation - 1)
      try StageError.link { () throws(LinkError) in try drained(before) }
    }
    guard isWanted else { return }
    do throws(TransportError) {
      _ = try WorkerThread.start(name: "collect/\(attachment.parser + 1)", stackSize: 512 << 10) { [events, state] in
        let event: Event
        do throws(LinkError) {
          while let result = try link.receive() { try events.send(.result(result)) }
          event = .ended(parser: attachment.parser)
        } catch {
          var ending = Drained(parser: attachment.parser, incarnation: attachment.incarnation)
          if case .corrupt(let message) = error { ending.damage = message }
          event = .broken(ending)
        }
        let metrics = link.metrics
        state.withLock { $0.metrics[attachment.parser, default: LinkMetrics()].add(metrics) }
        // Once nobody receives, nobody wants to know.
        try? events.send(event)
      }
    } catch {
      throw .failure(.noThread(error))
    }
  }

  /// The next result; nil when every parser has ended.
  func receive() throws(LinkError) -> PieceResult? {
    while state.withLock({ !$0.open.isEmpty }) {
      switch try events.receive() {
      case .result(let result)?: return result
      case .ended(let parser)?: state.withLock { _ = $0.open.remove(parser) }
      // Whoever receives has dealt with what it was given before.
      case .broken(let ending)?: try drained(ending)
      case nil: return nil
      }
    }
    state.withLock { $0.isOver = true }
    events.cancel()
    return nil
  }

  /// What came from each parser that has ended, whichever processes it was, in order.
  var metrics: [(Int, LinkMetrics)] { state.withLock { $0.metrics }.sorted { $0.key < $1.key } }
}
