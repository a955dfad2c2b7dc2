// A parser: takes pieces until none follows, gets their bytes, and sends a result for each.

import CSV
import Query
import Transport

/// Parses pieces.
package struct ParserStage: Sendable {
  private let plan: Plan
  private let loader: PieceLoader
  private let board: CommitBoard?
  private let injection: FaultInjection?
  private let retirement: Retirement?
  private let account: MemoryAccount?
  private let blockSize: Int
  private let combines: Bool
  private let hashRounds: Int
  /// Bytes that are read for each record where records are counted out: many are shorter.
  private static let bytesForRecord = 4096

  /// - Parameters:
  ///   - loader: reads the pieces that are ranges.
  ///   - board: shared with the aggregator where parsers may keep their states for the whole run.
  ///   - blockSize: bytes of a range that are read at a time, where a piece need not be whole in memory
  ///     (`needsWholePieces`); a record that is longer is read whole. Measured: what fits the cache next to the core is
  ///     read and scanned fastest.
  ///   - combines: whether groups and profiles are made here, and not by the aggregator.
  ///   - hashRounds: how often each record is hashed besides.
  ///   - retirement: when to leave this process to a fresh one, where it is one.
  ///   - account: of the memory of a process that this stage shares with all others.
  package init(
    plan: Plan, loader: PieceLoader, board: CommitBoard? = nil, blockSize: Int = 512 << 10, combines: Bool = true,
    hashRounds: Int = 0, injection: FaultInjection? = nil, retirement: Retirement? = nil, account: MemoryAccount? = nil
  ) {
    self.combines = combines
    self.hashRounds = hashRounds
    self.retirement = retirement
    self.account = account
    self.injection = injection
    self.plan = plan
    self.loader = loader
    self.board = board
    self.blockSize = blockSize
  }

  /// Parses until the pieces end, or it is time to leave: then the results are not finished.
  ///
  /// - Parameter began: called with the name of every piece before it is parsed.
  /// - Returns: whether the pieces have ended.
  @discardableResult
  package func run(
    from pieces: some PieceInlet, to results: some Outlet<PieceResult>, meter: inout StageMeter,
    began: (WorkName) throws(StageError) -> Void
  ) throws(StageError) -> Bool {
    var parser = PieceParser(plan: plan, board: board, combines: combines, hashRounds: hashRounds)
    parser.activity = meter.activity
    parser.injection = injection
    // The one buffer that every piece is read into.
    let buffer = PieceBuffer()
    while let delivery = try pieces.receive(into: buffer, meter: &meter) {
      meter.begin(delivery.piece.work)
      try began(delivery.piece.work)
      if let injection, injection.isDue(at: delivery.piece.work) { injection.strike() }
      let result: PieceResult
      do throws(RunFailure) {
        result = try parse(delivery, &parser, buffer)
      } catch {
        result = PieceResult(nothingOf: delivery.piece, failure: error)
      }
      try meter.waitForOutput { () throws(StageError) in
        try StageError.link { () throws(LinkError) in try results.send(result) }
      }
      meter.end()
      if let account {
        try StageError.own { () throws(RunFailure) in
          try account.check(holding: "\(GroupedDigits.text(parser.keptGroups)) groups kept by one of its parsers")
        }
      }
      if let retirement, retirement.isDueAfterPiece() { return false }
    }
    parser.close()
    results.finish()
    return true
  }

  private func parse(
    _ delivery: PieceDelivery, _ parser: inout PieceParser, _ buffer: PieceBuffer
  ) throws(RunFailure) -> PieceResult {
    let piece = delivery.piece
    switch delivery.bytes {
    case .unreadable(let failure): throw failure
    case .loaded: return parser.parse(piece, buffer)
    case .toBeLoaded:
      if !parser.needsWholePieces, piece.content == .range { return try parseBlocks(of: piece, &parser, buffer) }
      try loader.load(piece, into: buffer)
      return parser.parse(piece, buffer)
    }
  }

  /// Reads a range block by block, each from where the last one truly ended. So a piece can be as large as its result
  /// is worth sending, and the memory is that of a block.
  private func parseBlocks(
    of piece: Piece, _ parser: inout PieceParser, _ buffer: PieceBuffer
  ) throws(RunFailure) -> PieceResult {
    loader.begin(piece)
    parser.begin(piece)
    // Little for few records, so that a piece that is taken apart record by record is not read whole for each.
    let isShort = piece.recordBound.map { $0 < blockSize / Self.bytesForRecord } ?? false
    let step = isShort ? Self.bytesForRecord * (piece.recordBound ?? 1) : blockSize
    var offset = 0
    var wanted = step
    while true {
      try loader.load(piece, offset..<min(piece.length, offset + wanted), into: buffer)
      guard let next = parser.read(buffer, from: offset) else { return parser.finish() }
      // No record ends in the block: twice as much, so that the work stays linear.
      wanted = next == offset ? 2 * wanted : step
      offset = next
    }
  }
}
