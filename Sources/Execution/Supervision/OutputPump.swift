// The supervisor's thread that passes the output on, so that a slow reader of the output never keeps the supervisor
// from noticing what happens to its workers.

import Glibc
import Transport

/// Passes blocks from the aggregator's pipe to the sink, and counts them, for an aggregator that takes over.
final class OutputPump: Sendable {
  /// How far it has come.
  enum State: Equatable, Sendable {
    /// There is no aggregator to pass anything on from.
    case idle
    case running
    /// The end of the output has arrived.
    case ended
    /// The aggregator is gone, and everything that it had sent is passed on.
    case broken
    case failed(RunFailure)
  }

  private struct Held: Sendable {
    var state = State.idle
    var delivered = OutputCounts()
    var isClosed = false
    /// Whether a block is being passed on.
    var isPassing = false
    var thread: WorkerThread?
  }

  private let held: Monitor<Held>
  private let wakeUp: Descriptor

  /// - Parameters:
  ///   - wakeUp: the writing end of a pipe; a byte in it says that the state has changed.
  ///   - delivered: what had arrived before this run.
  init(wakeUp: Descriptor, delivered: OutputCounts = OutputCounts()) {
    self.wakeUp = wakeUp
    held = Monitor(Held(delivered: delivered))
  }

  var state: State { held.withLock { $0.state } }
  /// What has arrived where it goes; complete unless the state is `running`.
  var delivered: OutputCounts { held.withLock { $0.delivered } }
  /// Whether nobody wants the output any more.
  var isClosed: Bool { held.withLock { $0.isClosed } }

  /// Whether it waits for the aggregator.
  var isStarved: Bool { held.withLock { $0.state == .running && !$0.isPassing } }

  /// Starts to pass on what an aggregator sends, in a thread of its own.
  ///
  /// - Parameter control: the aggregator's, which is told when nobody wants the output any more.
  func start(
    from inlet: PipeInlet<OutputBlock>, to sink: some OutputSink, control: ControlSocket
  ) throws(TransportError) {
    join()
    held.withLock { $0.state = .running }
    let thread = try WorkerThread.start(name: "pipe:output") { self.run(from: inlet, to: sink, control) }
    held.withLock { $0.thread = thread }
  }

  /// Waits until the thread has ended, which it does when the aggregator or its output has.
  func join() {
    let thread = held.withLock { held in
      defer { held.thread = nil }
      return held.thread
    }
    thread?.join()
  }

  private func run(from inlet: some Inlet<OutputBlock>, to sink: some OutputSink, _ control: ControlSocket) {
    var ending = State.ended
    do throws(LinkError) {
      while let block = try inlet.receive() {
        // What comes after the output was closed is taken in and dropped, so that the aggregator can end in order.
        if isClosed { continue }
        held.withLock { $0.isPassing = true }
        let failure = pass(block, to: sink)
        held.withLock { $0.isPassing = false }
        if let failure {
          ending = .failed(failure)
          break
        }
        if isClosed { tell(control) }
      }
    } catch {
      ending = .broken
    }
    held.withLock { $0.state = ending }
    wake()
  }

  /// An aggregator that does not hear of it works in vain, and no worse.
  private func tell(_ control: ControlSocket) {
    try? control.send(kind: ControlKind.outputClosed.rawValue, payload: [], descriptors: [])
  }

  private func pass(_ block: OutputBlock, to sink: some OutputSink) -> RunFailure? {
    do throws(OutputError) {
      try sink.write(block)
      held.withLock { $0.delivered[block.stream] += block.bytes.count }
      return nil
    } catch {
      if case .failure(let failure) = error { return failure }
      held.withLock { $0.isClosed = true }
      return nil
    }
  }
}

extension OutputPump {
  /// Makes the supervisor look at the state.
  private func wake() {
    var byte: UInt8 = 1
    // The pipe is empty but for a few bytes, so it is taken whole.
    while write(wakeUp.number, &byte, 1) < 0, errno == EINTR {}
  }

  /// Takes a byte that woke the supervisor.
  func takeWakeUp(_ readEnd: Descriptor) {
    var byte: UInt8 = 0
    while read(readEnd.number, &byte, 1) < 0, errno == EINTR {}
  }
}
