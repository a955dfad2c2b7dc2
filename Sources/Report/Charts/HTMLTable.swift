// A table on a page: numbers to the right, the first column naming the row.

/// Rows of texts under titles.
package struct HTMLTable: Equatable, Sendable {
  /// What a cell says besides its text, shown by colour and by a sign.
  package enum Mark: Equatable, Sendable {
    case none, good, bad, unsure
  }

  package struct Cell: Equatable, Sendable, ExpressibleByStringInterpolation {
    package var text: String
    package var mark: Mark

    package init(_ text: String, mark: Mark = .none) {
      self.text = text
      self.mark = mark
    }

    package init(stringLiteral value: String) { self.init(value) }
  }

  /// Says what is in the table; screen readers read it first.
  package var caption: String
  package var columns: [TableColumn]
  package var rows: [[Cell]]
  /// The first column names its row.
  package var hasRowNames = true

  /// - Parameter rows: each has a cell for every column.
  package init(caption: String, columns: [TableColumn], cells: [[Cell]]) {
    self.caption = caption
    self.columns = columns
    self.rows = cells
  }

  package init(caption: String, columns: [TableColumn], rows: [[String]]) {
    self.init(caption: caption, columns: columns, cells: rows.map { $0.map { Cell($0) } })
  }

  /// Sentences rather than figures: on a phone such a table is shown a cell below the other, each under its title, because
  /// nobody reads sentences sideways.
  var isProse: Bool {
    columns.count > 1 && !columns.contains(where: \.isNumeric) && rows.contains { $0.contains { $0.text.count > 24 } }
  }

  /// The table in a box within which it moves sideways when it is wider than the page.
  var element: Element {
    let titles = columns.map { cell("th", ("scope", "col"), "columnheader", $0, [.text(Self.title($0))]) }
    let head = row(titles)
    let body = rows.map { cells in
      row(
        zip(cells, columns).enumerated().map { index, pair in
          let isName = index == 0 && hasRowNames
          return cell(
            isName ? "th" : "td", isName ? ("scope", "row") : nil, isName ? "rowheader" : "cell", pair.1,
            Self.nodes(of: pair.0))
        })
    }
    var table = Element(
      "table", [:],
      [Element("caption", [:], caption), group("thead", [head]), group("tbody", body)])
    if isProse {
      table.set("class", "prose")
      table.set("role", "table")
    }
    return Element("div", ["class": "scroll", "tabindex": "0", "role": "group", "aria-label": caption], [table])
  }

  // What is laid out as blocks is no table any more to a browser, so that it must be told by roles.

  private func group(_ name: String, _ rows: [Element]) -> Element {
    var element = Element(name, [:], rows)
    if isProse { element.set("role", "rowgroup") }
    return element
  }

  private func row(_ cells: [Element]) -> Element {
    var element = Element("tr", [:], cells)
    if isProse { element.set("role", "row") }
    return element
  }

  private func cell(
    _ name: String, _ scope: (name: String, value: String)?, _ role: String, _ column: TableColumn,
    _ nodes: [Element.Node]
  ) -> Element {
    var element = Element(name, nodes: nodes)
    if let scope { element.set(scope.name, scope.value) }
    if column.isNumeric { element.set("class", "number") }
    if isProse {
      element.set("role", role)
      if role == "cell" { element.set("data-title", Self.title(column)) }
    }
    return element
  }

  private static func title(_ column: TableColumn) -> String { String(decoding: column.title, as: UTF8.self) }

  private static func nodes(of cell: Cell) -> [Element.Node] {
    let (style, sign): (String, String)
    switch cell.mark {
    case .none: return [.text(cell.text)]
    case .good: (style, sign) = ("good", "✓")
    case .bad: (style, sign) = ("bad", "✗")
    case .unsure: (style, sign) = ("unsure", "?")
    }
    let mark = Element("span", ["class": "mark " + style], [Element("span", ["aria-hidden": "true"], sign)])
    return [.element(mark), .text(" " + cell.text)]
  }
}
