// A result as a table of GitHub-flavoured Markdown that shows the cells' bytes and never their markup.

/// Writes a Markdown table, padded so that its source reads as a table too.
package struct MarkdownTable: Sendable {
  private let columns: [TableColumn]

  package init(columns: [TableColumn]) { self.columns = columns }

  /// The table with a line end behind every line; each row has a cell for every column.
  package func text(rows: [[[UInt8]]]) -> String {
    guard !columns.isEmpty else { return "" }
    let cells = ([columns.map(\.title)] + rows).map { row in row.map { ShownText(Self.escaped($0)) } }
    var widths = columns.map { _ in 3 }
    for row in cells {
      for index in widths.indices { widths[index] = max(widths[index], row[index].width) }
    }
    var text = ""
    for (number, row) in cells.enumerated() {
      for (index, cell) in row.enumerated() {
        text += (index == 0 ? "| " : " | ") + cell.padded(to: widths[index], isRight: columns[index].isNumeric)
      }
      text += " |\n"
      if number == 0 { text += rule(widths) }
    }
    return text
  }

  package func text(rows: [[String]]) -> String { text(rows: rows.map { $0.map { Array($0.utf8) } }) }

  private func rule(_ widths: [Int]) -> String {
    var text = "|"
    for (index, width) in widths.enumerated() {
      text += " " + String(repeating: "-", count: width - (columns[index].isNumeric ? 1 : 0))
      text += columns[index].isNumeric ? ": |" : " |"
    }
    return text + "\n"
  }

  /// Escapes what Markdown would read as markup within a line; line ends become `<br>`, since a row is one line.
  package static func escaped(_ bytes: [UInt8]) -> String {
    var text = ""
    for (number, line) in lines(bytes).enumerated() {
      if number > 0 { text += "<br>" }
      let shown = Array(ShownText(line).text)
      for (index, character) in shown.enumerated() {
        switch character {
        case "\\", "|", "`", "*", "<", "&", "[", "~", "$": text.append("\\")
        case "_":
          // Within a word an underscore means nothing to Markdown, and names of columns are full of them.
          let isInner =
            index > 0 && index + 1 < shown.count && isWordLike(shown[index - 1]) && isWordLike(shown[index + 1])
          if !isInner { text.append("\\") }
        default: break
        }
        text.append(character)
      }
    }
    return text
  }

  private static func isWordLike(_ character: Character) -> Bool { character.isLetter || character.isNumber }

  /// The lines of a text, cut at LF, CRLF and CR.
  private static func lines(_ bytes: [UInt8]) -> [[UInt8]] {
    var lines: [[UInt8]] = [[]]
    var previous: UInt8 = 0
    for byte in bytes {
      if byte == UInt8(ascii: "\n"), previous == UInt8(ascii: "\r") {
        // The second half of one line end.
      } else if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
        lines.append([])
      } else {
        lines[lines.count - 1].append(byte)
      }
      previous = byte
    }
    return lines
  }
}
