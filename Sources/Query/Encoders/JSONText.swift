// Names, texts and numbers as JSON writes them, byte by byte: what is not UTF-8 in the input passes as it is.

/// The parts of JSON that hold values.
enum JSONText {
  private static let quote = UInt8(ascii: "\"")
  private static let backslash = UInt8(ascii: "\\")
  private static let zero = UInt8(ascii: "0")
  private static let hexadecimal = Array("0123456789abcdef".utf8)

  /// Appends a text in quotes; quotes, backslashes and control characters below space are escaped.
  static func appendString(_ bytes: Span<UInt8>, into output: inout [UInt8]) {
    output.append(quote)
    for index in bytes.indices {
      let byte = bytes[index]
      if byte >= 0x20, byte != quote, byte != backslash {
        output.append(byte)
      } else {
        appendEscape(byte, into: &output)
      }
    }
    output.append(quote)
  }

  /// Appends a number of our grammar as JSON has it: without a plus sign and without leading zeros.
  static func appendNumber(_ bytes: Span<UInt8>, into output: inout [UInt8]) {
    var start = 0
    if start < bytes.count, bytes[start] == UInt8(ascii: "+") {
      start += 1
    } else if start < bytes.count, bytes[start] == UInt8(ascii: "-") {
      output.append(UInt8(ascii: "-"))
      start += 1
    }
    while start + 1 < bytes.count, bytes[start] == zero, isDigit(bytes[start + 1]) { start += 1 }
    output.append(copying: bytes.extracting(start..<bytes.count))
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= zero && byte <= UInt8(ascii: "9") }

  private static func appendEscape(_ byte: UInt8, into output: inout [UInt8]) {
    output.append(backslash)
    switch byte {
    case quote, backslash: output.append(byte)
    case 0x08: output.append(UInt8(ascii: "b"))
    case 0x09: output.append(UInt8(ascii: "t"))
    case 0x0A: output.append(UInt8(ascii: "n"))
    case 0x0C: output.append(UInt8(ascii: "f"))
    case 0x0D: output.append(UInt8(ascii: "r"))
    default:
      output.append(contentsOf: "u00".utf8)
      output.append(hexadecimal[Int(byte >> 4)])
      output.append(hexadecimal[Int(byte & 15)])
    }
  }
}
