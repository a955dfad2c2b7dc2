// Rejects in file order: counts them, gives them their places in the whole input, and writes the two files of
// `--on-error quarantine`.

import CSV
import Query

/// What has been rejected so far.
package struct RejectLog {
  private let keeps: Bool
  private let names: [String]
  private let encoder: CSVRowEncoder
  private var headerIsPending: Bool
  private let header: [UInt8]
  private var endsLine: Bool
  /// The last reject, while it is not known whether it goes on in the next piece.
  private var open: Reject?
  /// Records and lines before the committed boundary, in its input.
  private var input = 0
  private var records = 0
  private var lines = 0
  /// The first reject of the run, and the last.
  package private(set) var first: Reject?
  package private(set) var last: Reject?

  /// Columns of the file of reasons.
  package static let reasonColumns = ["file", "record", "line", "byte", "length", "column", "reason", "text"]

  package init(plan: Plan, names: [String]) {
    keeps = plan.question.errorPolicy == .quarantine
    self.names = names
    let header = plan.survey.header
    self.header = header
    endsLine = header.isEmpty || LineEnding.length(atEndOf: header.span) > 0
    headerIsPending = keeps
    encoder = CSVRowEncoder(columns: Self.reasonColumns.map { ResultColumn(name: Array($0.utf8), isNumeric: false) })
  }

  /// Takes the rejects of the next piece in input order; gives what is to be written.
  package mutating func commit(_ result: PieceResult) -> [OutputBlock] {
    if result.start.input != input {
      input = result.start.input
      records = 0
      lines = 0
    }
    var raw: [UInt8] = []
    var reasons: [UInt8] = []
    if result.continuationLength > 0, open != nil {
      open?.length += result.continuationLength
      let content = result.continuation.dropLast(LineEnding.length(atEndOf: result.continuation.span))
      let room = Reject.textLimit - (open?.text.count ?? 0)
      open?.text.append(contentsOf: content.prefix(room))
      append(result.continuation, to: &raw)
    }
    if !(result.endsSkipping && result.rejects.isEmpty && result.start.isSkipping) { closeOpen(into: &reasons) }
    for entry in result.rejects {
      closeOpen(into: &reasons)
      var reject = entry.reject
      reject.record += records
      reject.line += lines
      if first == nil { first = reject }
      last = reject
      if keeps {
        if !endsLine { raw.append(UInt8(ascii: "\n")) }
        append(entry.raw, to: &raw)
        open = reject
      }
    }
    if !result.endsSkipping { closeOpen(into: &reasons) }
    records += result.tally.records
    lines += result.tally.lines
    return blocks(raw, reasons)
  }

  /// What is still to be written at the end of the run.
  package mutating func finish() -> [OutputBlock] {
    var reasons: [UInt8] = []
    closeOpen(into: &reasons)
    return blocks([], reasons)
  }

  private mutating func blocks(_ raw: [UInt8], _ reasons: [UInt8]) -> [OutputBlock] {
    guard keeps else { return [] }
    var blocks: [OutputBlock] = []
    if headerIsPending {
      headerIsPending = false
      blocks.append(OutputBlock(.rejects, header))
      blocks.append(OutputBlock(.reasons, encoder.prologue()))
    }
    if !raw.isEmpty { blocks.append(OutputBlock(.rejects, raw)) }
    if !reasons.isEmpty { blocks.append(OutputBlock(.reasons, reasons)) }
    return blocks
  }

  private mutating func append(_ bytes: [UInt8], to raw: inout [UInt8]) {
    guard let lastByte = bytes.last else { return }
    raw.append(contentsOf: bytes)
    endsLine = lastByte == UInt8(ascii: "\n") || lastByte == UInt8(ascii: "\r")
  }

  private mutating func closeOpen(into reasons: inout [UInt8]) {
    guard let reject = open else { return }
    open = nil
    let column = reject.column.map { Cell(kind: .text, bytes: $0) } ?? .null
    encoder.append(
      row: [
        .text(names[reject.input]), .number(String(reject.record)), .number(String(reject.line)),
        .number(String(reject.byte)), .number(String(reject.length)), column, .text(reject.label),
        Cell(kind: .text, bytes: reject.text),
      ], into: &reasons)
  }
}

extension RejectLog {
  func encode(into writer: inout ByteWriter) {
    writer.write(headerIsPending)
    writer.write(endsLine)
    for reject in [open, first, last] { writer.write(reject) { $1.encode(into: &$0) } }
    for number in [input, records, lines] { writer.write(number) }
  }

  /// Takes over the state of a log of the same run.
  mutating func restore(from reader: inout ByteReader) throws(ByteCodingError) {
    headerIsPending = try reader.readBool()
    endsLine = try reader.readBool()
    open = try reader.readOptional { (reader) throws(ByteCodingError) in try Reject(from: &reader) }
    first = try reader.readOptional { (reader) throws(ByteCodingError) in try Reject(from: &reader) }
    last = try reader.readOptional { (reader) throws(ByteCodingError) in try Reject(from: &reader) }
    input = try reader.readInt()
    records = try reader.readInt()
    lines = try reader.readInt()
    guard [first, last].allSatisfy({ $0.map { names.indices.contains($0.input) } ?? true }) else {
      throw ByteCodingError("a reject of no input")
    }
  }
}
