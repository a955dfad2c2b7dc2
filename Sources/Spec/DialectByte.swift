// Delimiter and quote as users write them: the character itself, `tab`, `\t`, or a byte as `\xHH`.

import Query

/// Reads and writes the values of `--delimiter` and `--quote`.
package enum DialectByte {
  /// - Throws: `QuestionError` when the text is not one byte, or is a line end.
  package static func parse(_ text: String) throws(QuestionError) -> UInt8 {
    let byte: UInt8
    let bytes = Array(text.utf8)
    if text == "tab" || text == "\\t" {
      byte = UInt8(ascii: "\t")
    } else if bytes.count == 4, text.hasPrefix("\\x"), bytes[2] != UInt8(ascii: "+"),
      let value = UInt8(text.dropFirst(2), radix: 16)
    {
      byte = value
    } else if bytes.count == 1 {
      byte = bytes[0]
    } else {
      throw QuestionError(
        "\(ShownValue.quoted(text)) is not one byte",
        remedy: "give one character such as ;, or tab, or a byte such as \\x1F")
    }
    guard byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") else {
      throw QuestionError("a line end cannot be a delimiter or a quote")
    }
    return byte
  }

  /// A quote byte, or nil for `none` and the empty text, which switch quoting off.
  package static func parseQuote(_ text: String) throws(QuestionError) -> UInt8? {
    if text.isEmpty || text == "none" { return nil }
    return try parse(text)
  }

  /// A text that `parse` reads as this byte: itself where it is printable, else `\t` or `\xHH`.
  package static func text(_ byte: UInt8) -> String {
    if byte == UInt8(ascii: "\t") { return "\\t" }
    if 0x20...0x7E ~= byte { return String(UnicodeScalar(byte)) }
    let digits = String(byte, radix: 16, uppercase: true)
    return "\\x" + (digits.utf8.count < 2 ? "0" : "") + digits
  }
}
