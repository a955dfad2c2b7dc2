// One pass over a text that may be a number: what the parser and the type inference both need to know of it.

/// The parts of a text that follows the number grammar.
struct NumberShape {
  var isNegative = false
  /// All digits as one integer; meaningful only while at most 19 are significant.
  var digits: UInt64 = 0
  /// Digits from the first that is not 0 on; where all digits together are at most 18, leading zeros count too.
  var significantCount = 0
  var integerCount = 0
  var fractionCount = 0
  var hasExponent = false
  /// Whether the first of several integer digits is 0.
  var hasLeadingZero = false

  /// Whether the number is kept as a decimal.
  var isDecimal: Bool {
    !hasExponent && significantCount <= NumberParser.maxDigits && fractionCount <= Decimal.maxScale
  }

  /// Nil where the text does not follow the grammar.
  @inline(__always)
  init?(_ text: Span<UInt8>) {
    let end = text.count
    var index = 0
    guard end > 0 else { return nil }
    if text[0] == UInt8(ascii: "-") {
      isNegative = true
      index = 1
    } else if text[0] == UInt8(ascii: "+") {
      index = 1
    }
    let integerStart = index
    var value: UInt64 = 0
    while index < end {
      let digit = text[index] &- UInt8(ascii: "0")
      if digit > 9 { break }
      value = value &* 10 &+ UInt64(digit)
      index &+= 1
    }
    integerCount = index &- integerStart
    guard integerCount > 0 else { return nil }
    hasLeadingZero = integerCount > 1 && text[integerStart] == UInt8(ascii: "0")
    if index < end, text[index] == UInt8(ascii: ".") {
      index &+= 1
      let fractionStart = index
      while index < end {
        let digit = text[index] &- UInt8(ascii: "0")
        if digit > 9 { break }
        value = value &* 10 &+ UInt64(digit)
        index &+= 1
      }
      fractionCount = index &- fractionStart
      guard fractionCount > 0 else { return nil }
    }
    digits = value
    let digitsEnd = index
    if index < end {
      guard text[index] | 0x20 == UInt8(ascii: "e") else { return nil }
      hasExponent = true
      index &+= 1
      if index < end, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") { index &+= 1 }
      guard index < end else { return nil }
      while index < end {
        guard text[index] &- UInt8(ascii: "0") <= 9 else { return nil }
        index &+= 1
      }
    }
    significantCount = integerCount &+ fractionCount
    if significantCount > NumberParser.maxDigits { skipZeros(of: text, from: integerStart, to: digitsEnd) }
  }

  /// Takes the zeros before the first other digit off `significantCount`.
  private mutating func skipZeros(of text: Span<UInt8>, from start: Int, to end: Int) {
    var index = start
    while index < end {
      let byte = text[index]
      if byte == UInt8(ascii: "0") {
        significantCount -= 1
      } else if byte != UInt8(ascii: ".") {
        return
      }
      index += 1
    }
  }

  /// Whether the first of several integer digits of a text is 0; the text is a number.
  static func hasLeadingZero(_ number: Span<UInt8>) -> Bool {
    let start = number[0] == UInt8(ascii: "-") || number[0] == UInt8(ascii: "+") ? 1 : 0
    return number[start] == UInt8(ascii: "0") && number.count > start + 1
      && number[start + 1] &- UInt8(ascii: "0") <= 9
  }
}
