// Rows as CSV straight from columns: what `CSVRowEncoder` writes, a word at a time.
//
// Why the pointers hold: fields lie in blocks with readable margins, so that whole words can be loaded; the output has
// room for every cell twice as long as it is, in quotes, and two words more, because words are stored whole; only what
// is written in the end is counted as initialized.

import CSV

/// Encodes the selected rows of batches as CSV.
package struct CSVColumnEncoder {
  private static let comma = UInt8(ascii: ",")
  private static let quote = UInt8(ascii: "\"")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  /// The cells of one column of the result.
  private struct CellColumn {
    var base: UnsafePointer<UInt8>
    var slices: UnsafePointer<FieldSlice>
    /// Nil where the empty texts and no others are null.
    var nulls: UnsafePointer<UInt8>?
  }

  private let outputs: [CellSource]
  private let testsNulls: Bool

  /// Nil for a plan whose result is not unsorted rows as CSV.
  package init?(plan: Plan) {
    guard case .rows(let task) = plan.task, task.sort.isEmpty, plan.question.format == .csv else { return nil }
    outputs = task.outputs
    testsNulls = !NullTexts(plan.dialect).isOnlyEmpty
  }

  /// Appends the rows at these places of the selection of a batch, of which all steps are done.
  package func encode(_ batch: ColumnBatch, places: Range<Int>, into output: inout [UInt8]) {
    precondition(places.lowerBound >= 0 && places.upperBound <= batch.selectedCount, "rows beyond the selection")
    if places.isEmpty { return }
    let columns = outputs.map { column($0, batch) }
    var bound = 16 + places.count * columns.count * 3
    for column in columns {
      for place in places { bound &+= 2 &* Int(column.slices[place].count) }
    }
    // At least twice as much as there was, so that bytes are not moved for every batch.
    if output.capacity - output.count < bound { output.reserveCapacity(max(2 * output.capacity, output.count + bound)) }
    output.append(addingCapacity: bound) { span in
      span.withUnsafeMutableBufferPointer { memory, written in
        guard let start = memory.baseAddress else { return }
        written = columns.withUnsafeBufferPointer { Self.write($0, places, to: start) } - start
      }
    }
  }

  private func column(_ source: CellSource, _ batch: ColumnBatch) -> CellColumn {
    switch source {
    case .column(let column):
      if testsNulls {
        let texts = batch.texts(column: column)
        return CellColumn(base: texts.base, slices: texts.slices, nulls: UnsafePointer(texts.nulls))
      }
      return CellColumn(base: batch.base, slices: batch.selectedSlices(column: column), nulls: nil)
    case .derived(let expression):
      let texts = batch.texts(of: expression)
      return CellColumn(base: texts.base, slices: texts.slices, nulls: UnsafePointer(texts.nulls))
    }
  }

  /// Writes rows and gives the place behind them.
  private static func write(
    _ columns: UnsafeBufferPointer<CellColumn>, _ places: Range<Int>, to start: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    var target = start
    let isAlone = columns.count == 1
    for place in places {
      for column in columns {
        let slice = column.slices[place]
        let count = Int(slice.count)
        let isNull = column.nulls.map { $0[place] != 0 } ?? (count == 0)
        if isNull {
          // A row of one empty cell would read back as a blank line, which is no row.
          if isAlone { target = appendQuoted(column.base, 0, to: target) }
        } else {
          target = append(column.base + Int(slice.start), count, to: target)
        }
        target[0] = comma
        target += 1
      }
      target[-1] = lineFeed
    }
    return target
  }

  /// Writes a text that is not null, in quotes where it needs them.
  @inline(__always)
  private static func append(
    _ text: UnsafePointer<UInt8>, _ count: Int, to target: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    var low: UInt64 = 0
    var offset = 0
    let source = UnsafeRawPointer(text)
    let destination = UnsafeMutableRawPointer(target)
    while offset &+ 8 < count {
      let word = source.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      destination.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
      low |= lowBytes(word)
      offset &+= 8
    }
    // The last word, of 1 to 8 bytes (0 of an empty text): what is behind the text is made 0xFF for the test.
    let word = source.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    destination.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
    let rest = UInt64(truncatingIfNeeded: 8 &* (count &- offset))
    let behind: UInt64 = rest == 64 ? 0 : UInt64.max &<< rest
    low |= lowBytes(UInt64(littleEndian: word) | behind)
    if low != 0 || count == 0 {
      if count == 0 || needsQuotes(text, count) { return appendQuoted(text, count, to: target) }
    }
    return target + count
  }

  /// Not 0 where a byte of a word is less than 0x2D: all that needs quotes is.
  @inline(__always)
  private static func lowBytes(_ word: UInt64) -> UInt64 {
    (word &- 0x2D2D_2D2D_2D2D_2D2D) & ~word & 0x8080_8080_8080_8080
  }

  @inline(never)
  private static func needsQuotes(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    for offset in 0..<count {
      let byte = text[offset]
      if byte == comma || byte == quote || byte == lineFeed || byte == carriageReturn { return true }
    }
    return false
  }

  @inline(never)
  private static func appendQuoted(
    _ text: UnsafePointer<UInt8>, _ count: Int, to start: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    var target = start
    target[0] = quote
    target += 1
    for offset in 0..<count {
      let byte = text[offset]
      target[0] = byte
      target += 1
      if byte == quote {
        target[0] = quote
        target += 1
      }
    }
    target[0] = quote
    return target + 1
  }
}
