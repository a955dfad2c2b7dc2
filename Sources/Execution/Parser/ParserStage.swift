// A parser: takes pieces until none follows, and sends a result for each.

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
    from pieces: some Inlet<Piece>, to results: some Outlet<PieceResult>, meter: inout StageMeter,
    began: (WorkName) throws(StageError) -> Void
  ) throws(StageError) {
    var parser = PieceParser(plan: plan)
    while true {
      let piece = try meter.waitForInput { () throws(StageError) in
        try StageError.link { () throws(LinkError) in try pieces.receive() }
      }
      guard let piece else { break }
      try began(piece.work)
      let result = parser.parse(piece)
      try meter.waitForOutput { () throws(StageError) in
        try StageError.link { () throws(LinkError) in try results.send(result) }
      }
    }
    results.finish()
  }
}
