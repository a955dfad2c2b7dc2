// The operands of expressions over columns: what `RowScratch.values` is for one row, for many rows side by side.

import CSV

/// The values of the column uses of a plan, for some rows that stand in a row without gaps.
final class ColumnInputs {
  let uses: [ColumnUse]
  /// Rows.
  var count = 0
  // One column for each use, of the kind that the use says; the other two are empty.
  let numbers: [NumberColumn]
  let texts: [TextColumn]
  let truths: [TruthColumn]

  init(uses: [ColumnUse]) {
    self.uses = uses
    numbers = uses.map { NumberColumn(capacity: $0.kind == .number ? 2048 : 0) }
    texts = uses.map { _ in TextColumn() }
    truths = uses.map { TruthColumn(capacity: $0.kind == .boolean ? 2048 : 0) }
  }

  /// Puts the value of a use in a row into the scratch of the row path; false for an exception.
  func copy(use: Int, row: Int, to scratch: inout RowScratch) -> Bool {
    switch uses[use].kind {
    case .number:
      let mark = numbers[use].marks[row]
      if mark == NumberColumn.exception { return false }
      let decimal = Decimal(mantissa: Int128(numbers[use].mantissas[row]), scale: Int(mark))
      scratch.values[use] = mark == NumberColumn.null ? .null : .number(.decimal(decimal))
    case .text:
      let column = texts[use]
      scratch.values[use] = column.nulls[row] != 0 ? .null : .text(scratch.append(column.text(row)))
    case .boolean:
      let value = truths[use].values[row]
      if value == TruthColumn.exception { return false }
      scratch.values[use] = value == TruthColumn.unknown ? .null : .boolean(value == TruthColumn.yes)
    }
    return true
  }

  /// Keeps the rows at these places, of the uses named.
  func keep(_ rows: UnsafePointer<UInt32>, count kept: Int, uses kinds: [Int]) {
    for use in kinds {
      switch uses[use].kind {
      case .number: numbers[use].keep(rows, count: kept)
      case .text: texts[use].keep(rows, count: kept)
      case .boolean: truths[use].keep(rows, count: kept)
      }
    }
    count = kept
  }
}
