// The order of finished rows by `--sort`: by number where every value of the column is one, else by bytes.

import CSV

/// Orders rows of cells.
package enum CellOrder {
  /// The rows sorted by the keys; ties stay in the order they come in. Null is first, or last when descending.
  package static func sorted(_ rows: [[Cell]], by keys: [CellSortKey]) -> [[Cell]] {
    order(rows, by: keys).map { rows[$0] }
  }

  /// The places of the rows in that order.
  static func order(_ rows: [[Cell]], by keys: [CellSortKey]) -> [Int] {
    let isNumeric = keys.map { key in rows.allSatisfy { $0[key.column].kind == .null || $0[key.column].kind == .number }
    }
    let values = rows.map { row in
      zip(keys, isNumeric).map { key, isNumeric in value(of: row[key.column], isNumeric: isNumeric) }
    }
    return rows.indices.sorted { left, right in
      for (index, key) in keys.enumerated() {
        let result = SortValue.compare(values[left][index], values[right][index])
        if result != 0 { return key.isDescending ? result > 0 : result < 0 }
      }
      return left < right
    }
  }

  private static func value(of cell: Cell, isNumeric: Bool) -> SortValue {
    if cell.kind == .null { return .null }
    if isNumeric, case .number(let number) = NumberParser.parse(cell.bytes.span) { return .number(number) }
    return .text(cell.bytes)
  }
}
