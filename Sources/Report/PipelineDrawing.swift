// The picture of a pipeline: reader, parsers, aggregator, and what links them. `pipe explain` prints it.

/// Draws the stages of a run from left to right, with a legend of the links below.
///
/// ```
///   a.csv --> reader --[1]--+-> parser 1 -+--[2]--> aggregator --> standard output
///                           '-> parser 2 -'
///
///   [1] pieces of the input: queue of 16, shared by the parsers
///   [2] partial states: queue of 16
/// ```
package struct PipelineDrawing: Equatable, Sendable {
  /// What links two stages.
  package struct Link: Equatable, Sendable {
    /// What crosses it (`pieces of the input`).
    package var carries: String
    /// What it is and how much it holds (`queue of 16, shared by the parsers`).
    package var what: String

    package init(carries: String, what: String) {
      self.carries = carries
      self.what = what
    }
  }

  /// One place on the line, as many texts as it has rows.
  private typealias Column = [String]

  /// More parsers than this are drawn as the first two, dots, and the last.
  private static let mostDrawn = 4
  /// Longer names of inputs and outputs are cut at their start.
  private static let longestName = 28

  private let input: String
  private let output: String
  private let reader: String
  private let parsers: [String]
  private let aggregator: String
  private let links: [Link]
  private let writer: String?
  private let notes: [String]

  /// One thread that calls the stages in turn.
  package static func serial(input: String, output: String) -> PipelineDrawing {
    PipelineDrawing(
      input: input, output: output, reader: "reader", parsers: ["parser"], aggregator: "aggregator", links: [],
      writer: nil, notes: ["one thread calls the stages in turn; nothing is linked and nothing waits"])
  }

  /// Threads of one process.
  package static func threads(
    workers: Int, input: String, output: String, pieces: Link, partials: Link
  ) -> PipelineDrawing {
    PipelineDrawing(
      input: input, output: output, reader: "reader", parsers: (1...max(1, workers)).map { "parser \($0)" },
      aggregator: "aggregator", links: [pieces, partials], writer: nil,
      notes: ["every stage is a thread of one process; a full link makes its sender wait"])
  }

  /// Processes by the names that `ps` shows, and the supervisor, which passes the result on.
  package static func processes(
    workers: Int, input: String, output: String, pieces: Link, partials: Link, result: Link
  ) -> PipelineDrawing {
    PipelineDrawing(
      input: input, output: output, reader: "pipe:reader",
      parsers: (1...max(1, workers)).map { "pipe:parser/\($0)" }, aggregator: "pipe:aggregator",
      links: [pieces, partials, result], writer: "pipe",
      notes: [
        "every stage is a process; a full link makes its sender wait",
        "pipe starts them, hands out descriptors over a control socket each, and writes the result",
      ])
  }

  /// The drawing and its legend, with a line end behind every line.
  package var text: String {
    var lines = drawing
    lines.append("")
    for (index, link) in links.enumerated() { lines.append("  [\(index + 1)] \(link.carries): \(link.what)") }
    lines += notes.map { "  " + $0 }
    return lines.joined(separator: "\n") + "\n"
  }

  private var drawing: [String] {
    let rows = drawnParsers
    let trunk = (rows.count - 1) / 2
    var before = "\(Self.shortened(input)) --> \(reader) "
    before += links.isEmpty ? "--" : "--[1]--"
    var after = links.isEmpty ? "" : "--[2]"
    after += "--> \(aggregator) "
    if let writer { after += "--[3]--> \(writer) " }
    after += "--> \(Self.shortened(output))"
    if rows.count == 1 { return ["  \(before)> \(rows[0]) \(after)"] }
    let width = rows.map(\.count).max() ?? 0
    let indent = String(repeating: " ", count: ShownText(before).width)
    return rows.enumerated().map { index, name in
      let corner = index == trunk ? "+" : index == 0 ? "." : index == rows.count - 1 ? "'" : "+"
      let isDots = name == "..."
      let cell = name + String(repeating: " ", count: width - name.count)
      let middle = isDots ? "|   \(cell)  |" : "\(corner)-> \(cell) -\(corner)"
      return index == trunk ? "  \(before)\(middle)\(after)" : "  \(indent)\(middle)"
    }
  }

  private var drawnParsers: [String] {
    guard parsers.count > Self.mostDrawn else { return parsers }
    return [parsers[0], parsers[1], "...", parsers[parsers.count - 1]]
  }

  private static func shortened(_ name: String) -> String {
    let shown = ShownText(name).text
    return shown.count <= longestName ? shown : "…" + shown.suffix(longestName - 1)
  }
}
