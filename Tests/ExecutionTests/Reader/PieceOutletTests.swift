// Which parser a piece goes to.

import Execution
import Testing
import Transport

@Suite struct PieceOutletTests {
  private func piece(_ first: Int) -> Piece { .of(Array(repeating: 1, count: 100), first..<first + 1) }

  @Test func aSharedLinkTakesAll() throws {
    let link = QueueLink<Piece>(capacity: 4)
    var outlet = SharedPieceOutlet(link)
    try outlet.send(piece(0))
    try outlet.send(piece(1))
    outlet.acknowledge(piece(0).work)
    outlet.finish()
    #expect(try link.receive()?.work == piece(0).work)
    #expect(try link.receive()?.work == piece(1).work)
    #expect(try link.receive() == nil)
  }

  @Test func separateLinksAreFilledEvenly() throws {
    let links = (0..<3).map { _ in QueueLink<Piece>(capacity: 10) }
    var outlet = SpreadPieceOutlet(links)
    for first in 0..<6 { try outlet.send(piece(first)) }
    #expect(links.map(\.metrics.depth) == [2, 2, 2])
    // The second parser has answered, so the next piece is for it.
    outlet.acknowledge(piece(1).work)
    outlet.acknowledge(piece(4).work)
    outlet.acknowledge(piece(99).work)
    try outlet.send(piece(6))
    try outlet.send(piece(7))
    #expect(links.map(\.metrics.depth) == [2, 4, 2])
    outlet.finish()
    for link in links {
      while try link.receive() != nil {}
    }
  }
}
