// A record that could not be used: why, where, and what its text was. Travels from the parsers to whoever reports it.

/// Why a record could not be used, by the names in the file of reasons.
package enum RejectKind: String, CaseIterable, Sendable {
  /// Another number of fields than the header has.
  case columns
  /// Text after a closing quote.
  case quote
  /// The input or the longest record ended within quotes.
  case unterminated
  /// Longer than the longest record.
  case tooLong = "too long"
  /// A field that must be a number and is not, or is one outside the numbers.
  case number
  /// A field that does not fit the type of its column.
  case type
  /// A record that, alone in its piece, ended three parser processes by the same signal.
  case poison
}

/// One rejected record, with its position in its input.
package struct Reject: Equatable, Sendable {
  /// Bytes of the offending text that are kept.
  package static let textLimit = 200

  /// Where a reject lies.
  package struct Place: Equatable, Sendable {
    /// Which input, from 0.
    package var input: Int
    /// Which record of the input: 1 is the first data record, 0 unknown (or the header).
    package var record: Int
    /// Which line of the input, from 1.
    package var line: Int
    /// Offset of its first byte in the input.
    package var byte: Int
    /// Its length in bytes, line end included.
    package var length: Int

    package init(input: Int, record: Int, line: Int, byte: Int, length: Int) {
      self.input = input
      self.record = record
      self.line = line
      self.byte = byte
      self.length = length
    }
  }

  package var kind: RejectKind
  package var input: Int
  package var record: Int
  package var line: Int
  package var byte: Int
  package var length: Int
  /// Name of the column at fault, or nil where it is the whole record.
  package var column: [UInt8]?
  /// The offending text, cut at `textLimit` bytes.
  package var text: [UInt8]
  /// What is wrong, for people, without the place.
  package var reason: String
  /// Name of the signal that ended the parsers, where the record is poison.
  package var signal: String?

  package init(
    _ kind: RejectKind, at place: Place, column: [UInt8]? = nil, text: [UInt8] = [], reason: String,
    signal: String? = nil
  ) {
    self.kind = kind
    input = place.input
    record = place.record
    line = place.line
    byte = place.byte
    length = place.length
    self.column = column
    self.text = Array(text.prefix(Self.textLimit))
    self.reason = reason
    self.signal = signal
  }

  /// A record with the wrong number of fields.
  package static func columns(got: Int, want: Int, text: [UInt8], at place: Place) -> Reject {
    Reject(.columns, at: place, text: text, reason: "got \(got) \(got == 1 ? "field" : "fields"), want \(want)")
  }

  /// A record that could not be cut into fields. `text` is its start.
  package static func defect(
    _ defect: RecordIndex.Defect, maxRecord: Int, text: [UInt8], at place: Place
  ) -> Reject {
    let limit = GroupedDigits.text(maxRecord)
    return switch defect {
    case .quote: Reject(.quote, at: place, text: text, reason: "text after a closing quote")
    case .unterminated:
      Reject(.unterminated, at: place, text: text, reason: "no closing quote before the end or within \(limit) bytes")
    case .tooLong: Reject(.tooLong, at: place, text: text, reason: "record is longer than \(limit) bytes")
    }
  }

  /// A field that must be a number.
  package static func number(_ text: [UInt8], isOutOfRange: Bool = false, column: [UInt8], at place: Place) -> Reject {
    let fault = isOutOfRange ? "is a number out of range" : "is not a number"
    return Reject(.number, at: place, column: column, text: text, reason: "\(shown(text)) \(fault)")
  }

  /// A field that does not fit its column's type; `wanted` is as in "is not a date".
  package static func type(_ text: [UInt8], wanted: String, column: [UInt8], at place: Place) -> Reject {
    let article = wanted.first.map { "aeiou".contains($0) } == true ? "an" : "a"
    return Reject(
      .type, at: place, column: column, text: text, reason: "\(shown(text)) is not \(article) \(wanted)")
  }

  /// A record that no parser survives. `name` is the signal's, as in "SIGSEGV"; only other targets know signals.
  package static func poison(signal: Int32, name: String, text: [UInt8], at place: Place) -> Reject {
    Reject(
      .poison, at: place, text: text, reason: "the record ended three parser processes by signal \(signal) (\(name))",
      signal: name)
  }

  /// A record for which no parser has the memory.
  package static func tooMuchMemory(text: [UInt8], at place: Place) -> Reject {
    Reject(
      .poison, at: place, text: text, reason: "three parser processes ran out of memory on the record",
      signal: "memory")
  }

  /// Text as reasons show it: quoted, and cut like `text`.
  private static func shown(_ text: [UInt8]) -> String {
    if text.count <= textLimit { return VisibleText.quoted(text) }
    return "\"\(VisibleText.escaped(Array(text.prefix(textLimit))))...\""
  }

  /// What is wrong and where: `flights.csv: line 4711 (record 4710, byte 391,022): column x: "N/A" is not a number`.
  package func message(file: String) -> String {
    let byteText = "byte \(GroupedDigits.text(byte))"
    let place = record > 0 ? "record \(record), \(byteText)" : byteText
    let subject = column.map { "column \(VisibleText.escaped($0)): " } ?? ""
    return "\(file): line \(line) (\(place)): \(subject)\(reason)"
  }

  /// The reason as the file of reasons names it: `columns`, `poison: SIGSEGV`.
  package var label: String { signal.map { "\(kind.rawValue): \($0)" } ?? kind.rawValue }

  /// What would help.
  package var remedy: String {
    let skip = "--on-error skip"
    let name = column.map(VisibleText.escaped) ?? "COLUMN"
    let asText = "--types \(ShellText.alwaysQuoted("\(name)=text"))"
    switch kind {
    case .columns: return "use \(skip) to leave such records out"
    case .quote: return "double the quotes within quoted text, name another --quote, or use \(skip)"
    case .unterminated: return "close the quote, raise --max-record, name another --quote, or use \(skip)"
    case .tooLong: return "raise --max-record, or use \(skip)"
    case .number where column == nil: return "keep such rows out with --where, or use \(skip)"
    case .number, .type:
      // Text that was cut, or does not show as it is, cannot be repeated on a command line.
      guard !text.isEmpty, text.count < Self.textLimit, VisibleText.isPlain(text) else {
        return "use \(asText), or \(skip)"
      }
      let null = ShellText.quoted(String(decoding: text, as: UTF8.self))
      return "use --null \(null) to read it as missing, \(asText), or \(skip)"
    case .poison where signal == "memory": return "raise --memory-limit, or use \(skip) to leave the record out"
    case .poison:
      return "use \(skip) or quarantine to leave the record out, and report it: this is a defect of the program"
    }
  }

  package func encode(into writer: inout ByteWriter) {
    writer.write(UInt8(RejectKind.allCases.firstIndex(of: kind) ?? 0))
    for number in [input, record, line, byte, length] { writer.write(number) }
    writer.write(column) { $0.write($1) }
    writer.write(text)
    writer.write(reason)
    writer.write(signal) { $0.write($1) }
  }

  /// Whether the place is one that an input can have: what came from another process is not added to before that is known.
  package func isWithin(input: Int) -> Bool {
    self.input == input && [record, line, byte, length].allSatisfy { (0...(1 << 56)).contains($0) }
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    let code = Int(try reader.read(UInt8.self))
    guard code < RejectKind.allCases.count else { throw ByteCodingError("reject kind \(code) is not known") }
    kind = RejectKind.allCases[code]
    input = try reader.readInt()
    record = try reader.readInt()
    line = try reader.readInt()
    byte = try reader.readInt()
    length = try reader.readInt()
    column = try reader.readOptional { (reader) throws(ByteCodingError) in try reader.readBytes() }
    text = try reader.readBytes()
    reason = try reader.readString()
    signal = try reader.readOptional { (reader) throws(ByteCodingError) in try reader.readString() }
  }
}
