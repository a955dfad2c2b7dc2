// The link between threads: a bounded queue, any number of producers and consumers. All decisions are `BoundedBuffer`'s;
// here is only locking, waiting and counting.

/// Both ends of a bounded queue between threads.
package final class QueueLink<Message: Sendable>: Outlet, Inlet {
  private struct State: Sendable {
    var buffer: BoundedBuffer<Message>
    var metrics = QueueMetrics()
  }

  // Producers wait for room, consumers for messages: told apart, so that one wake-up a message is enough.
  private static var roomCondition: Int { 0 }
  private static var messageCondition: Int { 1 }

  private let monitor: Monitor<State>

  /// - Parameters:
  ///   - capacity: the most messages in the queue, at least 1.
  ///   - producers: how many times `finish` is called before the receivers get nil.
  package init(capacity: Int, producers: Int = 1) {
    monitor = Monitor(State(buffer: BoundedBuffer(capacity: capacity, producers: producers)), conditions: 2)
  }

  package func send(_ message: Message) throws(LinkError) {
    let waited = monitor.wait(for: Self.roomCondition) { state -> BoundedBuffer<Message>.Sending? in
      let outcome = state.buffer.send(message)
      if outcome == .stored { state.metrics.messages += 1 }
      return outcome == .full ? nil : outcome
    }
    if waited.value == .stored { monitor.signal(Self.messageCondition) }
    if waited.nanoseconds > 0 {
      monitor.withLock { state in
        state.metrics.fullWaits += 1
        state.metrics.fullNanoseconds += waited.nanoseconds
      }
    }
    if case .refused(let error) = waited.value { throw error }
  }

  package func receive() throws(LinkError) -> Message? {
    let waited = monitor.wait(for: Self.messageCondition) { state -> BoundedBuffer<Message>.Receiving? in
      let outcome = state.buffer.receive()
      if case .empty = outcome { return nil }
      return outcome
    }
    if waited.nanoseconds > 0 {
      monitor.withLock { state in
        state.metrics.emptyWaits += 1
        state.metrics.emptyNanoseconds += waited.nanoseconds
      }
    }
    switch waited.value {
    case .element(let message):
      monitor.signal(Self.roomCondition)
      return message
    case .empty, .finished: return nil
    case .cancelled: throw .cancelled
    }
  }

  package func finish() {
    if monitor.withLock({ $0.buffer.finish() }) { monitor.broadcast() }
  }

  /// Drops what is in the queue and wakes everybody; from now on sending and receiving fail with `.cancelled`.
  package func cancel() {
    if monitor.withLock({ $0.buffer.cancel() }) { monitor.broadcast() }
  }

  /// What happened so far. May be asked from any thread at any time.
  package var metrics: QueueMetrics {
    monitor.withLock { state in
      var metrics = state.metrics
      metrics.depth = state.buffer.count
      metrics.highestDepth = state.buffer.highestCount
      metrics.capacity = state.buffer.capacity
      return metrics
    }
  }
}
