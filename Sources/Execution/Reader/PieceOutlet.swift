// Where the reader sends pieces: to whichever parser is free. A shared queue decides that by itself; separate pipes need
// to know how many pieces each parser has.

import Transport

/// The reader's side of the links to the parsers.
package protocol PieceOutlet {
  /// Sends a piece to a parser; waits while all are busy.
  mutating func send(_ piece: Piece) throws(StageError)

  /// Notes that the result of a piece has arrived, so its parser is free for another one.
  mutating func acknowledge(_ work: WorkName)

  /// Says that no piece follows.
  mutating func finish()
}

/// One link that all parsers take from.
package struct SharedPieceOutlet<Link: Outlet<Piece>>: PieceOutlet {
  private let link: Link

  package init(_ link: Link) { self.link = link }

  package mutating func send(_ piece: Piece) throws(StageError) {
    try StageError.link { () throws(LinkError) in try link.send(piece) }
  }

  package mutating func acknowledge(_ work: WorkName) {}
  package mutating func finish() { link.finish() }
}

/// One pipe for each parser; a piece goes to the parser that has the fewest.
package struct SpreadPieceOutlet: PieceOutlet {
  private let links: [PipeOutlet<Piece>]
  private let files: [InputFile]
  private let handOff: HandOff
  private var pending: [[WorkName]]

  /// - Parameter files: all inputs of the run, in order.
  package init(_ links: [PipeOutlet<Piece>], files: [InputFile], handOff: HandOff) {
    self.links = links
    self.files = files
    self.handOff = handOff
    pending = Array(repeating: [], count: links.count)
  }

  package mutating func send(_ piece: Piece) throws(StageError) {
    let chosen = pending.indices.min { pending[$0].count < pending[$1].count } ?? 0
    pending[chosen].append(piece.work)
    try StageError.link { () throws(LinkError) in try send(piece, through: links[chosen]) }
  }

  private func send(_ piece: Piece, through link: PipeOutlet<Piece>) throws(LinkError) {
    switch piece.content {
    case .range where handOff == .bytes:
      let file = files[Int(piece.work.input)]
      var enclosed = piece
      enclosed.content = .enclosed
      let range = FileRange(
        descriptor: file.descriptor, offset: file.facts.base + Int(piece.work.first), count: piece.length)
      try link.send(enclosed, with: .file(range))
    case .bytes(let bytes): try link.send(piece, with: .bytes(bytes))
    case .range, .enclosed: try link.send(piece)
    }
  }

  package mutating func acknowledge(_ work: WorkName) {
    for index in pending.indices {
      if let position = pending[index].firstIndex(of: work) {
        pending[index].remove(at: position)
        return
      }
    }
  }

  package mutating func finish() {
    for link in links { link.finish() }
  }
}
