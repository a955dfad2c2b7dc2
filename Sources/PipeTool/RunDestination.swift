// Where the blocks of a run go: standard output or files, laid out as a table where the format asks for it.

import CSV
import Execution
import Glibc
import Query
import Report
import Transport

/// The outputs of one run.
final class RunDestination: OutputSink {
  /// Rows of a table that are laid out together; a longer table comes in parts, so that memory stays bounded.
  private static let rowsAtATime = 10_000

  private struct State: Sendable {
    var result: OutputFile
    var rejects: OutputFile?
    var reasons: OutputFile?
    var layout: Layout?
    var isClosed = false
  }

  private struct Layout: Sendable {
    var format: OutputFormat
    var columns: [TableColumn]
    var decoder: CellStreamDecoder
    var maxWidth: Int?
    var rows: [[[UInt8]]] = []
    var hasWritten = false

    mutating func take() -> [UInt8] {
      defer { rows = [] }
      let part = hasWritten ? "\n" : ""
      hasWritten = true
      let text =
        format == .markdown
        ? MarkdownTable(columns: columns).text(rows: rows)
        : TableLayout(columns: columns, maxWidth: maxWidth).text(rows: rows)
      return Array((part + text).utf8)
    }
  }

  private let state: Monitor<State>
  private let terminalWidth: Int?
  /// Files that have a name already, which nobody is to find when the run fails.
  let hiddenPaths: [String]

  /// Prepares all outputs, so that what cannot be written is known before anything is read.
  init(output: String?, rejects: String?, terminalWidth: Int?) throws(RunFailure) {
    self.terminalWidth = terminalWidth
    var result = OutputFile.standard
    if let output, output != "-" { result = try OutputFile(creating: output) }
    var state = State(result: result)
    do throws(RunFailure) {
      if let rejects {
        state.rejects = try OutputFile(creating: rejects)
        state.reasons = try OutputFile(creating: rejects + ".reasons.csv")
      }
    } catch {
      state.result.discard()
      state.rejects?.discard()
      throw error
    }
    hiddenPaths = [state.result, state.rejects, state.reasons].compactMap { $0?.hiddenPath }
    self.state = Monitor(state)
  }

  func begin(_ plan: Plan) throws(OutputError) {
    guard plan.question.format.isLaidOut else { return }
    let columns = plan.resultColumns.map { TableColumn(title: $0.name, isNumeric: $0.isNumeric) }
    let layout = Layout(
      format: plan.question.format, columns: columns, decoder: CellStreamDecoder(columnCount: columns.count),
      maxWidth: plan.question.format == .table ? terminalWidth : nil)
    state.withLock { $0.layout = layout }
  }

  func write(_ block: OutputBlock) throws(OutputError) {
    try state.withLock { (state) throws(OutputError) in
      switch block.stream {
      case .rejects: try state.rejects?.write(block.bytes)
      case .reasons: try state.reasons?.write(block.bytes)
      case .result:
        if state.isClosed { throw .closed }
        do throws(OutputError) {
          try Self.writeResult(block.bytes, &state)
        } catch {
          if case .closed = error { state.isClosed = true }
          throw error
        }
      }
    }
  }

  private static func writeResult(_ bytes: [UInt8], _ state: inout State) throws(OutputError) {
    guard state.layout != nil else {
      try state.result.write(bytes)
      return
    }
    do throws(ByteCodingError) {
      for row in try state.layout?.decoder.rows(in: bytes) ?? [] { state.layout?.rows.append(row.map(\.bytes)) }
    } catch {
      throw .failure(RunFailure(.books, "the rows of the result are damaged: \(error.message)"))
    }
    if let count = state.layout?.rows.count, count >= rowsAtATime, let text = state.layout?.take() {
      try state.result.write(text)
    }
  }

  /// Ends the outputs of a complete run; what was held back for layout is written, and files get their names.
  func publish() throws(RunFailure) {
    try state.withLock { (state) throws(RunFailure) in
      if var layout = state.layout, !state.isClosed, !layout.rows.isEmpty || !layout.hasWritten {
        state.layout = nil
        do throws(OutputError) {
          try state.result.write(layout.take())
        } catch {
          if case .failure(let failure) = error { throw failure }
          state.isClosed = true
        }
      }
      do throws(RunFailure) {
        try state.result.publish()
      } catch {
        state.rejects?.discard()
        state.reasons?.discard()
        throw error
      }
      try state.rejects?.publish()
      try state.reasons?.publish()
    }
  }

  /// Ends the outputs of a run that found too many rejects: they are what the user needs now, the result is not.
  func publishRejects() throws(RunFailure) {
    try state.withLock { (state) throws(RunFailure) in
      state.result.discard()
      try state.rejects?.publish()
      try state.reasons?.publish()
    }
  }

  /// Ends the outputs of a run that failed; no file appears.
  func discard() {
    state.withLock { state in
      state.result.discard()
      state.rejects?.discard()
      state.reasons?.discard()
    }
  }

  /// Removes what has a name already, on the way out by a signal or a failure. The lock is not waited for: a thread may
  /// hold it while it waits for a slow reader of the output.
  func abandon() {
    for path in hiddenPaths { unlink(path) }
  }
}
