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

  /// The table in a box within which it moves sideways when it is wider than the page.
  var element: Element {
    let titles = columns.map { column in
      Element(
        "th", Self.attributes(scope: "col", isNumeric: column.isNumeric), String(decoding: column.title, as: UTF8.self))
    }
    let body = rows.map { row in
      Element(
        "tr", [:],
        zip(row, columns).enumerated().map { index, pair in
          Self.element(pair.0, isNumeric: pair.1.isNumeric, isName: index == 0 && hasRowNames)
        })
    }
    return Element(
      "div", ["class": "scroll", "tabindex": "0", "role": "group", "aria-label": caption],
      [
        Element(
          "table", [:],
          [
            Element("caption", [:], caption), Element("thead", [:], [Element("tr", [:], titles)]),
            Element("tbody", [:], body),
          ])
      ])
  }

  private static func element(_ cell: Cell, isNumeric: Bool, isName: Bool) -> Element {
    let attributes: KeyValuePairs<String, any AttributeValue> =
      isName
      ? Self.attributes(scope: "row", isNumeric: isNumeric)
      : isNumeric ? ["class": "number"] : [:]
    switch cell.mark {
    case .none: return Element(isName ? "th" : "td", attributes, cell.text)
    case .good, .bad, .unsure:
      let (style, sign) = cell.mark == .good ? ("good", "✓") : cell.mark == .bad ? ("bad", "✗") : ("unsure", "?")
      let mark = Element("span", ["class": "mark " + style], [Element("span", ["aria-hidden": "true"], sign)])
      return Element(isName ? "th" : "td", attributes, nodes: [.element(mark), .text(" " + cell.text)])
    }
  }

  private static func attributes(scope: String, isNumeric: Bool) -> KeyValuePairs<String, any AttributeValue> {
    isNumeric ? ["scope": scope, "class": "number"] : ["scope": scope]
  }
}
