// Which parser a piece goes to.

import CSV
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
    let pipes = try (0..<3).map { _ in try Carrier.pipe.makeEnds() }
    let links = try pipes.map { try RenewedOutlet<Piece>(end: $0.sending, nonce: 1) }
    var outlet = SpreadPieceOutlet(links, files: [], handOff: .ranges)
    for first in 0..<6 { try outlet.send(piece(first)) }
    #expect(links.map(\.metrics.messages) == [2, 2, 2])
    // The second parser has answered, so the next piece is for it.
    outlet.acknowledge(piece(1).work)
    outlet.acknowledge(piece(4).work)
    outlet.acknowledge(piece(99).work)
    try outlet.send(piece(6))
    try outlet.send(piece(7))
    #expect(links.map(\.metrics.messages) == [2, 4, 2])
    outlet.finish()
    for (pipe, messages) in zip(pipes, [2, 4, 2]) {
      let inlet = PipedPieceInlet(try RenewedInlet(end: pipe.receiving, nonce: 1), inputs: [])
      let buffer = PieceBuffer()
      var meter = StageMeter()
      for _ in 0..<messages {
        let delivery = try #require(try inlet.receive(into: buffer, meter: &meter))
        #expect(delivery.bytes == .loaded && buffer.count == 1 && buffer.bytes[0] == 1)
      }
      #expect(try inlet.receive(into: buffer, meter: &meter) == nil)
    }
  }

  /// Two parsers in a row are replaced before the reader gets round to hearing of the first.
  @Test func aParserReplacedTwiceIsSentToOnce() throws {
    let pipes = try (0..<3).map { _ in try Carrier.pipe.makeEnds() }
    let link = try RenewedOutlet<Piece>(end: pipes[0].sending, nonce: 1)
    var outlet = SpreadPieceOutlet([link], files: [], handOff: .ranges)
    try outlet.send(piece(0))
    link.arrive(pipes[1].sending)
    link.arrive(pipes[2].sending)
    #expect(outlet.renew(parser: 0) == [piece(0).work])
    try outlet.send(piece(1))
    // The newest parser has this piece: it is neither lost nor the last one.
    #expect(outlet.renew(parser: 0) == [])
    try outlet.send(piece(2))
    #expect(link.metrics.messages == 3)
    outlet.acknowledge(piece(1).work)
    link.arrive(try Carrier.pipe.makeEnds().sending)
    #expect(outlet.renew(parser: 0) == [piece(2).work])
  }

  @Test func whatAParserThatIsGoneHadIsGivenBack() throws {
    ProcessSelf.ignoreBrokenPipes()
    let pipes = try (0..<3).map { _ in try Carrier.pipe.makeEnds() }
    let links = try pipes.map { try RenewedOutlet<Piece>(end: $0.sending, nonce: 1) }
    var outlet = SpreadPieceOutlet(links, files: [], handOff: .ranges)
    for first in 0..<6 { try outlet.send(piece(first)) }
    outlet.acknowledge(piece(1).work)
    pipes[1].receiving.close()
    // It has the fewest, so it is chosen; then that it is gone is known, and the others get all.
    for first in 6..<12 { try outlet.send(piece(first)) }
    #expect(links.map(\.metrics.messages) == [5, 2, 4])
    let next = try Carrier.pipe.makeEnds()
    links[1].arrive(next.sending)
    try outlet.send(piece(12))
    #expect(links.map(\.metrics.messages) == [5, 2, 5])
    let back = outlet.renew(parser: 1)
    #expect(back == [4, 6].map { piece($0).work })
    for first in 13..<16 { try outlet.send(piece(first)) }
    #expect(links.map(\.metrics.messages) == [5, 5, 5])
    let nobody = outlet.renew(parser: 3) + outlet.renew(parser: -1)
    #expect(nobody.isEmpty)
  }

  @Test func piecesForNobodyAreGivenBackToo() throws {
    ProcessSelf.ignoreBrokenPipes()
    let ends = try Carrier.pipe.makeEnds()
    let link = try RenewedOutlet<Piece>(end: ends.sending, nonce: 1)
    var outlet = SpreadPieceOutlet([link], files: [], handOff: .ranges)
    ends.receiving.close()
    for first in 0..<3 { try outlet.send(piece(first)) }
    // There is no new link yet.
    try outlet.send(piece(3))
    let next = try Carrier.pipe.makeEnds()
    link.arrive(next.sending)
    let back = outlet.renew(parser: 0)
    #expect(back == (0..<4).map { piece($0).work })
    try outlet.send(piece(4))
    outlet.forget()
    let forgotten = outlet.renew(parser: 0)
    #expect(forgotten.isEmpty)
    #expect(link.metrics.messages == 1)
  }

  /// Sends pieces of a file and of a stream through a pipe and gives what a parser gets.
  private func delivered(_ pieces: [Piece], of inputs: [InputFile], _ handOff: HandOff) throws -> [(String, String?)] {
    let (sending, receiving) = try Carrier.pipe.makeEnds()
    let link = try RenewedOutlet<Piece>(end: sending, nonce: 1)
    let sender = try WorkerThread.start(name: "sender") {
      var outlet = SpreadPieceOutlet([link], files: inputs, handOff: handOff)
      for piece in pieces { try? outlet.send(piece) }
      outlet.finish()
    }
    let descriptors = handOff == .ranges ? inputs.filter(\.facts.isRegular).map(\.descriptor) : []
    let inlet = PipedPieceInlet(try RenewedInlet(end: receiving, nonce: 1), inputs: inputs.map(\.facts))
    let loader = PieceLoader(facts: inputs.map(\.facts), descriptors: descriptors)
    let buffer = PieceBuffer()
    var meter = StageMeter()
    var all: [(String, String?)] = []
    while let delivery = try inlet.receive(into: buffer, meter: &meter) {
      #expect(delivery.piece.headerLength == pieces[all.count].headerLength)
      #expect(delivery.piece.work == pieces[all.count].work)
      var failure: RunFailure?
      switch delivery.bytes {
      case .loaded: break
      case .unreadable(let reason): failure = reason
      case .toBeLoaded:
        do throws(RunFailure) { try loader.load(delivery.piece, into: buffer) } catch { failure = error }
      }
      let text = String(decoding: (0..<buffer.count).map { buffer.bytes[$0] }, as: UTF8.self)
      all.append((text, failure?.message))
    }
    sender.join()
    return all
  }

  private func range(_ first: Int, _ end: Int, of input: UInt32) -> Piece {
    var piece = Piece.of(Array(repeating: 0, count: end), first..<end)
    piece.work.input = input
    piece.content = .range
    return piece
  }

  @Test(arguments: HandOff.allCases)
  func parsersGetTheBytesWhateverTheyAreHanded(handOff: HandOff) throws {
    let file = ScratchFile(Array("..0123456789".utf8))
    file.seek(to: 2)
    // More than pipes hold; a period that no size of a buffer is a multiple of.
    let text = String(repeating: "abcdefghijklmnopqrstuvw", count: 130_000)
    let big = ScratchFile(Array(text.utf8))
    let inputs = [
      try TestInput.stream([]), try file.input(), try big.input(),
    ]
    let stream = Piece.of(Array("stream".utf8), 0..<6, header: (length: 2, lines: 1))
    let pieces = [range(0, 4, of: 1), stream, range(4, 10, of: 1), range(10, 10, of: 1), range(1, 2_989_999, of: 2)]
    let got = try delivered(pieces, of: inputs, handOff)
    #expect(got.map(\.0).prefix(4) == ["0123", "stream", "456789", ""])
    #expect(got.allSatisfy { $0.1 == nil })
    let isWhole = got.last?.0 == String(text.dropFirst().dropLast())
    #expect(isWhole)
  }

  @Test(arguments: HandOff.allCases)
  func aFileThatHasLostBytesIsNoticedByTheParser(handOff: HandOff) throws {
    let file = ScratchFile(Array(repeating: 7, count: 2_000_000))
    let input = try file.input(named: "x.csv")
    file.truncate(to: 1_100_000)
    let got = try delivered(
      [range(0, 1_000_000, of: 0), range(1_000_000, 2_000_000, of: 0), range(5, 6, of: 0)], of: [input], handOff)
    #expect(got.map(\.1) == [nil, "x.csv: became shorter during the run (byte 1100000 is missing)", nil])
    #expect(got[2].0 == "\u{7}")
  }
}
