// Comparisons by words against comparisons by bytes.

import CSV
import Testing

@testable import Query

@Suite struct LiteralTextTests {
  @Test func saysWhatBytesSay() {
    var random = NumberCaseGenerator(seed: 8)
    let alphabet: [UInt8] = [0, 1, UInt8(ascii: "a"), UInt8(ascii: "b"), 0x80, 0xFF]
    func draw() -> [UInt8] {
      var text: [UInt8] = []
      for _ in 0..<Int.random(in: 0...random.pick([2, 9, 17]), using: &random) {
        // Mostly the same, so that texts differ late.
        text.append(Int.random(in: 0..<6, using: &random) == 0 ? random.pick(alphabet) : alphabet[2])
      }
      return text
    }
    let buffer = PieceBuffer()
    for _ in 0..<5000 {
      let (text, literal) = (draw(), draw())
      // What stands behind the text is not of it.
      buffer.load((text + draw()).span)
      let compared = LiteralText(literal)
      let order = ByteText.compare(text.span, literal.span)
      #expect(compared.order(of: buffer.base, count: text.count).signum() == order.signum(), "\(text) \(literal)")
      #expect(compared.isEqual(buffer.base, count: text.count) == (text == literal), "\(text) \(literal)")
      #expect(compared.isPrefix(of: buffer.base, count: text.count) == text.starts(with: literal), "\(text) \(literal)")
    }
  }
}
