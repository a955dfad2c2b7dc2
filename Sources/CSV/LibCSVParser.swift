// One libcsv parser, tamed: strict, no stripping of blanks, its memory freed with it.
//
// Why they hold: both allocations live as long as the parser object, whose methods are the only ones that use them, and
// which nobody frees while one of its methods runs. libcsv reads the bytes of a span only during `csv_parse`, inside the
// span's own closure. Its callbacks run only during `csv_parse` and `csv_fini` and get `gathered` as their data pointer;
// the text a callback gets is libcsv's buffer of the given count, copied before the callback returns. `gathered` is a
// pointer rather than an object because the run-time checks of exclusive access to an object's properties, several for
// each field, took more time than libcsv.

import CLibCSV

/// A libcsv parser and what its callbacks gather for one record at a time.
final class LibCSVParser {
  /// What libcsv made of some bytes.
  enum Progress {
    /// The record ended.
    case recordEnded
    /// The record goes on: its last field is quoted and not closed.
    case recordGoesOn
    /// libcsv met what its strict mode does not accept (or had no memory).
    case stopped
  }

  private struct Gathered {
    var fields: [RecordIndex.Field] = []
    var arena: [UInt8] = []
    var hasRecordEnded = false
  }

  private static let options = UInt8(CSV_STRICT | CSV_STRICT_FINI)
  /// Bytes by which libcsv's buffer for a field grows; it has at least as many when a callback gets it.
  static let bufferStep = 64 << 10

  private let parser = UnsafeMutablePointer<csv_parser>.allocate(capacity: 1)
  private let gathered = UnsafeMutablePointer<Gathered>.allocate(capacity: 1)

  /// - Returns: nil where libcsv cannot express the dialect.
  init?(dialect: Dialect) {
    parser.initialize(to: csv_parser())
    gathered.initialize(to: Gathered())
    guard Self.setUp(parser, dialect) else { return nil }
  }

  /// Sets up a parser: strict, no stripping of blanks.
  ///
  /// - Returns: false where libcsv cannot express the dialect; there is then nothing to free.
  static func setUp(_ parser: UnsafeMutablePointer<csv_parser>, _ dialect: Dialect) -> Bool {
    guard let quote = dialect.quote, quote != dialect.delimiter, !LineEnd.isPart(quote),
      !LineEnd.isPart(dialect.delimiter), csv_init(parser, options) == 0
    else { return false }
    csv_set_delim(parser, dialect.delimiter)
    csv_set_quote(parser, quote)
    // Spaces belong to the field.
    csv_set_space_func(parser) { _ in 0 }
    // libcsv's own step of 128 bytes would mean 32,768 reallocations for a field of 4 MiB.
    csv_set_blk_size(parser, bufferStep)
    return true
  }

  deinit {
    // On a parser that was never set up this finds no buffer to free.
    csv_free(parser)
    parser.deallocate()
    gathered.deinitialize(count: 1)
    gathered.deallocate()
  }

  /// Lends the parser an index, to which it adds the fields it finds, all with their text in the arena.
  func gather<Result>(into index: inout RecordIndex, _ body: () -> Result) -> Result {
    swap(&gathered.pointee.fields, &index.fields)
    swap(&gathered.pointee.arena, &index.arena)
    defer {
      swap(&gathered.pointee.fields, &index.fields)
      swap(&gathered.pointee.arena, &index.arena)
    }
    return body()
  }

  /// Gives libcsv the next bytes of a record: one physical line with its line end, if it has one.
  func feed(_ line: Span<UInt8>) -> Progress {
    gathered.pointee.hasRecordEnded = false
    let count = line.withUnsafeBufferPointer { bytes in
      csv_parse(parser, bytes.baseAddress, bytes.count, Self.takeField, Self.takeRecordEnd, gathered)
    }
    if count != line.count { return .stopped }
    return gathered.pointee.hasRecordEnded ? .recordEnded : .recordGoesOn
  }

  /// Ends the input. libcsv is ready for another record behind it, unless it stopped.
  func finish() -> Progress {
    gathered.pointee.hasRecordEnded = false
    guard csv_fini(parser, Self.takeField, Self.takeRecordEnd, gathered) == 0 else { return .stopped }
    return gathered.pointee.hasRecordEnded ? .recordEnded : .recordGoesOn
  }

  /// Makes libcsv forget the record it is in. In strict mode `csv_fini` refuses to do that within quotes.
  func reset() { Self.reset(parser) }

  /// The same for any parser that was set up here.
  static func reset(_ parser: UnsafeMutablePointer<csv_parser>) {
    csv_set_opts(parser, 0)
    csv_fini(parser, nil, nil, nil)
    csv_set_opts(parser, options)
  }

  private static let takeField: @convention(c) (UnsafeMutableRawPointer?, Int, UnsafeMutableRawPointer?) -> Void = {
    text, count, data in
    guard let gathered = data?.assumingMemoryBound(to: Gathered.self) else { return }
    gathered.pointee.fields.append(.init(offset: gathered.pointee.arena.count, count: count, isInArena: true))
    gathered.pointee.arena.append(contentsOf: UnsafeRawBufferPointer(start: text, count: text == nil ? 0 : count))
  }

  private static let takeRecordEnd: @convention(c) (Int32, UnsafeMutableRawPointer?) -> Void = { _, data in
    data?.assumingMemoryBound(to: Gathered.self).pointee.hasRecordEnded = true
  }
}
