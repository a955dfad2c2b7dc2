// The memory of a piece: what it holds, its margins, and the texts that are rewritten behind it.

import Testing

@testable import CSV

@Suite struct PieceBufferTests {
  private func bytes(_ span: Span<UInt8>) -> [UInt8] { span.indices.map { span[$0] } }

  /// The bytes within quotes with every second of two quotes left out.
  private func unquoted(_ text: [UInt8], quote: UInt8) -> [UInt8] {
    var result: [UInt8] = []
    var isSecond = false
    for byte in text {
      isSecond = byte == quote && !isSecond
      if byte != quote || isSecond { result.append(byte) }
    }
    return result
  }

  @Test func holdsPiecesOfAllSizesOneAfterTheOther() {
    var generator = SeededGenerator(seed: 1)
    let buffer = PieceBuffer()
    for count in [0, 1, 5000, 0, 7, 4999, 6000, 1, 20_000] {
      let piece = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
      buffer.load(piece.span)
      #expect(buffer.count == count && bytes(buffer.bytes) == piece)
      #expect(buffer.capacity >= count)
      // Behind the piece are zeros, not what an earlier one left there.
      for offset in 0..<PieceBuffer.margin { #expect(buffer.base[count + offset] == 0) }
      // The margin before it can be read.
      for offset in 1...PieceBuffer.margin { _ = buffer.base[-offset] }
      if count > 0 {
        let slice = FieldSlice(start: UInt32(count / 2), count: UInt32(count - count / 2))
        #expect(bytes(buffer.text(slice)) == Array(piece[(count / 2)...]))
      }
    }
  }

  @Test func takesFewerBytesThanItWasAskedToMakeRoomFor() {
    struct Failed: Error {}
    let buffer = PieceBuffer(capacity: 10)
    buffer.fill(100) { memory in
      #expect(memory.count == 100)
      memory.copyBytes(from: [1, 2, 3])
      return 3
    }
    #expect(bytes(buffer.bytes) == [1, 2, 3])
    #expect(throws: Failed.self) {
      try buffer.fill(5) { (_) throws(Failed) in throw Failed() }
    }
    #expect(buffer.count == 0)
  }

  @Test(arguments: UInt64(1)...6)
  func rewritesTextsWithDoubledQuotes(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let buffer = PieceBuffer()
    for _ in 0..<60 {
      let quote: UInt8 = [UInt8(ascii: "\""), 0, 0xFF, 0x61].randomElement(using: &generator)!
      var piece: [UInt8] = []
      var slices: [FieldSlice] = []
      for _ in 0..<Int.random(in: 1...20, using: &generator) {
        let start = piece.count
        for _ in 0..<Int.random(in: 0...25, using: &generator) {
          switch Int.random(in: 0..<4, using: &generator) {
          case 0: piece += [quote, quote]
          case 1: piece.append(quote ^ 1)
          case 2: piece.append(quote ^ 0x80)
          default: piece.append(quote == 0 ? 0x62 : 0)
          }
        }
        slices.append(FieldSlice(start: UInt32(start), count: UInt32(piece.count - start)))
        piece += [quote, UInt8(ascii: ",")]
      }
      buffer.load(piece.span)
      for _ in 0..<2 {
        let texts = slices.map { slice in (slice, buffer.appendUnquoted(slice, quote: quote)) }
        for (slice, text) in texts {
          let raw = Array(piece[Int(slice.start)..<Int(slice.start + slice.count)])
          try #require(bytes(buffer.text(text)) == unquoted(raw, quote: quote))
          #expect(Int(text.start) >= buffer.arenaStart)
        }
        #expect(buffer.arenaCount == texts.reduce(0) { $0 + Int($1.1.count) })
        // The piece is where and what it was before the arena was made.
        #expect(bytes(buffer.bytes) == piece)
        buffer.clearArena()
        #expect(buffer.arenaCount == 0)
      }
    }
  }

  @Test func letsOthersWriteItsRewrittenTexts() {
    let buffer = PieceBuffer()
    for count in [3, 300, 10] {
      let piece = [UInt8](repeating: UInt8(count & 0xFF), count: count)
      buffer.load(piece.span)
      buffer.fillArena { base, room in
        #expect(room >= count)
        for offset in 0..<count { base[buffer.arenaStart + offset] = 7 }
        return count
      }
      #expect(buffer.arenaCount == count)
      let text = buffer.text(FieldSlice(start: UInt32(buffer.arenaStart), count: UInt32(count)))
      #expect(bytes(text) == [UInt8](repeating: 7, count: count))
      #expect(bytes(buffer.bytes) == piece)
    }
  }
}
