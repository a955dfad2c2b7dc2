// Where a parser gets pieces from, with their bytes: from a queue, or from a pipe that may carry the bytes as well.

import CSV
import Transport

/// A piece whose bytes are in the buffer.
package struct PieceDelivery: Sendable {
  package var piece: Piece
  /// Why the bytes could not be read; then the buffer holds nothing of use.
  package var failure: RunFailure?
}

/// The parser's side of its link to the reader.
package protocol PieceInlet: Sendable {
  /// The next piece, waited for, with its bytes in the buffer; nil when none follows.
  func receive(into buffer: PieceBuffer, meter: inout StageMeter) throws(StageError) -> PieceDelivery?
}

/// Pieces that come as messages of the same process.
package struct LoadingPieceInlet<Link: Inlet<Piece>>: PieceInlet {
  private let link: Link
  private let loader: PieceLoader

  package init(_ link: Link, loader: PieceLoader) {
    self.link = link
    self.loader = loader
  }

  package func receive(
    into buffer: PieceBuffer, meter: inout StageMeter
  ) throws(StageError) -> PieceDelivery? {
    let piece = try meter.waitForInput { () throws(StageError) in
      try StageError.link { () throws(LinkError) in try link.receive() }
    }
    return piece.map { loader.delivery(of: $0, into: buffer) }
  }
}

/// Pieces that come through a pipe: ranges, or bytes that go from the pipe right into the buffer.
package struct PipedPieceInlet: PieceInlet {
  private let link: PipeInlet<Piece>
  private let loader: PieceLoader
  private let inputs: [InputFacts]

  package init(_ link: PipeInlet<Piece>, loader: PieceLoader, inputs: [InputFacts]) {
    self.link = link
    self.loader = loader
    self.inputs = inputs
  }

  package func receive(
    into buffer: PieceBuffer, meter: inout StageMeter
  ) throws(StageError) -> PieceDelivery? {
    var defect: EnclosureDefect?
    let piece = try meter.waitForInput { () throws(StageError) in
      try StageError.link { () throws(LinkError) -> Piece? in
        guard let piece = try link.receive() else { return nil }
        if piece.content == .enclosed {
          try buffer.fill(piece.length) { (memory) throws(LinkError) in
            defect = try link.receiveEnclosure(into: memory)
            return memory.count
          }
        }
        return piece
      }
    }
    guard let piece else { return nil }
    guard piece.content == .enclosed else { return loader.delivery(of: piece, into: buffer) }
    return PieceDelivery(piece: piece, failure: defect.map { failure(of: piece, $0) })
  }

  private func failure(of piece: Piece, _ defect: EnclosureDefect) -> RunFailure {
    guard inputs.indices.contains(Int(piece.work.input)) else {
      return RunFailure(.worker, "a piece of an input that there is not (\(piece.work))")
    }
    return inputs[Int(piece.work.input)].unreadable(at: Int(piece.work.first) + defect.missing, errno: defect.errno)
  }
}

extension PieceLoader {
  /// The piece with its bytes in the buffer, or with the reason why they are not.
  fileprivate func delivery(of piece: Piece, into buffer: PieceBuffer) -> PieceDelivery {
    do throws(RunFailure) {
      try load(piece, into: buffer)
      return PieceDelivery(piece: piece)
    } catch {
      return PieceDelivery(piece: piece, failure: error)
    }
  }
}
