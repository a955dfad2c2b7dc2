// The finished table: groups in the order that the whole table decides, never in the order of arrival or of hashes.

import CSV

extension GroupTable {
  /// The rows of the result: the key cells, then one cell a call.
  ///
  /// A key column in which every key that is not null is a number without leading zeros sorts numerically, ties by
  /// bytes; any other sorts by bytes. Null comes first; columns count from the left. Without key columns there is
  /// exactly one row, also of no input rows.
  ///
  /// - Parameter keyColumns: the key columns; every key that was added has so many fields.
  package func finish(keyColumns: Int) throws(AnswerError) -> [[Cell]] {
    if keyColumns == 0, count == 0 {
      var table = self
      let noFields: [UInt8] = []
      _ = table.group(noFields.span)
      return try table.finish(keyColumns: 0)
    }
    var fields: [GroupField] = []
    fields.reserveCapacity(count * keyColumns)
    for group in 0..<count { try appendFields(of: group, keyColumns: keyColumns, to: &fields) }
    for column in 0..<keyColumns { GroupField.decideOrder(of: column, among: keyColumns, in: &fields) }
    let results = try results()
    let order = (0..<count).sorted { left, right in
      for column in 0..<keyColumns {
        let order = fields[left * keyColumns + column].compare(fields[right * keyColumns + column])
        if order != 0 { return order < 0 }
      }
      return false
    }
    return order.map { group in
      var row: [Cell] = []
      row.reserveCapacity(keyColumns + calls.count)
      for column in 0..<keyColumns { row.append(fields[group * keyColumns + column].cell) }
      for result in results { row.append(result[group]) }
      return row
    }
  }

  private func appendFields(of group: Int, keyColumns: Int, to fields: inout [GroupField]) throws(AnswerError) {
    let key = keys.key(group)
    guard let ranges = try? GroupKey.fields(of: key), ranges.count == keyColumns else {
      throw AnswerError("a group key does not have \(keyColumns) fields")
    }
    for range in ranges {
      guard let range else {
        fields.append(.null)
        continue
      }
      var bytes: [UInt8] = []
      bytes.append(copying: key.extracting(range.start..<range.start + range.count))
      fields.append(.text(bytes))
    }
  }
}

/// One field of a group key, ready to be sorted.
enum GroupField {
  case null
  case text([UInt8])
  /// In a column that sorts numerically.
  case number(Number, [UInt8])

  var cell: Cell {
    switch self {
    case .null: .null
    case .text(let bytes): Cell(kind: .text, bytes: bytes)
    case .number(_, let bytes): Cell(kind: .number, bytes: bytes)
    }
  }

  /// -1, 0 or 1 as this field sorts before, with or behind another of the same column.
  func compare(_ other: GroupField) -> Int {
    switch (self, other) {
    case (.null, .null): return 0
    case (.null, _): return -1
    case (_, .null): return 1
    case (.number(let left, let leftBytes), .number(let right, let rightBytes)):
      let order = Number.compare(left, right)
      return order != 0 ? order : ByteOrder.compare(leftBytes.span, rightBytes.span)
    default: return ByteOrder.compare(cell.bytes.span, other.cell.bytes.span)
    }
  }

  /// Turns the fields of one column into numbers if all of them are, and leaves them otherwise. `fields` holds
  /// `columnCount` fields a group.
  static func decideOrder(of column: Int, among columnCount: Int, in fields: inout [GroupField]) {
    var numbers: [GroupField] = []
    for index in stride(from: column, to: fields.count, by: columnCount) {
      guard case .text(let bytes) = fields[index] else {
        numbers.append(fields[index])
        continue
      }
      guard TypeClassifier.type(of: bytes.span).isNumeric, case .number(let number) = NumberParser.parse(bytes.span)
      else { return }
      numbers.append(.number(number, bytes))
    }
    for (index, field) in numbers.enumerated() { fields[column + index * columnCount] = field }
  }
}
