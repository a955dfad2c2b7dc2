// modules: CSV
// Fuzz target: the vector scanner, the libcsv scanner and both kinds of field tape against the scalar scanner, in pieces of
// any facts. The first bytes choose the question, the others are the piece.

@testable import CSV

/// One record of any scanner, as a value.
private struct Outcome: Equatable {
  var start: Int
  var end: Int
  var line: Int
  var defect: RecordIndex.Defect?
  var fields: [[UInt8]]
}

private func bytes(_ span: Span<UInt8>) -> [UInt8] { span.indices.map { span[$0] } }

private func outcome(_ record: RecordIndex.Record, _ index: RecordIndex, _ piece: Span<UInt8>) -> Outcome {
  let fields = index.fields[record.firstField..<record.firstField + record.fieldCount]
  return Outcome(
    start: record.start, end: record.end, line: record.line, defect: record.defect,
    fields: fields.map { bytes(index.text(of: $0, in: piece)) })
}

private func scan(
  _ scanner: inout some FieldScanner, _ piece: Span<UInt8>, _ facts: PieceFacts, limit: Int
) -> (records: [Outcome], position: ScanPosition, outcome: ScanOutcome) {
  var position = ScanPosition()
  var index = RecordIndex()
  var records: [Outcome] = []
  while true {
    let result = scanner.scan(piece, facts: facts, limit: limit, position: &position, into: &index)
    for record in index.records { records.append(outcome(record, index, piece)) }
    if result != .more { return (records, position, result) }
  }
}

private let kernels = ScanKernel.supported
nonisolated(unsafe) private var tapes: [String: FieldTape] = [:]
nonisolated(unsafe) private var cuts = [[FieldSlice]](
  repeating: [FieldSlice](repeating: FieldSlice(start: 0, count: 0), count: FieldTape.batchLimit), count: 8)

/// A tape of this kind, the same again and again, as a parser keeps its own.
private func tape(_ kind: ScannerKind, _ columns: Int, _ dialect: Dialect, _ kernel: ScanKernel) -> FieldTape {
  let key = "\(kind) \(columns) \(dialect.delimiter) \(dialect.quote ?? 0) \(kernel)"
  if let tape = tapes[key] { return tape }
  let tape = FieldTape(dialect: dialect, columnCount: columns, kind: kind, kernel: kernel)
  tapes[key] = tape
  return tape
}

/// Reads a piece as the parsers do: runs by the tape, odd records by the scalar scanner.
private func read(
  _ tape: FieldTape, _ buffer: PieceBuffer, _ columns: Int, _ dialect: Dialect, _ facts: PieceFacts
) -> (records: [Outcome], position: ScanPosition, outcome: ScanOutcome) {
  var scalar = ScalarScanner(dialect: dialect)
  var position = ScanPosition()
  var index = RecordIndex()
  var records: [Outcome] = []
  tape.beginPiece()
  while true {
    let stop = tape.advance(buffer, from: position.offset, facts: facts)
    precondition(stop != .more || tape.recordCount > 0, "no progress")
    for column in 0..<columns { tape.cut(column: column, of: buffer, into: &cuts[column]) }
    for record in 0..<tape.recordCount {
      records.append(
        Outcome(
          start: tape.recordStart(record), end: tape.recordStart(record + 1),
          line: position.line + tape.lines(before: record), defect: nil,
          fields: cuts[..<columns].map { bytes(buffer.text($0[record])) }))
    }
    position.line += tape.lines(before: tape.recordCount)
    position.offset = tape.end
    if stop == .pieceEnd { return (records, position, .done) }
    if stop == .more { continue }
    let result = scalar.scan(buffer.bytes, facts: facts, limit: 1, position: &position, into: &index)
    for record in index.records { records.append(outcome(record, index, buffer.bytes)) }
    if result != .more { return (records, position, result) }
  }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzScanners(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
  guard size >= 2 else { return 0 }
  let (first, second) = (data[0], data[1])
  let buffer = PieceBuffer()
  buffer.load(Span(_unsafeStart: data + 2, count: size - 2))
  let quotes: [UInt8?] = [0x22, 0x22, 0x27, nil]
  let dialect = Dialect(delimiter: first & 1 == 0 ? 0x2C : 0x3B, quote: quotes[Int(first >> 1 & 3)])
  let facts = PieceFacts(
    isLast: first & 8 != 0, endsLine: first & 16 != 0, maxRecord: first & 32 != 0 ? 16 << 20 : Int(second >> 3) + 1)
  let columns = Int(second & 7) + 1
  var scalar = ScalarScanner(dialect: dialect)
  let expected = scan(&scalar, buffer.bytes, facts, limit: 1_000)
  func compare(_ got: (records: [Outcome], position: ScanPosition, outcome: ScanOutcome), _ name: String) {
    // Blank lines are the caller's with a tape, and no figure of its run.
    precondition(got.records == expected.records, "\(name): records")
    precondition(got.position == expected.position, "\(name): position")
    precondition(got.outcome == expected.outcome, "\(name): outcome")
  }
  // One kernel at a time; the fuzz target of the kernels compares them all.
  let kernel = kernels[Int(first >> 6) % kernels.count]
  var vector = VectorScanner(dialect: dialect, kernel: kernel)
  compare(scan(&vector, buffer.bytes, facts, limit: columns), "vector scanner by \(kernel)")
  compare(read(tape(.simd, columns, dialect, kernel), buffer, columns, dialect, facts), "tape by \(kernel)")
  var library = LibCSVScanner(dialect: dialect)
  compare(scan(&library, buffer.bytes, facts, limit: columns), "libcsv")
  compare(read(tape(.libcsv, columns, dialect, kernel), buffer, columns, dialect, facts), "libcsv tape")
  return 0
}
