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

/// One link for each parser; a piece goes to the parser that has the fewest.
package struct SpreadPieceOutlet<Link: Outlet<Piece>>: PieceOutlet {
  private let links: [Link]
  private let files: [InputFile]
  private var pending: [[WorkName]]

  /// - Parameter files: the inputs, where the parsers cannot read ranges of them.
  package init(_ links: [Link], files: [InputFile] = []) {
    self.links = links
    self.files = files
    pending = Array(repeating: [], count: links.count)
  }

  package mutating func send(_ piece: Piece) throws(StageError) {
    var piece = piece
    if piece.content == .range, !files.isEmpty {
      var source = FileSource(input: files[Int(piece.work.input)])
      let work = piece.work
      let length = piece.length
      piece.content = .bytes(
        try StageError.own { () throws(RunFailure) in try source.read(from: Int(work.first), count: length) })
    }
    let chosen = pending.indices.min { pending[$0].count < pending[$1].count } ?? 0
    pending[chosen].append(piece.work)
    try StageError.link { () throws(LinkError) in try links[chosen].send(piece) }
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
