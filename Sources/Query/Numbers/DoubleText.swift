// Doubles as text: the shortest digits that read back as the same double, laid out the same on every platform.

/// The text of doubles.
package enum DoubleText {
  /// The shortest text that reads back as `value`: positional for 1e-5 <= |value| < 1e17, else like `1.5e-7` or `1e300`;
  /// never a trailing `.0`, never `-0`.
  package static func shortest(_ value: Double) -> String {
    if value == 0 { return "0" }
    guard value.isFinite else { return value.description }
    let (digits, exponent) = digits(of: value.magnitude.description)
    var bytes: [UInt8] = []
    if (-5..<17).contains(exponent) {
      let trailing = max(0, exponent + 1 - digits.count)
      let all = digits + Array(repeating: UInt8(ascii: "0"), count: trailing)
      let scale = max(0, digits.count - 1 - exponent)
      DigitText.append(all, isNegative: value < 0, scale: scale, padding: scale, to: &bytes)
    } else {
      DigitText.append(digits, isNegative: value < 0, scale: digits.count - 1, padding: 0, to: &bytes)
      bytes.append(UInt8(ascii: "e"))
      bytes.append(contentsOf: String(exponent).utf8)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The significant digits of the standard library's (shortest) description, without zeros at either end, and the power
  /// of ten of the first one.
  private static func digits(of description: String) -> (digits: [UInt8], exponent: Int) {
    var digits: [UInt8] = []
    var pointAt: Int?
    var written = 0
    for (position, byte) in description.utf8.enumerated() {
      if byte == UInt8(ascii: ".") {
        pointAt = digits.count
      } else if byte == UInt8(ascii: "e") {
        let rest = description.utf8.dropFirst(position + 1)
        written = Int(String(rest) ?? "") ?? 0
        break
      } else {
        digits.append(byte)
      }
    }
    var exponent = (pointAt ?? digits.count) - 1 + written
    let zeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
    digits.removeFirst(zeros)
    exponent -= zeros
    while digits.last == UInt8(ascii: "0") { digits.removeLast() }
    return (digits, exponent)
  }
}
