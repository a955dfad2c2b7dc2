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

    /// The outputs that are kept for a later run.
    var kept: [OutputBlock.Stream: OutputFile] {
      let files: [OutputBlock.Stream: OutputFile?] = [.result: result, .rejects: rejects, .reasons: reasons]
      return files.compactMapValues { $0 }.filter { $0.value.keptPath != nil }
    }
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
  private let keptPaths: [String]

  /// Prepares all outputs, so that what cannot be written is known before anything is read.
  init(
    output: String?, rejects: String?, terminalWidth: Int?, checkpoint: RunCheckpoint? = nil
  ) throws(RunFailure) {
    self.terminalWidth = terminalWidth
    var result = OutputFile.standard
    let part = checkpoint.map { OutputFile.Survival.part(label: $0.label) } ?? .none
    // What is written at the end only is made anew by the run that goes on.
    let whole = checkpoint.map { $0.streamsRows ? part : .whole } ?? .none
    if let output, output != "-" { result = try OutputFile(creating: output, survival: whole) }
    var state = State(result: result)
    do throws(RunFailure) {
      if let rejects {
        state.rejects = try OutputFile(creating: rejects, survival: part)
        state.reasons = try OutputFile(creating: rejects + ".reasons.csv", survival: part)
      }
    } catch {
      if checkpoint?.isResumed != true {
        state.result.discard()
        state.rejects?.discard()
      }
      throw error
    }
    let files = [state.result, state.rejects, state.reasons]
    hiddenPaths = files.compactMap { $0?.hiddenPath }
    keptPaths = files.compactMap { $0?.keptPath }
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
        state.rejects?.leave()
        state.reasons?.leave()
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

  /// How long the outputs are that are kept for a later run.
  var keptLengths: OutputCounts {
    state.withLock { state in
      var lengths = OutputCounts()
      for (stream, file) in state.kept { lengths[stream] = file.length }
      return lengths
    }
  }

  /// Descriptors of these outputs.
  func keptDescriptors() throws(RunFailure) -> [OutputBlock.Stream: Descriptor] {
    var descriptors: [OutputBlock.Stream: Descriptor] = [:]
    for (stream, file) in state.withLock({ $0.kept }) {
      let copy = fcntl(file.descriptor, F_DUPFD_CLOEXEC, 3)
      guard copy >= 0 else { throw RunFailure(.system, "\(file.path): \(String(cString: strerror(errno)))") }
      descriptors[stream] = Descriptor(owning: copy)
    }
    return descriptors
  }

  /// Goes on with these outputs behind so many bytes of each.
  func goOn(at delivered: OutputCounts) throws(RunFailure) {
    for (stream, file) in state.withLock({ $0.kept }) { try file.goOn(at: delivered[stream]) }
  }

  /// Removes what has a name already, on the way out by a signal or a failure. The lock is not waited for: a thread may
  /// hold it while it waits for a slow reader of the output.
  ///
  /// - Parameter withKept: whether what is kept for a later run goes, too.
  func abandon(withKept: Bool = false) {
    for path in hiddenPaths + (withKept ? keptPaths : []) { unlink(path) }
  }
}
