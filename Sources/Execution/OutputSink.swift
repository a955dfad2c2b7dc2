// Where results go: the command line decides whether that is a terminal, a file or a pipe; stages only write blocks.

import Query

/// Why a block could not be written.
package enum OutputError: Error, Equatable, Sendable {
  /// Nobody reads the output any more: a quiet end.
  case closed
  case failure(RunFailure)
}

/// Receives the output of a run, block by block, in order.
package protocol OutputSink: Sendable {
  /// Called once, before the first block, when it is known what the result looks like.
  func begin(_ plan: Plan) throws(OutputError)

  func write(_ block: OutputBlock) throws(OutputError)
}

extension OutputSink {
  /// Begins the output; gives the failure if there is one. A closed output shows when it is written to.
  func begins(_ plan: Plan) -> RunFailure? {
    do throws(OutputError) {
      try begin(plan)
    } catch {
      if case .failure(let failure) = error { return failure }
    }
    return nil
  }
}
