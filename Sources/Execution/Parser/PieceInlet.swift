// Where a parser gets pieces from, with their bytes: from a queue, or from a pipe that may carry the bytes as well.

import CSV
import Transport

/// A piece that has arrived.
package struct PieceDelivery: Sendable {
  package enum Bytes: Equatable, Sendable {
    /// They are in the buffer.
    case loaded
    /// They are where the piece says.
    case toBeLoaded
    /// They have gone where they were; why.
    case unreadable(RunFailure)
  }

  package var piece: Piece
  package var bytes: Bytes
}

/// The parser's side of its link to the reader.
package protocol PieceInlet: Sendable {
  /// The next piece, waited for; nil when none follows. Bytes that come with it are in the buffer then.
  func receive(into buffer: PieceBuffer, meter: inout StageMeter) throws(StageError) -> PieceDelivery?
}

/// Pieces that come as messages of the same process.
package struct QueuedPieceInlet<Link: Inlet<Piece>>: PieceInlet {
  private let link: Link

  package init(_ link: Link) { self.link = link }

  package func receive(
    into buffer: PieceBuffer, meter: inout StageMeter
  ) throws(StageError) -> PieceDelivery? {
    let piece = try meter.waitForInput { () throws(StageError) in
      try StageError.link { () throws(LinkError) in try link.receive() }
    }
    return piece.map { PieceDelivery(piece: $0, bytes: .toBeLoaded) }
  }
}

/// Pieces that come through a pipe: ranges, or bytes that go from the pipe right into the buffer. Goes on with another pipe
/// where the reader is replaced.
package struct PipedPieceInlet: PieceInlet {
  private let link: RenewedInlet<Piece>
  private let inputs: [InputFacts]

  /// - Parameter inputs: the facts about all inputs of the run, in order.
  package init(_ link: RenewedInlet<Piece>, inputs: [InputFacts]) {
    self.link = link
    self.inputs = inputs
  }

  package func receive(
    into buffer: PieceBuffer, meter: inout StageMeter
  ) throws(StageError) -> PieceDelivery? {
    var defect: EnclosureDefect?
    let piece = try meter.waitForInput { () throws(StageError) in
      try StageError.link { () throws(LinkError) -> Piece? in
        try link.receive { (pipe) throws(LinkError) -> Piece? in
          guard let piece = try pipe.receive() else { return nil }
          if piece.content == .enclosed {
            try buffer.fill(piece.length) { (memory) throws(LinkError) in
              defect = try pipe.receiveEnclosure(into: memory)
              return memory.count
            }
          }
          return piece
        }
      }
    }
    guard let piece else { return nil }
    if let defect { return PieceDelivery(piece: piece, bytes: .unreadable(failure(of: piece, defect))) }
    return PieceDelivery(piece: piece, bytes: piece.content == .enclosed ? .loaded : .toBeLoaded)
  }

  private func failure(of piece: Piece, _ defect: EnclosureDefect) -> RunFailure {
    guard inputs.indices.contains(Int(piece.work.input)) else {
      return RunFailure(.worker, "a piece of an input that there is not (\(piece.work))")
    }
    return inputs[Int(piece.work.input)].unreadable(at: Int(piece.work.first) + defect.missing, errno: defect.errno)
  }
}
