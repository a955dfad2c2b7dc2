// How one input is written: delimiter, quote, header, null texts. A value without behaviour beyond the null test.

/// The dialect of an input, complete: nothing is left to be guessed.
package struct Dialect: Equatable, Sendable {
  /// The byte between fields.
  package var delimiter: UInt8
  /// The byte that opens and closes a quoted field, or nil where nothing is quoted.
  package var quote: UInt8?
  /// Whether the first record names the columns.
  package var hasHeader: Bool
  /// Texts that mean "missing" besides the empty field, quoted or not.
  package var nullTexts: [[UInt8]]

  package init(
    delimiter: UInt8 = UInt8(ascii: ","), quote: UInt8? = UInt8(ascii: "\""), hasHeader: Bool = true,
    nullTexts: [[UInt8]] = []
  ) {
    self.delimiter = delimiter
    self.quote = quote
    self.hasHeader = hasHeader
    self.nullTexts = nullTexts
  }

  /// Whether a field reads as missing.
  package func isNull(_ field: Span<UInt8>) -> Bool {
    if field.isEmpty { return true }
    next: for text in nullTexts where text.count == field.count {
      for index in field.indices where field[index] != text[index] { continue next }
      return true
    }
    return false
  }

  package func encode(into writer: inout ByteWriter) {
    writer.write(delimiter)
    writer.write(quote) { $0.write($1) }
    writer.write(hasHeader)
    writer.write(nullTexts) { $0.write($1) }
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    delimiter = try reader.read()
    quote = try reader.readOptional { (reader) throws(ByteCodingError) in try reader.read(UInt8.self) }
    hasHeader = try reader.readBool()
    nullTexts = try reader.readArray { (reader) throws(ByteCodingError) in try reader.readBytes() }
  }
}
