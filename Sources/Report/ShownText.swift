// Bytes made fit to be looked at: nothing in a cell may move the cursor, hide, or turn the text around it.

/// A text for the eye, and its width.
package struct ShownText: Equatable, Sendable {
  /// The text without control characters and line ends.
  package let text: String
  /// Its width in terminal columns.
  package let width: Int

  /// Bytes, of which those that are not UTF-8 show as `\xFF`, and control and invisible characters as `\n`, `\x1B` or
  /// `\u{200B}`. Backslashes in the bytes stay as they are: what is shown is for reading, not for reading back.
  package init(_ bytes: [UInt8]) {
    if bytes.allSatisfy({ 0x20...0x7E ~= $0 }) {
      self.init(clean: String(decoding: bytes, as: UTF8.self), width: bytes.count)
      return
    }
    var shown = ""
    var rest = bytes[...]
    var iterator = rest.makeIterator()
    var parser = Unicode.UTF8.ForwardParser()
    decoding: while true {
      switch parser.parseScalar(from: &iterator) {
      case .emptyInput: break decoding
      case .valid(let units):
        Self.append(Unicode.UTF8.decode(units), to: &shown)
        rest.removeFirst(units.count)
      case .error(let length):
        for byte in rest.prefix(length) { shown += "\\x" + Self.hex(UInt32(byte), digits: 2) }
        rest.removeFirst(length)
      }
    }
    self.init(clean: shown, width: TextWidth.columns(of: shown))
  }

  package init(_ text: String) { self.init(Array(text.utf8)) }

  private init(clean text: String, width: Int) {
    self.text = text
    self.width = width
  }

  /// The text cut to a width, with an ellipsis at its end where something was cut.
  package func cut(to limit: Int) -> ShownText {
    guard width > limit else { return self }
    var kept = ""
    var keptWidth = 0
    for character in text {
      let columns = character.unicodeScalars.reduce(0) { $0 + TextWidth.columns(of: $1) }
      guard keptWidth + columns < limit else { break }
      kept.append(character)
      keptWidth += columns
    }
    return limit > 0 ? ShownText(clean: kept + "…", width: keptWidth + 1) : ShownText(clean: "", width: 0)
  }

  /// The text in lines of at most so many columns, broken at blanks; a word that is longer is broken where it must be.
  package func wrapped(to limit: Int) -> [ShownText] {
    guard width > limit, limit > 0 else { return [self] }
    var lines: [ShownText] = []
    var line = ""
    var lineWidth = 0
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      let columns = TextWidth.columns(of: String(word))
      if !line.isEmpty, lineWidth + 1 + columns > limit {
        lines.append(ShownText(clean: line, width: lineWidth))
        (line, lineWidth) = ("", 0)
      }
      if !line.isEmpty { (line, lineWidth) = (line + " ", lineWidth + 1) }
      for character in word {
        let columns = character.unicodeScalars.reduce(0) { $0 + TextWidth.columns(of: $1) }
        if lineWidth + columns > limit, lineWidth > 0 {
          lines.append(ShownText(clean: line, width: lineWidth))
          (line, lineWidth) = ("", 0)
        }
        line.append(character)
        lineWidth += columns
      }
    }
    lines.append(ShownText(clean: line, width: lineWidth))
    return lines
  }

  /// The text with blanks up to a width: before it when it stands to the right.
  func padded(to columns: Int, isRight: Bool) -> String {
    let blanks = String(repeating: " ", count: max(0, columns - width))
    return isRight ? blanks + text : text + blanks
  }

  private static func append(_ scalar: UnicodeScalar, to shown: inout String) {
    switch scalar {
    case "\n": shown += "\\n"
    case "\r": shown += "\\r"
    case "\t": shown += "\\t"
    // The joiners shape the letters of some scripts and join emoji.
    case "\u{200C}", "\u{200D}": shown.unicodeScalars.append(scalar)
    default:
      switch scalar.properties.generalCategory {
      case .control where scalar.value < 0x80: shown += "\\x" + hex(scalar.value, digits: 2)
      case .control, .format, .lineSeparator, .paragraphSeparator:
        shown += "\\u{" + hex(scalar.value, digits: 1) + "}"
      default: shown.unicodeScalars.append(scalar)
      }
    }
  }

  private static func hex(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }
}
