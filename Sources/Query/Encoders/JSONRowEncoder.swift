// Rows as JSON objects, either as one array or one object a line.

/// JSON objects, one a line, keyed by column name. A name that occurs again gets `_2`, `_3` and so on, passing over
/// names that other columns have; numbers and booleans are written bare, null as `null`.
package struct JSONRowEncoder: RowEncoder {
  /// What surrounds the objects.
  package enum Layout: Sendable {
    /// One array: the format `json`.
    case array
    /// Nothing: the format `ndjson`.
    case lines
  }

  private let layout: Layout
  /// What stands before the value of each column: `{"a":` for the first, `,"b":` for the others.
  private let leads: [[UInt8]]

  package init(columns: [ResultColumn], layout: Layout) {
    self.layout = layout
    var leads: [[UInt8]] = []
    for name in Self.uniqueNames(columns.map(\.name)) {
      var lead = Array((leads.isEmpty ? "{" : ",").utf8)
      JSONText.appendString(name.span, into: &lead)
      lead.append(UInt8(ascii: ":"))
      leads.append(lead)
    }
    self.leads = leads
  }

  package func prologue() -> [UInt8] { layout == .array ? Array("[\n".utf8) : [] }

  package var separator: [UInt8] { layout == .array ? Array(",\n".utf8) : [] }

  package func beginRow(into output: inout [UInt8]) {}

  package func append(_ kind: Cell.Kind, _ bytes: Span<UInt8>, column: Int, into output: inout [UInt8]) {
    output.append(contentsOf: leads[column])
    switch kind {
    case .null: output.append(contentsOf: "null".utf8)
    case .number: JSONText.appendNumber(bytes, into: &output)
    // Input may spell them in any case, JSON knows one.
    case .boolean: output.append(contentsOf: (bytes.count == 4 ? "true" : "false").utf8)
    case .text: JSONText.appendString(bytes, into: &output)
    }
  }

  package func endRow(into output: inout [UInt8]) {
    output.append(UInt8(ascii: "}"))
    if layout == .lines { output.append(UInt8(ascii: "\n")) }
  }

  package func epilogue(isEmpty: Bool) -> [UInt8] {
    guard layout == .array else { return [] }
    return Array((isEmpty ? "]\n" : "\n]\n").utf8)
  }

  private static func uniqueNames(_ names: [[UInt8]]) -> [[UInt8]] {
    var taken = Set(names)
    var seen: Set<[UInt8]> = []
    return names.map { name in
      guard !seen.insert(name).inserted else { return name }
      var number = 2
      var candidate = name + Array("_2".utf8)
      while !taken.insert(candidate).inserted {
        number += 1
        candidate = name + Array("_\(number)".utf8)
      }
      return candidate
    }
  }
}
