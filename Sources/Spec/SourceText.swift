// The bytes of a pipeline file as text, checked before YAML sees them, so that a stray byte is named with its place.

/// The text of a pipeline file, without byte order mark.
struct SourceText {
  let file: String
  let text: String
  /// The lines as scalars, so that columns can be counted as YAML counts them.
  private let lines: [[UnicodeScalar]]

  /// - Throws: `PipelineFileError` when the bytes are not UTF-8, or hold control characters that YAML refuses.
  init(_ bytes: [UInt8], file: String) throws(PipelineFileError) {
    self.file = file
    var lines: [[UnicodeScalar]] = [[]]
    var iterator = bytes.makeIterator()
    var parser = Unicode.UTF8.ForwardParser()
    var last: UnicodeScalar?
    decoding: while true {
      switch parser.parseScalar(from: &iterator) {
      case .emptyInput: break decoding
      case .error:
        throw PipelineFileError(
          file: file, place: Self.end(of: lines), message: "this byte is not UTF-8",
          remedy: "save the file as UTF-8")
      case .valid(let units):
        let scalar = Unicode.UTF8.decode(units)
        if scalar == "\u{FEFF}", last == nil { continue }
        guard !Self.isForbidden(scalar) else {
          throw PipelineFileError(
            file: file, place: Self.end(of: lines),
            message: "the control character U+\(Self.hex(scalar)) is not allowed",
            remedy: "write it as \\x\(Self.hex(scalar).suffix(2)) in double quotes")
        }
        if scalar == "\n", last == "\r" {
          // The second half of one line end.
        } else if scalar == "\n" || scalar == "\r" {
          lines.append([])
        } else {
          lines[lines.count - 1].append(scalar)
        }
        last = scalar
      }
    }
    self.lines = lines
    var text = String(decoding: bytes, as: UTF8.self)
    if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
    self.text = text
  }

  /// The place of `part`, a part of a scalar's text that starts `offset` scalars into it, when the text stands
  /// unchanged behind the scalar's start in the source: plain or quoted without escapes, and on one line.
  func place(of part: [UnicodeScalar], at offset: Int, from start: FilePlace) -> FilePlace? {
    guard lines.indices.contains(start.line - 1) else { return nil }
    let line = lines[start.line - 1]
    guard line.indices.contains(start.column - 1) else { return nil }
    let isQuoted = line[start.column - 1] == "\"" || line[start.column - 1] == "'"
    let first = start.column - 1 + (isQuoted ? 1 : 0) + offset
    guard first + part.count <= line.count, line[first..<first + part.count].elementsEqual(part) else { return nil }
    return FilePlace(line: start.line, column: first + 1)
  }

  private static func end(of lines: [[UnicodeScalar]]) -> FilePlace {
    FilePlace(line: lines.count, column: lines[lines.count - 1].count + 1)
  }

  private static func isForbidden(_ scalar: UnicodeScalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D, 0x85: false
    case 0..<0x20, 0x7F..<0xA0, 0xFFFE, 0xFFFF: true
    default: false
    }
  }

  private static func hex(_ scalar: UnicodeScalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
  }
}
