// The lattice of column types: null < integer < decimal < float < text, with date, timestamp and boolean beside the
// numbers. A column's type is fixed before its first chunk is parsed.

/// The type of a column, or of one value.
package enum ColumnType: String, CaseIterable, Sendable {
  case null, integer, decimal, float, text, date, timestamp, boolean

  package var isNumeric: Bool { self == .integer || self == .decimal || self == .float }

  /// The least type that holds the values of both.
  package func joined(with other: ColumnType) -> ColumnType {
    if self == other { return self }
    if self == .null { return other }
    if other == .null { return self }
    guard isNumeric, other.isNumeric else { return .text }
    if self == .float || other == .float { return .float }
    return .decimal
  }

  /// The number that stands for the type in the binary form.
  package var code: UInt8 { UInt8(ColumnType.allCases.firstIndex(of: self) ?? 0) }

  package init?(code: UInt8) {
    guard Int(code) < ColumnType.allCases.count else { return nil }
    self = ColumnType.allCases[Int(code)]
  }
}
