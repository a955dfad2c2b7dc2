// Extremes and layouts of numbers, and bytes of them that no run can have written.

import CSV
import Testing

@testable import Query

@Suite struct NumberExtremeTests {
  private func number(_ text: String) -> Number? {
    if case .number(let number) = NumberParser.parse(Array(text.utf8).span) { return number }
    return nil
  }

  @Test func keepsTheFirstOfEqualNumbers() throws {
    var extreme = NumberExtreme()
    for text in ["1.50", "1.5", "15e-1", "2"] { extreme.add(try #require(number(text)), for: .least) }
    #expect(extreme.number == number("1.50"))
    for text in ["2.0", "1"] { extreme.add(try #require(number(text)), for: .greatest) }
    #expect(extreme.number == number("2.0"))
  }

  @Test func layoutPrintsEqualNumbersAlike() throws {
    var layout = NumberLayout()
    for text in ["1.50", "2"] { layout.note(try #require(number(text))) }
    #expect(layout.text(try #require(number("1.5"))) == "1.50")
    var other = NumberLayout()
    other.note(try #require(number("1e0")))
    layout.merge(other)
    for text in ["1.5", "1.500", "15e-1"] { #expect(layout.text(try #require(number(text))) == "1.5") }
  }

  @Test(arguments: ["0", "-12.345", "999999999999999999", "-1e-300"])
  func comesBackFromBytes(text: String) throws {
    var extreme = NumberExtreme()
    extreme.add(try #require(number(text)), for: .least)
    var writer = ByteWriter()
    extreme.encode(into: &writer)
    var reader = ByteReader(writer.bytes)
    #expect(try NumberExtreme(from: &reader).number == extreme.number)
    #expect(reader.remaining == 0)
  }

  @Test func refusesNumbersThatCannotBe() {
    var scale = ByteWriter()
    scale.write(UInt8(1))
    scale.write(Int128(1))
    scale.write(UInt16(Decimal.maxScale + 1))
    var infinite = ByteWriter()
    infinite.write(UInt8(2))
    infinite.write(Double.infinity)
    for bytes in [scale.bytes, infinite.bytes, [3]] {
      #expect(throws: ByteCodingError.self) {
        var reader = ByteReader(bytes)
        _ = try NumberExtreme(from: &reader)
      }
    }
    #expect(throws: ByteCodingError.self) {
      var reader = ByteReader([0xE9, 0x03, 0])
      _ = try NumberLayout(from: &reader)
    }
  }
}
