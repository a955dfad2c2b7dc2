// From the fields of one record to the values of one row: checks what the plan says, in the order that decides which
// mistake is reported, and asks the filter.

import CSV

/// Why a record cannot be used.
package enum RowDefect: Equatable, Sendable {
  /// Another number of fields than there are columns.
  case columns(got: Int)
  /// It could not be cut into fields.
  case scan(RecordIndex.Defect)
  /// A field that must be a number is none, or one outside the doubles.
  case number(column: Int, text: [UInt8], isOutOfRange: Bool)
  /// A field is not of the type that its column must have.
  case type(column: Int, text: [UInt8], wanted: String)
  /// The arithmetic of an expression leaves the range of the doubles.
  case expression
}

/// What became of one record.
package enum RowOutcome: Equatable, Sendable {
  /// Values and texts of the row are in the scratch.
  case used
  case filtered
  case rejected(RowDefect)
}

/// Reads rows by a plan.
package struct RowReader {
  private let columnCount: Int
  private let dialect: Dialect
  private let uses: [ColumnUse]
  private let filter: SharedExpression?
  private let filterChecks: [ColumnCheck]
  private let otherChecks: [ColumnCheck]
  package var scratch: RowScratch

  package init(plan: Plan) {
    columnCount = plan.columnCount
    dialect = plan.dialect
    uses = plan.uses
    filter = plan.filter
    filterChecks = plan.filterChecks
    otherChecks = plan.otherChecks
    scratch = RowScratch(useCount: plan.uses.count)
  }

  /// Reads the values of one record into the scratch.
  package mutating func read(
    _ record: RecordIndex.Record, of index: borrowing RecordIndex, in piece: Span<UInt8>
  ) -> RowOutcome {
    guard record.fieldCount == columnCount else {
      return .rejected(.columns(got: record.fieldCount))
    }
    scratch.bytes.removeAll(keepingCapacity: true)
    if let filter {
      for check in filterChecks {
        if let defect = load(check, record, index, piece) { return .rejected(defect) }
      }
      switch filter.evaluate(&scratch) {
      case .outOfRange: return .rejected(.expression)
      case .value(.boolean(true)): break
      case .value: return .filtered
      }
    }
    for check in otherChecks {
      if let defect = load(check, record, index, piece) { return .rejected(defect) }
    }
    return .used
  }

  private mutating func load(
    _ check: ColumnCheck, _ record: RecordIndex.Record, _ index: borrowing RecordIndex, _ piece: Span<UInt8>
  ) -> RowDefect? {
    let text = index.text(of: index.fields[record.firstField + check.column], in: piece)
    if dialect.isNull(text) {
      for use in check.uses { scratch.values[use] = .null }
      return nil
    }
    if let type = check.givenType, !type.holds(text) {
      return .type(column: check.column, text: Self.bytes(text), wanted: type.rawValue)
    }
    for use in check.uses {
      switch uses[use].kind {
      case .text:
        scratch.values[use] = .text(scratch.append(text))
      case .number:
        switch NumberParser.parse(text) {
        case .number(let number): scratch.values[use] = .number(number)
        case .outOfRange: return .number(column: check.column, text: Self.bytes(text), isOutOfRange: true)
        case .notANumber: return .number(column: check.column, text: Self.bytes(text), isOutOfRange: false)
        }
      case .boolean:
        guard TypeClassifier.type(of: text) == .boolean else {
          return .type(column: check.column, text: Self.bytes(text), wanted: ColumnType.boolean.rawValue)
        }
        scratch.values[use] = .boolean(text.count == 4)
      }
    }
    return nil
  }

  private static func bytes(_ text: Span<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(copying: text.extracting(0..<min(text.count, Reject.textLimit)))
    return bytes
  }
}

extension ColumnType {
  /// Whether a text that is not null can be read as this type.
  func holds(_ text: Span<UInt8>) -> Bool {
    switch self {
    case .text: return true
    case .null: return false
    case .integer, .decimal, .float:
      guard case .number(let number) = NumberParser.parse(text) else { return false }
      if self == .float { return true }
      return !number.isBinary && (self == .decimal || number.scale == 0)
    case .date, .timestamp, .boolean:
      return TypeClassifier.type(of: text) == self
    }
  }

}
