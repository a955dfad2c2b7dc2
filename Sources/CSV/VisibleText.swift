// Bytes and numbers from inputs as they may appear in a message: no control characters, nothing that a shell would
// read otherwise than it was meant.

/// Text of an input as it is shown in messages.
package enum VisibleText {
  /// The text with control characters, quotes and backslashes escaped; bytes that are not UTF-8 show as U+FFFD.
  package static func escaped(_ bytes: [UInt8]) -> String {
    var result = ""
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\"", "\\":
        result += "\\"
        result.unicodeScalars.append(scalar)
      case _ where isControl(scalar): result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The escaped text in quotes.
  package static func quoted(_ bytes: [UInt8]) -> String { "\"\(escaped(bytes))\"" }

  /// Whether the bytes are UTF-8 without control characters, so that a user can type them.
  package static func isPlain(_ bytes: [UInt8]) -> Bool {
    let text = String(decoding: bytes, as: UTF8.self)
    return Array(text.utf8) == bytes && !text.unicodeScalars.contains(where: isControl)
  }

  /// The controls of ASCII and of Latin-1, and what turns the direction of text.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}

/// Text as a word of a shell's command line.
enum ShellText {
  /// The text, quoted where a shell needs that.
  static func quoted(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "./_-+:,@%".utf8.contains(byte)
      }
    }
    // A leading hyphen would make it an option.
    return isPlain && !text.isEmpty && text.first != "-" ? text : alwaysQuoted(text)
  }

  /// The text in single quotes.
  static func alwaysQuoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}

/// Numbers with commas between groups of three digits.
package enum GroupedDigits {
  package static func text(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var result = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return result
  }
}
