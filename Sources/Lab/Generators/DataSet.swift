// The registry of generated tables: the names that `pipe generate` takes and what makes each.

/// A table that can be generated.
package enum DataSet: String, CaseIterable, Sendable {
  case measurements, groups, orders

  /// What makes it.
  package func makeGenerator() -> any Generator {
    switch self {
    case .measurements: MeasurementsGenerator()
    case .groups: GroupsGenerator()
    case .orders: OrdersGenerator()
    }
  }

  /// One line for the help. Constant texts: every start of the program asks for them, whatever it was called for, and to
  /// count the stations means to read their table.
  package var summary: String {
    switch self {
    case .measurements: "station;temperature, 413 cities, about 14 bytes a row"
    case .groups: "nine columns, ids of 100 and 100,000 distinct values, about 51 bytes a row"
    case .orders: "22 columns, dates, decimals, nulls, quoted text with line breaks, about 225 bytes a row"
    }
  }
}
