// The question as asked: names and texts, nothing resolved. The command line and pipeline files both make one of these;
// only `Plan` knows columns and types.

import CSV

/// What to do with records that cannot be used.
package enum ErrorPolicy: String, CaseIterable, Sendable {
  case fail, skip, quarantine
}

/// How many rejects a run bears before it fails.
package enum ErrorBound: Equatable, Sendable {
  /// The run fails at the reject after this many, in file order.
  case count(Int)
  /// The run fails at its end when more than this share of the records, in percent, were rejected. Hundredths of a percent are kept.
  case percent(hundredths: Int)
}

/// The layouts that a result can be written in.
package enum OutputFormat: String, CaseIterable, Sendable {
  case table, csv, tsv, json, ndjson, markdown

  /// Whether the whole result is laid out at once, with widths, by the process that owns the output.
  package var isLaidOut: Bool { self == .table || self == .markdown }
}

/// The dialect as far as the user gave it; nil is found out by looking.
package struct DialectOptions: Equatable, Sendable {
  package var delimiter: UInt8?
  /// Quote byte; `.some(nil)` switches quoting off.
  package var quote: UInt8??
  package var hasHeader = true
  /// Names for the columns: they replace the header's, or stand in for a missing one.
  package var columns: [String]?
  package var nullTexts: [String] = []

  package init() {}
}

/// A question about CSV input, as asked.
package struct Question: Equatable, Sendable {
  package var dialect = DialectOptions()
  /// Types the user gave, by column name.
  package var types: [String: ColumnType] = [:]
  /// Names of the columns to group by; empty for none.
  package var groupBy: [String] = []
  /// Aggregates, each as written (`mean(dep_delay) as delay`); empty for none.
  package var aggregates: [String] = []
  package var filter: String?
  /// Derived columns, each as written (`speed = distance / air_time`).
  package var derived: [String] = []
  /// Columns to pass through or, with aggregates, of the result to keep; nil for all.
  package var select: [String]?
  /// Sort keys, each as written (`delay desc`).
  package var sort: [String] = []
  package var limit: Int?
  package var format = OutputFormat.csv
  package var scanner = ScannerKind.simd
  /// Longest record in bytes without its line end.
  package var maxRecord = 16 << 20
  /// Bytes between the edges of the chunk grid.
  package var chunkSize = 1 << 20
  package var errorPolicy = ErrorPolicy.fail
  package var maxErrors: ErrorBound?

  package init() {}

  /// Whether rows of the input pass through: there is neither a group nor a profile in the answer.
  package var asksForRows: Bool {
    groupBy.isEmpty && aggregates.isEmpty
      && (filter != nil || !derived.isEmpty || select != nil || !sort.isEmpty || limit != nil)
  }

  /// Whether rows are written as they come, before the end of the run.
  package var streamsRows: Bool { asksForRows && sort.isEmpty }
}
