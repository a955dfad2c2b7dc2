// Columns of numbers against the parser of the row path: the same value wherever the column gives one, and an exception
// only where that parser gives no decimal of this width.

import CSV
import Testing

@testable import Query

@Suite struct NumberColumnTests {
  /// The texts in one block, each between bytes that would be digits if they counted.
  private func column(
    _ texts: [[UInt8]], nullTexts: [String] = [], around: UInt8 = UInt8(ascii: "7"), usesVectors: Bool = true
  ) -> NumberColumn {
    var bytes: [UInt8] = []
    var slices: [FieldSlice] = []
    for text in texts {
      bytes.append(around)
      slices.append(FieldSlice(start: UInt32(bytes.count), count: UInt32(text.count)))
      bytes += text
      bytes.append(around)
    }
    let buffer = PieceBuffer()
    buffer.load(bytes.span)
    let column = NumberColumn(capacity: 1)
    let nulls = NullTexts(Dialect(nullTexts: nullTexts.map { Array($0.utf8) }))
    slices.withUnsafeBufferPointer { slices in
      guard let start = slices.baseAddress else { return }
      column.parse(base: buffer.base, slices: start, count: slices.count, nullTexts: nulls, usesVectors: usesVectors)
    }
    return column
  }

  /// What the value must be: the mark and the mantissa.
  private func expected(_ text: [UInt8], nullTexts: [String] = []) -> (UInt8, Int64) {
    if Dialect(nullTexts: nullTexts.map { Array($0.utf8) }).isNull(text.span) { return (NumberColumn.null, 0) }
    if case .number(.decimal(let decimal)) = NumberParser.parse(text.span), decimal.scale <= 18 {
      return (UInt8(decimal.scale), Int64(decimal.mantissa))
    }
    return (NumberColumn.exception, 0)
  }

  private func check(_ texts: [[UInt8]], nullTexts: [String] = [], around: UInt8 = UInt8(ascii: "7")) {
    check(column(texts, nullTexts: nullTexts, around: around, usesVectors: true), texts, nullTexts)
    check(column(texts, nullTexts: nullTexts, around: around, usesVectors: false), texts, nullTexts)
  }

  private func check(_ column: NumberColumn, _ texts: [[UInt8]], _ nullTexts: [String]) {
    var seen: UInt64 = 0
    var exceptions = 0
    for (index, text) in texts.enumerated() {
      let (mark, mantissa) = expected(text, nullTexts: nullTexts)
      if column.marks[index] != mark || column.mantissas[index] != mantissa {
        Issue.record(
          """
          \(String(decoding: text, as: UTF8.self)): got \(column.mantissas[index]) mark \(column.marks[index]), \
          want \(mantissa) mark \(mark)
          """)
      }
      seen |= 1 << UInt64(mark & 63)
      if mark == NumberColumn.exception { exceptions += 1 }
    }
    #expect(column.marksSeen == seen)
    #expect(column.exceptionCount == exceptions)
  }

  @Test func someTexts() {
    let texts = [
      "", "0", "-0", "+0", "7", "-12.3", "42", "57.834921", "007", "00.5", "+1.50", "-", "+", ".", "-.", "5.", ".5",
      "-.5",
      "-5.", "1e5", "1E5", "1.2.3", "1-2", "--1", "+-1", "1 ", " 1", "0x10", "12345678", "-12345678", "1234567.",
      ".1234567",
      "123456789", "12345678.9", "1.23456789", "123456789.", ".123456789", "1234567890123456", "-1234567890123456",
      "123456789012345.6", "12345678901234567", "999999999999999999", "-0.999999999999999999", "1000000000000000000",
      "0.0000000000000000001", "0.000000000000000001", "00000000000000000000000000000000123", "1.000000000000000000",
      "1/2",
      "1:2", "½", "٣", "1\u{0}", "\u{0}", "nan", "infinity", "12345678a", "a12345678", "1234a5678", "12345678 ", "1,5",
    ]
    check(texts.map { Array($0.utf8) })
    check(texts.map { Array($0.utf8) }, nullTexts: ["NA", "-999", "1.2.3", "7", "00000000000000000000000000000000123"])
  }

  @Test func everyTextOfAFewCharacters() {
    let alphabet = Array("019.-+e/:".utf8)
    var texts: [[UInt8]] = [[]]
    var last: [[UInt8]] = [[]]
    for _ in 0..<5 {
      last = last.flatMap { text in alphabet.map { text + [$0] } }
      texts += last
    }
    check(texts)
  }

  /// Every byte in every place of texts of every length, so that no byte passes for a digit or a point.
  @Test func everyByteEverywhere() {
    for length in 1...20 {
      var texts: [[UInt8]] = []
      for place in 0..<length {
        for byte in UInt8.min...UInt8.max {
          var text = (0..<length).map { UInt8(ascii: "1") + UInt8($0 % 9) }
          text[place] = byte
          texts.append(text)
          if length > 2 {
            text[(place + length / 2) % length] = UInt8(ascii: ".")
            texts.append(text)
          }
        }
      }
      check(texts, around: length % 2 == 0 ? UInt8(ascii: ".") : UInt8(ascii: "8"))
    }
  }

  @Test func randomNumbersAndNearlyNumbers() {
    var random = NumberCaseGenerator(seed: 11)
    var texts: [[UInt8]] = []
    let noise = Array("0123456789.+-eE x,/:\u{80}".utf8)
    for _ in 0..<50_000 {
      var text = Array(
        HostileNumbers.decimal(
          digits: Int.random(in: 1...20, using: &random), scale: Int.random(in: 0...20, using: &random), using: &random
        ).utf8)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: text[Int.random(in: 0..<text.count, using: &random)] = random.pick(noise)
      case 1: text.insert(random.pick(noise), at: Int.random(in: 0...text.count, using: &random))
      default: break
      }
      texts.append(text)
    }
    check(texts)
    check(texts, nullTexts: ["0", "-1", "NA"], around: UInt8(ascii: "-"))
  }

  /// Long and short ones side by side, at every place of the eight that vectors read at a time.
  @Test func everyMixOfLengths() {
    let texts = ["", "-1", "12345678", "-1234567.8", "1234567890.12345", "x", "+123456789", "-12345678901234567.8"]
    for step in 0..<64 {
      check((0..<19).map { Array(texts[($0 * (step / 8) + step % 8) % 8].utf8) })
    }
  }

  @Test func summaries() {
    let uniform = column(["1.5", "-2.5", "+0.1"].map { Array($0.utf8) })
    #expect(uniform.uniformScale == 1 && !uniform.hasNulls && !uniform.hasExceptions && uniform.greatestScale == 1)
    let mixed = column(["1.5", "2", "", "x", "1e3"].map { Array($0.utf8) })
    #expect(mixed.uniformScale == nil && mixed.hasNulls && mixed.exceptionCount == 2 && mixed.scales == 0b11)
    let none = column(["", ""].map { Array($0.utf8) })
    #expect(none.uniformScale == nil && none.hasNulls && none.scales == 0 && none.greatestScale == 0)
    #expect(column([]).marksSeen == 0)
  }
}
