// Digits with a decimal point put among them: the layout that decimals, sums and doubles share.

/// Lays out the digits of an integer as a number with a decimal point.
enum DigitText {
  /// Appends `digits` / 10^`scale`, with zeros up to `padding` fraction digits.
  static func append(
    _ digits: some BidirectionalCollection<UInt8>, isNegative: Bool, scale: Int, padding: Int, to bytes: inout [UInt8]
  ) {
    if isNegative { bytes.append(UInt8(ascii: "-")) }
    let count = digits.count
    if count <= scale {
      bytes.append(UInt8(ascii: "0"))
    } else {
      bytes.append(contentsOf: digits.prefix(count - scale))
    }
    guard max(scale, padding) > 0 else { return }
    bytes.append(UInt8(ascii: "."))
    if count < scale { bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: scale - count)) }
    bytes.append(contentsOf: digits.suffix(scale))
    if padding > scale { bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: padding - scale)) }
  }

  /// Appends an integer.
  static func append(_ value: Int64, to bytes: inout [UInt8]) { append(value, scale: 0, to: &bytes) }

  /// Appends `value` / 10^`scale`, without an array in between: rows of large results are made of these.
  static func append(_ value: Int64, scale: Int, to bytes: inout [UInt8]) {
    var rest = value.magnitude
    // 20 digits at most, or a zero before the point and `scale` digits behind it, the point, and a sign.
    var text: InlineArray<40, UInt8> = .init(repeating: 0)
    var start = 40
    if scale > 0 {
      for _ in 0..<scale {
        start -= 1
        text[start] = digit(&rest)
      }
      start -= 1
      text[start] = UInt8(ascii: ".")
    }
    repeat {
      start -= 1
      text[start] = digit(&rest)
    } while rest > 0
    if value < 0 {
      start -= 1
      text[start] = UInt8(ascii: "-")
    }
    bytes.append(copying: text.span.extracting(start..<40))
  }

  /// Takes the last digit off a number.
  @inline(__always)
  private static func digit(_ rest: inout UInt64) -> UInt8 {
    let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
    rest = quotient
    return UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
  }
}
