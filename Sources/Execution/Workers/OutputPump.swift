// The supervisor's thread that passes the output on, so that a slow reader of the output never keeps the supervisor
// from noticing what happens to its workers.

import Glibc
import Transport

/// Passes blocks from the aggregator's pipe to the sink.
final class OutputPump: Sendable {
  /// How far it has come.
  enum State: Equatable, Sendable {
    case running
    /// The end of the output has arrived.
    case ended
    case failed(RunFailure)
  }

  private let held = Monitor(State.running)
  private let wakeUp: Descriptor
  private let aggregator: ControlSocket

  /// - Parameters:
  ///   - wakeUp: the writing end of a pipe; a byte in it says that the state has changed.
  ///   - aggregator: is told when nobody reads the output any more.
  init(wakeUp: Descriptor, aggregator: ControlSocket) {
    self.wakeUp = wakeUp
    self.aggregator = aggregator
  }

  var state: State { held.withLock { $0 } }

  /// Passes blocks on until the end. Runs in a thread of its own.
  func run(from inlet: some Inlet<OutputBlock>, to sink: some OutputSink) {
    var isClosed = false
    var ending = State.ended
    do throws(LinkError) {
      while let block = try inlet.receive() {
        // What comes after the output was closed is taken in and dropped, so that the aggregator can end in order.
        if isClosed { continue }
        if let failure = pass(block, to: sink, &isClosed) {
          ending = .failed(failure)
          break
        }
        if isClosed { try aggregator.send(kind: ControlKind.outputClosed.rawValue, payload: [], descriptors: []) }
      }
    } catch {
      // The aggregator is gone: the supervisor notices that by itself, and its reason is the better one.
      return
    }
    held.withLock { $0 = ending }
    wake()
  }

  private func pass(_ block: OutputBlock, to sink: some OutputSink, _ isClosed: inout Bool) -> RunFailure? {
    do throws(OutputError) {
      try sink.write(block)
      return nil
    } catch {
      if case .failure(let failure) = error { return failure }
      isClosed = true
      return nil
    }
  }
}

extension OutputPump {
  /// Makes the supervisor look at the state.
  private func wake() {
    var byte: UInt8 = 1
    // The pipe is empty but for this byte, so it is taken whole.
    while write(wakeUp.number, &byte, 1) < 0, errno == EINTR {}
  }

  /// Takes the byte that woke the supervisor.
  func takeWakeUp(_ readEnd: Descriptor) {
    var byte: UInt8 = 0
    while read(readEnd.number, &byte, 1) < 0, errno == EINTR {}
  }
}
