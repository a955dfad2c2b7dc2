// A parser: takes pieces until none follows, and sends a result for each.

import CSV
import Query
import Transport

/// Parses pieces.
package struct ParserStage: Sendable {
  private let plan: Plan

  package init(plan: Plan) { self.plan = plan }

  /// Parses until the pieces end.
  ///
  /// - Parameter began: called with the name of every piece before it is parsed.
  package func run(
    from pieces: some PieceInlet, to results: some Outlet<PieceResult>, meter: inout StageMeter,
    began: (WorkName) throws(StageError) -> Void
  ) throws(StageError) {
    var parser = PieceParser(plan: plan)
    // The one buffer that every piece is read into.
    let buffer = PieceBuffer()
    while let delivery = try pieces.receive(into: buffer, meter: &meter) {
      let piece = delivery.piece
      try began(piece.work)
      let result: PieceResult
      if let failure = delivery.failure {
        result = PieceResult(nothingOf: piece, failure: failure)
      } else {
        result = parser.parse(piece, buffer)
      }
      try meter.waitForOutput { () throws(StageError) in
        try StageError.link { () throws(LinkError) in try results.send(result) }
      }
    }
    results.finish()
  }
}
