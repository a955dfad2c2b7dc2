// libcsv behind a field tape: it cuts the texts of a whole run of records in one call, a text after the other with one
// byte between them, so that columns are cut out of them as out of plain records.
//
// Why the pointers hold: the parser and `run` live as long as the object, whose one method is the only one that uses them;
// `ends` has room for `capacity` entries and one before them, and a callback that would write more says so instead. The
// callbacks run only during `csv_parse` and `csv_fini`, within the closure that lends the arena. The text that a callback
// gets is the start of libcsv's buffer, which has at least `LibCSVParser.bufferStep` bytes, so that 32 can be read there;
// behind the arena there is a margin for what is written beyond a text.

import CLibCSV

/// Texts of the fields of a run of records, cut by libcsv.
final class LibCSVTexts {
  /// What the callbacks write.
  private struct Run {
    var base: UnsafeMutablePointer<UInt8>?
    /// Offsets from `base`: of the next text, and of where there is no more room.
    var next = 0
    var stop = 0
    let ends: UnsafeMutablePointer<UInt32>
    let capacity: Int
    var fieldCount = 0
    var width = 0
    /// Records, all of the right width.
    var recordCount = 0
    var hasFailed = false
  }

  private let parser = UnsafeMutablePointer<csv_parser>.allocate(capacity: 1)
  private let run = UnsafeMutablePointer<Run>.allocate(capacity: 1)
  private let block: UnsafeMutablePointer<UInt32>

  /// For each field the offset behind its text; one byte later the next begins.
  var ends: UnsafeMutablePointer<UInt32> { block + 1 }

  /// - Parameter capacity: the most fields of a run.
  /// - Returns: nil where libcsv cannot express the dialect.
  init?(dialect: Dialect, capacity: Int) {
    block = .allocate(capacity: capacity + 1)
    block[0] = 0
    parser.initialize(to: csv_parser())
    run.initialize(to: Run(ends: block + 1, capacity: capacity))
    guard LibCSVParser.setUp(parser, dialect) else { return nil }
  }

  deinit {
    // On a parser that was never set up this finds no buffer to free.
    csv_free(parser)
    parser.deallocate()
    run.deallocate()
    block.deallocate()
  }

  /// Cuts the records in a part of the piece and writes their texts to the arena of the buffer.
  ///
  /// - Parameters:
  ///   - range: the bytes of whole records; the last may lack its line end.
  ///   - width: fields of a record.
  ///   - records: how many there should be.
  /// - Returns: how many libcsv found, up to the first that is not as it should be.
  func fill(_ buffer: PieceBuffer, _ range: Range<Int>, _ width: Int, _ records: Int) -> Int {
    buffer.fillArena { base, room in
      let start = buffer.arenaStart
      block[0] = UInt32(start - 1)
      run.pointee.base = base
      run.pointee.next = start
      // The last text has no byte behind it.
      run.pointee.stop = start + room + 1
      run.pointee.fieldCount = 0
      run.pointee.width = width
      run.pointee.recordCount = 0
      run.pointee.hasFailed = false
      let parsed = csv_parse(parser, base + range.lowerBound, range.count, Self.takeField, Self.takeRecordEnd, run)
      if parsed == range.count, run.pointee.recordCount == records - 1, !run.pointee.hasFailed {
        csv_fini(parser, Self.takeField, Self.takeRecordEnd, run)
      }
      if run.pointee.hasFailed || run.pointee.recordCount != records { LibCSVParser.reset(parser) }
      return max(0, run.pointee.next - start - 1)
    }
    return min(run.pointee.recordCount, records)
  }

  private static let takeField: @convention(c) (UnsafeMutableRawPointer?, Int, UnsafeMutableRawPointer?) -> Void = {
    text, count, data in
    guard let run = data?.assumingMemoryBound(to: Run.self), let base = run.pointee.base else { return }
    let start = run.pointee.next
    let field = run.pointee.fieldCount
    guard start + count < run.pointee.stop, field < run.pointee.capacity, !run.pointee.hasFailed else {
      run.pointee.hasFailed = true
      return
    }
    if let text {
      // Most texts are short, and a copy of fixed size needs no call.
      let target = UnsafeMutableRawPointer(base + start)
      if count <= 32 {
        target.copyMemory(from: text, byteCount: 32)
      } else {
        target.copyMemory(from: text, byteCount: count)
      }
    }
    run.pointee.ends[field] = UInt32(truncatingIfNeeded: start + count)
    run.pointee.fieldCount = field + 1
    run.pointee.next = start + count + 1
  }

  private static let takeRecordEnd: @convention(c) (Int32, UnsafeMutableRawPointer?) -> Void = { _, data in
    guard let run = data?.assumingMemoryBound(to: Run.self) else { return }
    if run.pointee.hasFailed { return }
    if run.pointee.fieldCount == (run.pointee.recordCount + 1) * run.pointee.width {
      run.pointee.recordCount += 1
    } else {
      run.pointee.hasFailed = true
    }
  }
}
