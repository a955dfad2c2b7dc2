// An aggregator for the tests of the reader whose words are written down before, and parsers that keep what they get.

import Execution
import Transport

/// Feedback that was written down before.
final class ScriptedFeedback: Inlet {
  private let left: Monitor<[Feedback]>

  init(_ feedback: [Feedback]) { left = Monitor(feedback) }

  func receive() throws(LinkError) -> Feedback? { left.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
}

/// The pieces that a reader gave out.
struct CollectedPieces: PieceOutlet {
  var pieces: [Piece] = []
  var acknowledged: [WorkName] = []
  var isFinished = false
  /// What every parser has that is replaced.
  var renewed: [WorkName] = []
  /// The same for one loss after another; `renewed` behind the last.
  var renewals: [[WorkName]] = []
  /// How many pieces were out each time when what was sent had to be forgotten.
  var forgotten: [Int] = []

  mutating func send(_ piece: Piece) throws(StageError) { pieces.append(piece) }
  mutating func acknowledge(_ work: WorkName) { acknowledged.append(work) }
  mutating func renew(parser: Int) -> [WorkName] { renewals.isEmpty ? renewed : renewals.removeFirst() }
  mutating func forget() { forgotten.append(pieces.count) }
  mutating func finish() { isFinished = true }
}
