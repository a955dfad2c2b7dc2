// What a scanner made of a piece, as a value that can be compared and printed, and a driver that feeds pieces the way
// a reader does.

@testable import CSV

/// Everything a scan says about a piece that does not depend on the scanner.
struct ScanTrace: Equatable, CustomStringConvertible {
  struct Record: Equatable {
    var start: Int
    var end: Int
    var line: Int
    var defect: RecordIndex.Defect?
    var fields: [[UInt8]]
  }

  var records: [Record] = []
  var outcome = ScanOutcome.more
  var position = ScanPosition()

  /// The trace in the referee's notation: `start-end@line!defect:field,field` in hexadecimal, one word a record.
  var description: String {
    let words = records.map { record in
      let defect = record.defect.map { "!\($0.rawValue)" } ?? ""
      return "\(record.start)-\(record.end)@\(record.line)\(defect):\(record.fields.map(hex).joined(separator: ","))"
    }
    return (words + ["lines=\(position.line)", "blank=\(position.blankLines)"]).joined(separator: " ")
  }

  /// Scans a piece to its end in steps of `limit` records.
  init(
    _ bytes: [UInt8], by scanner: inout some FieldScanner, facts: PieceFacts, limit: Int = 1_000,
    from start: ScanPosition = .init()
  ) {
    position = start
    var index = RecordIndex()
    repeat {
      outcome = scanner.scan(bytes.span, facts: facts, limit: limit, position: &position, into: &index)
      for record in index.records {
        let fields = index.fields[record.firstField..<record.firstField + record.fieldCount].map { field in
          let text = index.text(of: field, in: bytes.span)
          return text.indices.map { text[$0] }
        }
        records.append(
          .init(start: record.start, end: record.end, line: record.line, defect: record.defect, fields: fields))
      }
    } while outcome == .more
  }

  init() {}

  /// Reads an input in pieces that end at `cuts` (ascending, within the input) and at its end. A piece ends at the next cut;
  /// one that is open is continued to the cut behind it. The trace is that of the input as one piece.
  static func inPieces(
    _ bytes: [UInt8], cuts: [Int], maxRecord: Int, makeScanner: () -> any FieldScanner
  ) -> ScanTrace {
    var whole = ScanTrace()
    var start = 0
    for end in cuts + [bytes.count] {
      let isLast = end == bytes.count
      let isWholeLine =
        end > 0 && (bytes[end - 1] == 0x0A || (bytes[end - 1] == 0x0D && !isLast && bytes[end] != 0x0A))
      // A reader does not always know.
      let endsLine = isWholeLine && end % 2 == 0
      var scanner = makeScanner()
      let part = ScanTrace(
        Array(bytes[start..<end]), by: &scanner,
        facts: .init(isLast: isLast, endsLine: endsLine, maxRecord: maxRecord), limit: 2,
        from: .init(isSkipping: whole.position.isSkipping))
      // What follows a reject whose line went on is its rest.
      if whole.position.isSkipping, !whole.records.isEmpty {
        whole.records[whole.records.count - 1].end = start + skipped(part, of: bytes[start..<end])
      }
      for var record in part.records {
        record.start += start
        record.end += start
        record.line += whole.position.line
        whole.records.append(record)
      }
      whole.position.line += part.position.line
      whole.position.blankLines += part.position.blankLines
      whole.position.isSkipping = part.position.isSkipping
      whole.outcome = part.outcome
      start += part.position.offset
      whole.position.offset = start
    }
    return whole
  }

  /// How many bytes at the start of a piece were the rest of a reject.
  private static func skipped(_ part: ScanTrace, of piece: ArraySlice<UInt8>) -> Int {
    guard let lineEnd = piece.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) else { return piece.count }
    let count = lineEnd - piece.startIndex
    if part.position.isSkipping, part.records.isEmpty, part.position.offset == count { return count }
    return count + (piece[lineEnd] == 0x0D && piece.dropFirst(count + 1).first == 0x0A ? 2 : 1)
  }
}

/// Bytes in hexadecimal.
func hex(_ bytes: [UInt8]) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
