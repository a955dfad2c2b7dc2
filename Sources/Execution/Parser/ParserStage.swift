// A parser: takes pieces until none follows, gets their bytes, and sends a result for each.

import CSV
import Query
import Transport

/// Parses pieces.
package struct ParserStage: Sendable {
  private let plan: Plan
  private let board: CommitBoard?
  private let loader: PieceLoader

  /// - Parameter inputs: all inputs of the run; of those that are regular files, pieces may be ranges.
  /// - Parameter board: shared with the aggregator where parsers may keep their states for the whole run.
  package init(plan: Plan, inputs: [InputFile], board: CommitBoard? = nil) {
    self.plan = plan
    self.board = board
    loader = PieceLoader(inputs: inputs)
  }

  /// Parses until the pieces end.
  ///
  /// - Parameter began: called with the name of every piece before it is parsed.
  package func run(
    from pieces: some Inlet<Piece>, to results: some Outlet<PieceResult>, meter: inout StageMeter,
    began: (WorkName) throws(StageError) -> Void
  ) throws(StageError) {
    var parser = PieceParser(plan: plan, board: board)
    // The one buffer that every piece is read into.
    let buffer = PieceBuffer()
    while true {
      let piece = try meter.waitForInput { () throws(StageError) in
        try StageError.link { () throws(LinkError) in try pieces.receive() }
      }
      guard let piece else { break }
      try began(piece.work)
      let result = parse(piece, &parser, buffer)
      try meter.waitForOutput { () throws(StageError) in
        try StageError.link { () throws(LinkError) in try results.send(result) }
      }
    }
    parser.close()
    results.finish()
  }

  private func parse(_ piece: Piece, _ parser: inout PieceParser, _ buffer: PieceBuffer) -> PieceResult {
    do throws(RunFailure) {
      try loader.load(piece, into: buffer)
    } catch {
      return PieceResult(nothingOf: piece, failure: error)
    }
    return parser.parse(piece, buffer)
  }
}
