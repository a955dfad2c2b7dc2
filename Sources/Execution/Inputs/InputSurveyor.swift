// What the reader must know before the first piece: the dialect, the header, the columns and the types that the sample
// suggests. Sniffing looks at a constant number of bytes, so that nothing depends on chunk size or mode.

import CSV
import Query

/// What precedes the first record of an input.
package struct Preamble: Equatable, Sendable {
  /// Bytes of byte order mark, blank lines and header.
  package var length: Int
  /// Line ends within them.
  package var lines: Int
}

/// Looks at the beginning of inputs.
package struct InputSurveyor {
  /// Bytes of the first input that types are inferred from.
  package static let sampleSize = 1 << 20

  private let question: Question

  package init(question: Question) { self.question = question }

  /// Surveys the first input.
  package func survey(_ source: inout any ByteSource, name: String) throws(RunFailure) -> (Survey, Preamble) {
    // One byte more tells whether the sample is the whole input, for streams as for files.
    var sample = try source.read(from: 0, count: Self.sampleSize + 1)
    let isWhole = sample.count <= Self.sampleSize
    if !isWhole { sample.removeLast() }
    try refuseForeign(sample.span, name: name)
    let mark = ByteOrderMark.length(of: sample.span)
    var dialect = Dialect(
      hasHeader: question.dialect.hasHeader, nullTexts: question.dialect.nullTexts.map { Array($0.utf8) })
    if let quote = question.dialect.quote { dialect.quote = quote }
    var evidence: String?
    if let delimiter = question.dialect.delimiter {
      dialect.delimiter = delimiter
    } else {
      let sniffing = DelimiterSniffer.sniff(
        sample.span.extracting(mark..<sample.count), isWhole: isWhole, quote: dialect.quote)
      guard sniffing.isSure else {
        throw RunFailure(.unsureDelimiter(sniffing), file: name)
      }
      dialect.delimiter = sniffing.delimiter
      evidence = sniffing.statement
    }
    let names = question.dialect.columns
    // Without a header and with names for the columns the first record is a record like any other, reject or not.
    let first = try firstRecord(&source, dialect: dialect, name: name, needsFields: dialect.hasHeader || names == nil)
    var columns = first.fields
    if !dialect.hasHeader { columns = (1...max(1, columns.count)).map { Array("c\($0)".utf8) } }
    if let names {
      guard names.count == columns.count || !dialect.hasHeader else {
        throw RunFailure(
          .usage, "--columns names \(names.count) columns, \(name) has \(columns.count)",
          remedy: "name every column once")
      }
      columns = names.map { Array($0.utf8) }
    }
    let preamble =
      dialect.hasHeader ? Preamble(length: first.end, lines: first.lines) : Preamble(length: mark, lines: 0)
    let types = sampleTypes(
      sample, from: preamble.length, isWhole: isWhole, dialect: dialect, columnCount: columns.count)
    let header = dialect.hasHeader ? first.raw : []
    let looksLikeData =
      dialect.hasHeader
      && first.fields.allSatisfy {
        !$0.isEmpty && TypeClassifier.type(of: $0.span) != .text
      }
    let survey = Survey(
      dialect: dialect, columns: columns, sampledTypes: types.types, sampledRecords: types.records, header: header,
      delimiterEvidence: evidence, headerLooksLikeData: looksLikeData)
    return (survey, preamble)
  }

  /// Checks that a later input has the same header as the first.
  package func preamble(
    of source: inout any ByteSource, name: String, survey: Survey, firstName: String
  ) throws(RunFailure) -> Preamble {
    let start = try source.read(from: 0, count: 4096)
    try refuseForeign(start.span, name: name)
    let mark = ByteOrderMark.length(of: start.span)
    let hasHeader = survey.dialect.hasHeader
    let first = try firstRecord(&source, dialect: survey.dialect, name: name, needsFields: hasHeader)
    guard hasHeader else { return Preamble(length: mark, lines: 0) }
    let expected = try Self.headerFields(survey)
    guard first.fields == expected else {
      let count = min(first.fields.count, expected.count)
      let column = (0..<count).first { first.fields[$0] != expected[$0] } ?? count
      throw RunFailure(
        .differentHeader(
          column: column + 1, got: column < first.fields.count ? first.fields[column] : nil,
          want: column < expected.count ? expected[column] : nil, first: firstName), file: name)
    }
    return Preamble(length: first.end, lines: first.lines)
  }

  private static func headerFields(_ survey: Survey) throws(RunFailure) -> [[UInt8]] {
    var scanner = ScalarScanner(dialect: survey.dialect)
    var index = RecordIndex()
    var position = ScanPosition()
    let facts = PieceFacts(isLast: true, endsLine: true, maxRecord: max(1, survey.header.count))
    _ = scanner.scan(survey.header.span, facts: facts, limit: 1, position: &position, into: &index)
    return index.fields.map { copy(index.text(of: $0, in: survey.header.span)) }
  }

  private func refuseForeign(_ bytes: Span<UInt8>, name: String) throws(RunFailure) {
    if bytes.isEmpty { throw RunFailure(.empty, file: name) }
    if let foreign = ForeignContent.recognise(bytes) { throw RunFailure(.foreign(foreign), file: name) }
  }

  private struct FirstRecord {
    var fields: [[UInt8]]
    var raw: [UInt8]
    var end: Int
    var lines: Int
  }

  private func firstRecord(
    _ source: inout any ByteSource, dialect: Dialect, name: String, needsFields: Bool
  ) throws(RunFailure) -> FirstRecord {
    var wanted = 1 << 16
    while true {
      let bytes = try source.read(from: 0, count: wanted)
      let mark = ByteOrderMark.length(of: bytes.span)
      let isLast = source.size.map { bytes.count >= $0 } ?? false
      var scanner = ScalarScanner(dialect: dialect)
      var index = RecordIndex()
      var position = ScanPosition(offset: mark)
      let facts = PieceFacts(isLast: isLast, endsLine: false, maxRecord: question.maxRecord)
      let outcome = scanner.scan(bytes.span, facts: facts, limit: 1, position: &position, into: &index)
      if let record = index.records.first {
        if needsFields, let defect = record.defect {
          let place = Reject.Place(
            input: 0, record: 0, line: record.line + 1, byte: record.start, length: record.end - record.start)
          let text = Array(bytes[record.start..<min(record.end, record.start + Reject.textLimit)])
          let reject = Reject.defect(defect, maxRecord: question.maxRecord, text: text, at: place)
          throw RunFailure(.brokenHeader(reject), file: name)
        }
        let fields = index.fields[record.firstField..<record.firstField + record.fieldCount]
          .map { copy(index.text(of: $0, in: bytes.span)) }
        return FirstRecord(
          fields: fields, raw: Array(bytes[record.start..<record.end]), end: record.end, lines: position.line)
      }
      if outcome == .done, isLast {
        throw RunFailure(.empty, file: name)
      }
      if index.records.isEmpty, outcome == .done, bytes.count > question.maxRecord {
        throw RunFailure(
          .data, "\(name): there is nothing but blank lines in the first \(bytes.count) bytes",
          remedy: "check what should have written it")
      }
      // An open record, or blank lines only so far: look at more.
      wanted *= 2
    }
  }

  private func sampleTypes(
    _ sample: [UInt8], from start: Int, isWhole: Bool, dialect: Dialect, columnCount: Int
  ) -> (types: [ColumnType], records: Int) {
    var types = Array(repeating: ColumnType.null, count: columnCount)
    var records = 0
    guard start < sample.count else { return (types, 0) }
    // Where something else than the vector scanner was asked for, the plain truth stays free of it.
    var scanner: any FieldScanner =
      question.scanner == .simd ? VectorScanner(dialect: dialect) : ScalarScanner(dialect: dialect)
    var index = RecordIndex()
    var position = ScanPosition(offset: start)
    let facts = PieceFacts(isLast: isWhole, endsLine: false, maxRecord: question.maxRecord)
    while true {
      let outcome = scanner.scan(sample.span, facts: facts, limit: 1024, position: &position, into: &index)
      let firstFields = index.records.filter { $0.defect == nil && $0.fieldCount == columnCount }.map(\.firstField)
      records += firstFields.count
      // Column by column: most text columns are known to be text after one value.
      for column in 0..<columnCount {
        var type = types[column]
        for first in firstFields {
          if type == .text { break }
          let text = index.text(of: index.fields[first + column], in: sample.span)
          if !dialect.isNull(text) { type = type.joined(with: TypeClassifier.type(of: text)) }
        }
        types[column] = type
      }
      if outcome != .more { return (types, records) }
    }
  }
}

extension RunFailure {
  /// A failure of an input as a whole.
  fileprivate init(_ error: InputError, file: String) {
    self.init(.data, error.message(file: file), remedy: error.remedy(file: file))
  }
}
