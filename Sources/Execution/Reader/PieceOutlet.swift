// Where the reader sends pieces: to whichever parser is free. A shared queue decides that by itself; separate pipes need
// to know how many pieces each parser has.

import Transport

/// The reader's side of the links to the parsers.
package protocol PieceOutlet {
  /// Sends a piece to a parser; waits while all are busy. A parser that is gone swallows it: `renew` gives it back.
  mutating func send(_ piece: Piece) throws(StageError)

  /// Notes that the result of a piece has arrived, so its parser is free for another one.
  mutating func acknowledge(_ work: WorkName)

  /// A parser, counted from 0, is replaced: goes on with the new one, and gives the pieces of the old one that have not
  /// been acknowledged.
  mutating func renew(parser: Int) -> [WorkName]

  /// Nothing that was sent so far will be acknowledged.
  mutating func forget()

  /// Says that no piece follows.
  mutating func finish()
}

/// One link that all parsers take from. Its parsers are threads: none goes without the others.
package struct SharedPieceOutlet<Link: Outlet<Piece>>: PieceOutlet {
  private let link: Link

  package init(_ link: Link) { self.link = link }

  package mutating func send(_ piece: Piece) throws(StageError) {
    try StageError.link { () throws(LinkError) in try link.send(piece) }
  }

  package mutating func acknowledge(_ work: WorkName) {}
  package mutating func renew(parser: Int) -> [WorkName] { [] }
  package mutating func forget() {}
  package mutating func finish() { link.finish() }
}

/// One link for each parser; a piece goes to the parser that has the fewest.
package struct SpreadPieceOutlet: PieceOutlet {
  private struct Place {
    var link: RenewedOutlet<Piece>
    var pending: [WorkName] = []
    /// Whether the parser is there, as far as is known here.
    var isOpen = true
  }

  private var places: [Place]
  private let files: [InputFile]
  private let handOff: HandOff

  /// - Parameter files: all inputs of the run, in order.
  package init(_ links: [RenewedOutlet<Piece>], files: [InputFile], handOff: HandOff) {
    places = links.map { Place(link: $0) }
    self.files = files
    self.handOff = handOff
  }

  package mutating func send(_ piece: Piece) throws(StageError) {
    let chosen =
      places.indices.min {
        (places[$0].isOpen ? 0 : 1, places[$0].pending.count) < (places[$1].isOpen ? 0 : 1, places[$1].pending.count)
      } ?? 0
    places[chosen].pending.append(piece.work)
    guard places[chosen].isOpen else { return }
    do throws(LinkError) {
      try send(piece, through: places[chosen].link)
    } catch .closed {
      places[chosen].isOpen = false
    } catch {
      throw StageError(error)
    }
  }

  private func send(_ piece: Piece, through link: RenewedOutlet<Piece>) throws(LinkError) {
    switch piece.content {
    case .range where handOff == .bytes:
      let file = files[Int(piece.work.input)]
      var enclosed = piece
      enclosed.content = .enclosed
      let range = FileRange(
        descriptor: file.descriptor, offset: file.facts.base + Int(piece.work.first), count: piece.length)
      try link.send(enclosed, with: .file(range))
    case .bytes(let bytes): try link.send(piece, with: .bytes(bytes))
    case .range, .enclosed: try link.send(piece, with: nil)
    }
  }

  package mutating func acknowledge(_ work: WorkName) {
    for index in places.indices {
      if let position = places[index].pending.firstIndex(of: work) {
        places[index].pending.remove(at: position)
        return
      }
    }
  }

  package mutating func renew(parser: Int) -> [WorkName] {
    // Where several were replaced in quick succession, the first renewal went on with the newest, who has what was sent
    // since then.
    guard places.indices.contains(parser), places[parser].link.renew() else { return [] }
    places[parser].isOpen = true
    defer { places[parser].pending = [] }
    return places[parser].pending
  }

  package mutating func forget() {
    for index in places.indices { places[index].pending = [] }
  }

  package mutating func finish() {
    for place in places { place.link.finish() }
  }
}
