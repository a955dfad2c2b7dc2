// An output that remembers what it got, and can be told to close or to fail.

import Execution
import Query
import Transport

/// Records all blocks of a run.
final class RecordingSink: OutputSink {
  enum Behaviour: Sendable {
    case takesAll
    /// Takes this many blocks, then nobody reads any more.
    case closes(after: Int)
    case fails(after: Int, RunFailure)
    case refusesToBegin(RunFailure)
  }

  struct State: Sendable {
    var plans = 0
    var blocks: [OutputBlock] = []
    /// Blocks that were offered after the output had ended.
    var late = 0
  }

  private let behaviour: Behaviour
  private let held = Monitor(State())

  init(_ behaviour: Behaviour = .takesAll) { self.behaviour = behaviour }

  var state: State { held.withLock { $0 } }

  func bytes(of stream: OutputBlock.Stream) -> [UInt8] {
    state.blocks.filter { $0.stream == stream }.flatMap(\.bytes)
  }

  func text(of stream: OutputBlock.Stream = .result) -> String { String(decoding: bytes(of: stream), as: UTF8.self) }

  func begin(_ plan: Plan) throws(OutputError) {
    held.withLock { $0.plans += 1 }
    if case .refusesToBegin(let failure) = behaviour { throw .failure(failure) }
  }

  func write(_ block: OutputBlock) throws(OutputError) {
    try held.withLock { (state) throws(OutputError) in
      switch behaviour {
      case .closes(let count) where state.blocks.count >= count:
        state.late += 1
        throw .closed
      case .fails(let count, let failure) where state.blocks.count >= count:
        state.late += 1
        throw .failure(failure)
      default: state.blocks.append(block)
      }
    }
  }
}
