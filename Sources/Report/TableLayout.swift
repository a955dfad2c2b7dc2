// A result as a table for a terminal: numbers to the right, everything else to the left, a rule under the titles.

/// A column of a table: its title, and whether its cells are numbers.
package struct TableColumn: Equatable, Sendable {
  package var title: [UInt8]
  package var isNumeric: Bool

  package init(title: [UInt8], isNumeric: Bool) {
    self.title = title
    self.isNumeric = isNumeric
  }

  package init(_ title: String, isNumeric: Bool = false) {
    self.init(title: Array(title.utf8), isNumeric: isNumeric)
  }
}

/// Lays cells out in columns, two blanks apart.
///
/// ```
/// carrier  count   delay
/// -------  -----  ------
/// 9E       18460  16.726
/// ```
package struct TableLayout: Sendable {
  /// Text columns are not cut below this width, so that what is left still says something.
  static let narrowest = 8
  private static let gap = "  "

  private let columns: [TableColumn]
  private let maxWidth: Int?
  private let wraps: Bool

  /// - Parameters:
  ///   - maxWidth: columns of the terminal, or nil for no bound. Text columns are cut to it, the widest first, and show an
  ///     ellipsis; numbers are never cut, so a table of many columns can still be wider.
  ///   - wraps: cells go on in further lines instead of being cut.
  package init(columns: [TableColumn], maxWidth: Int? = nil, wraps: Bool = false) {
    self.columns = columns
    self.maxWidth = maxWidth
    self.wraps = wraps
  }

  /// The table with a line end behind every line; each row has a cell for every column.
  package func text(rows: [[[UInt8]]]) -> String { layOut(rows.map { $0.map { ShownText($0) } }) }

  package func text(rows: [[String]]) -> String { layOut(rows.map { $0.map { ShownText($0) } }) }

  private func layOut(_ rows: [[ShownText]]) -> String {
    guard !columns.isEmpty else { return "" }
    let titles = columns.map { ShownText($0.title) }
    var widths = titles.map(\.width)
    for row in rows {
      for index in widths.indices { widths[index] = max(widths[index], row[index].width) }
    }
    fit(&widths)
    var text = line(titles, widths)
    text += line(widths.map { ShownText(String(repeating: "-", count: $0)) }, widths)
    if wraps {
      let lines = rows.map { wrapped($0, widths) }
      // Where cells go on, an empty line tells the rows apart.
      let gap = lines.contains { $0.count > 1 } ? "\n" : ""
      text += lines.map { $0.map { line($0, widths) }.joined() }.joined(separator: gap)
    } else {
      for row in rows { text += line(row, widths) }
    }
    return text
  }

  /// The lines that a row takes.
  private func wrapped(_ row: [ShownText], _ widths: [Int]) -> [[ShownText]] {
    let cells = row.indices.map { row[$0].wrapped(to: widths[$0]) }
    return (0..<(cells.map(\.count).max() ?? 0)).map { index in
      cells.map { $0.indices.contains(index) ? $0[index] : ShownText("") }
    }
  }

  private func line(_ cells: [ShownText], _ widths: [Int]) -> String {
    var line = ""
    for (index, width) in widths.enumerated() {
      if index > 0 { line += Self.gap }
      line += cells[index].cut(to: width).padded(to: width, isRight: columns[index].isNumeric)
    }
    while line.utf8.last == UInt8(ascii: " ") { line.removeLast() }
    return line + "\n"
  }

  /// Lowers the widths of the widest text columns to one cap, the highest that makes the table fit.
  private func fit(_ widths: inout [Int]) {
    guard let maxWidth else { return }
    let available = maxWidth - Self.gap.count * (widths.count - 1)
    let textColumns = widths.indices.filter { !columns[$0].isNumeric }
    let numbers = widths.indices.filter { columns[$0].isNumeric }.reduce(0) { $0 + widths[$1] }
    func total(_ cap: Int) -> Int { textColumns.reduce(numbers) { $0 + min(widths[$1], cap) } }
    var low = Self.narrowest
    var high = max(low, textColumns.map { widths[$0] }.max() ?? low)
    while low < high {
      let middle = (low + high + 1) / 2
      if total(middle) <= available { low = middle } else { high = middle - 1 }
    }
    // What one more column of cap would overdraw goes to the first columns that can use it.
    var spare = available - total(low)
    for index in textColumns where widths[index] > low {
      widths[index] = low + (spare > 0 ? 1 : 0)
      spare -= 1
    }
  }
}
