// Doubles as text: the shortest digits that read back as the same double, laid out the same on every platform.

/// The text of doubles.
package enum DoubleText {
  /// The shortest text that reads back as `value`: positional for 1e-5 <= |value| < 1e17, else like `1.5e-7` or `1e300`;
  /// never a trailing `.0`, never `-0`.
  package static func shortest(_ value: Double) -> String {
    var bytes: [UInt8] = []
    append(value, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the same.
  package static func append(_ value: Double, to bytes: inout [UInt8]) {
    var description = (value.magnitude + 0).description
    description.withUTF8 { text in
      if value < 0 { bytes.append(UInt8(ascii: "-")) }
      guard value.isFinite else {
        bytes.append(contentsOf: text)
        return
      }
      // What the standard library prints without an exponent is laid out as here, but for a zero alone behind the point.
      let isWhole =
        text.count > 2 && text[text.count - 2] == UInt8(ascii: ".") && text[text.count - 1] == UInt8(ascii: "0")
      if (1e-4..<0x1p53).contains(value.magnitude) || value == 0 {
        bytes.append(contentsOf: text.prefix(isWhole ? text.count - 2 : text.count))
        return
      }
      let (digits, exponent) = digits(of: text)
      if (-5..<17).contains(exponent) {
        let trailing = max(0, exponent + 1 - digits.count)
        let all = digits + Array(repeating: UInt8(ascii: "0"), count: trailing)
        let scale = max(0, digits.count - 1 - exponent)
        DigitText.append(all, isNegative: false, scale: scale, padding: scale, to: &bytes)
      } else {
        DigitText.append(digits, isNegative: false, scale: digits.count - 1, padding: 0, to: &bytes)
        bytes.append(UInt8(ascii: "e"))
        bytes.append(contentsOf: String(exponent).utf8)
      }
    }
  }

  /// The significant digits of the standard library's (shortest) description, without zeros at either end, and the power
  /// of ten of the first one.
  private static func digits(of description: UnsafeBufferPointer<UInt8>) -> (digits: [UInt8], exponent: Int) {
    var digits: [UInt8] = []
    var pointAt: Int?
    var written = 0
    for (position, byte) in description.enumerated() {
      if byte == UInt8(ascii: ".") {
        pointAt = digits.count
      } else if byte == UInt8(ascii: "e") {
        written = Int(String(decoding: description[(position + 1)...], as: UTF8.self)) ?? 0
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
