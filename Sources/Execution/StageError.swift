// How a stage ends early: because of a mistake of its own, or because the others have ended.

import Transport

/// Why a stage returned before its work was done.
package enum StageError: Error, Sendable {
  /// This stage cannot go on.
  case failure(RunFailure)
  /// What another stage has sent makes no sense.
  case damaged(String)
  /// Another stage has ended or the run was called off; whoever did that knows the reason.
  case cancelled

  package init(_ error: LinkError) {
    switch error {
    case .closed, .cancelled: self = .cancelled
    case .system(let call, let code):
      self = .failure(
        RunFailure(.transfer, "a link between two stages failed: \(call): \(TransportError.reason(of: code))"))
    case .corrupt(let message):
      self = .damaged(message)
    }
  }
}

extension StageError {
  /// Runs something that may fail of itself.
  package static func own<Result>(_ body: () throws(RunFailure) -> Result) throws(StageError) -> Result {
    do throws(RunFailure) { return try body() } catch { throw .failure(error) }
  }

  /// Runs something that may find its link closed.
  package static func link<Result>(_ body: () throws(LinkError) -> Result) throws(StageError) -> Result {
    do throws(LinkError) { return try body() } catch { throw StageError(error) }
  }
}
