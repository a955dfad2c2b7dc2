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
}
