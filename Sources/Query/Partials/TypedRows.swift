// The rows of one piece as typed columns, only those that the plan needs: what parsers send where they do not combine
// rows to states (`--no-combine`). It shows what a pipeline costs whose stages talk about every row.
//
// Why the pointers hold: slices, texts and numbers that are appended belong to the caller for the time of the call.

import CSV

/// Texts of one column.
struct TypedTexts: Equatable, Sendable {
  /// The length of a null.
  static let null = UInt32.max

  /// Bytes of each text.
  var lengths: [UInt32] = []
  /// All texts, one behind the other.
  var bytes: [UInt8] = []

  mutating func append(_ text: Span<UInt8>) {
    lengths.append(UInt32(text.count))
    bytes.append(copying: text)
  }

  mutating func appendNull() { lengths.append(Self.null) }
}

/// Numbers of one column, as `NumberColumn` holds them: none that is an exception.
struct TypedNumbers: Equatable, Sendable {
  var mantissas: [Int64] = []
  /// Scales, or `NumberColumn.null`.
  var marks: [UInt8] = []

  mutating func append(_ mantissa: Int64, mark: UInt8) {
    mantissas.append(mantissa)
    marks.append(mark)
  }
}

/// Rows by column.
package struct TypedRows: Equatable, Sendable {
  /// Where the argument of a call is.
  enum Place: Equatable, Sendable {
    case texts(Int)
    case numbers(Int)
  }

  package private(set) var count = 0
  /// First the keys, or all columns of a profile; then arguments that are texts.
  private(set) var texts: [TypedTexts]
  private(set) var numbers: [TypedNumbers] = []
  /// Places of arguments by call; nil for a call that needs none, or shares another's.
  let places: [Place?]

  /// No rows for a profile of so many columns.
  package init(columns: Int) {
    texts = Array(repeating: TypedTexts(), count: columns)
    places = []
  }

  /// No rows for groups.
  ///
  /// - Returns: nil where an argument is neither a number nor a text.
  package init?(table: GroupTable) {
    var places: [Place?] = []
    var (textCount, numberCount) = (table.keyColumns, 0)
    for (call, what) in table.calls.enumerated() {
      if table.lane(ofCall: call) != nil {
        places.append(.numbers(numberCount))
        numberCount += 1
      } else if table.isOverTexts(call: call) {
        places.append(.texts(textCount))
        textCount += 1
      } else if what.kind == nil || what.kind == .number {
        places.append(nil)
      } else {
        return nil
      }
    }
    self.places = places
    texts = Array(repeating: TypedTexts(), count: textCount)
    numbers = Array(repeating: TypedNumbers(), count: numberCount)
  }

  package mutating func clear() {
    count = 0
    for index in texts.indices {
      texts[index].lengths.removeAll(keepingCapacity: true)
      texts[index].bytes.removeAll(keepingCapacity: true)
    }
    for index in numbers.indices {
      numbers[index].mantissas.removeAll(keepingCapacity: true)
      numbers[index].marks.removeAll(keepingCapacity: true)
    }
  }

  /// Counts rows whose columns were appended.
  package mutating func endRows(_ rows: Int) {
    count += rows
    assert(
      texts.allSatisfy { $0.lengths.count == count } && numbers.allSatisfy { $0.marks.count == count },
      "columns of different lengths")
  }

  // MARK: By columns

  /// Appends texts as they are in the input; which are null the receiver finds out.
  package mutating func append(
    texts column: Int, base: UnsafePointer<UInt8>, slices: UnsafePointer<FieldSlice>, rows: Int
  ) {
    // Appending nothing to an array without storage would write to the storage that all empty arrays share: a data race,
    // if only of equal values.
    if rows == 0 { return }
    var total = 0
    texts[column].lengths.append(addingCapacity: rows) { lengths in
      for row in 0..<rows {
        lengths.append(slices[row].count)
        total += Int(slices[row].count)
      }
    }
    if total == 0 { return }
    texts[column].bytes.append(addingCapacity: total) { bytes in
      bytes.withUnsafeMutableBufferPointer { room, filled in
        guard let target = room.baseAddress else { return }
        for row in 0..<rows {
          let count = Int(slices[row].count)
          // There is room for all of them.
          (target + filled).initialize(from: base + Int(slices[row].start), count: count)
          filled += count
        }
      }
    }
  }

  /// Appends texts that an expression made.
  package mutating func append(texts column: Int, _ source: TextColumn, from first: Int, rows: Int) {
    for row in first..<first + rows {
      if source.nulls[row] != 0 { texts[column].appendNull() } else { texts[column].append(source.text(row)) }
    }
  }

  /// Appends what the argument of a call is, if the call needs it.
  package mutating func append(
    argumentOf call: Int, _ batch: ColumnBatch, _ argument: SharedExpression, from first: Int, rows: Int
  ) {
    switch places[call] {
    case .numbers(let index):
      let source = batch.number(of: argument)
      numbers[index].mantissas.append(contentsOf: UnsafeBufferPointer(start: source.mantissas + first, count: rows))
      numbers[index].marks.append(contentsOf: UnsafeBufferPointer(start: source.marks + first, count: rows))
    case .texts(let index): append(texts: index, batch.texts(of: argument), from: first, rows: rows)
    case nil: break
    }
  }

  // MARK: Row by row

  /// Appends one text of the current row as it is in the input; whether it is null the receiver finds out.
  package mutating func append(text column: Int, _ text: Span<UInt8>) { texts[column].append(text) }

  /// Appends one text of the current row that an expression made; nil for a null.
  package mutating func append(text column: Int, _ text: [UInt8]?) {
    if let text { texts[column].append(text.span) } else { texts[column].appendNull() }
  }

  /// Whether a value of the argument of a call has a place here.
  package func holds(_ value: Value, ofCall call: Int) -> Bool {
    switch (places[call], value) {
    case (nil, _), (_, .null), (.texts, .text): true
    case (.numbers, .number(.decimal(let decimal))): Self.word(decimal) != nil
    default: false
    }
  }

  /// Appends the value of a call's argument in the current row, for which there must be a place.
  package mutating func append(_ value: Value, in row: borrowing RowScratch, ofCall call: Int) {
    switch (places[call], value) {
    case (nil, _): break
    case (.texts(let index), .text(let range)): texts[index].append(row.text(range))
    case (.texts(let index), _): texts[index].appendNull()
    case (.numbers(let index), .number(.decimal(let decimal))):
      let word = Self.word(decimal)
      numbers[index].append(word ?? 0, mark: word == nil ? NumberColumn.null : UInt8(decimal.scale))
    case (.numbers(let index), _): numbers[index].append(0, mark: NumberColumn.null)
    }
  }

  private static func word(_ decimal: Decimal) -> Int64? {
    guard decimal.scale <= NumberColumn.maxScale, let word = Int64(exactly: decimal.mantissa), isValue(word) else {
      return nil
    }
    return word
  }

  /// Whether a word can be a mantissa: the ends of the range stand for no value in the lanes.
  private static func isValue(_ word: Int64) -> Bool { word != .min && word != .max }

  // MARK: The binary form

  package func encode(into writer: inout ByteWriter) {
    writer.write(count)
    for column in texts {
      writer.write(integers: column.lengths)
      writer.write(column.bytes)
    }
    for column in numbers {
      writer.write(integers: column.mantissas)
      writer.write(bytes: column.marks.span)
    }
  }

  /// About how many bytes that takes.
  var encodedSize: Int {
    texts.reduce(16) { $0 + 4 * $1.lengths.count + $1.bytes.count + 4 } + numbers.reduce(0) { $0 + 9 * $1.marks.count }
  }

  /// Reads the rows of the columns that this has.
  package mutating func decode(from reader: inout ByteReader) throws(ByteCodingError) {
    count = try reader.readInt()
    // Every row takes some bytes, so that a lying count is found before memory is set aside for it.
    guard count >= 0, count <= reader.remaining || (texts.isEmpty && numbers.isEmpty) else {
      throw ByteCodingError("\(count) rows")
    }
    for index in texts.indices {
      let lengths = try reader.readShortIntegers(count)
      let bytes = try reader.readBytes()
      let sum = lengths.reduce(0) { $0 + ($1 == TypedTexts.null ? 0 : Int($1)) }
      guard sum == bytes.count else { throw ByteCodingError("texts of \(sum) bytes in \(bytes.count)") }
      texts[index] = TypedTexts(lengths: lengths, bytes: bytes)
    }
    for index in numbers.indices {
      let mantissas = try reader.readIntegers(count)
      let marks = try reader.readBytes(count)
      guard marks.allSatisfy({ $0 <= NumberColumn.maxScale || $0 == NumberColumn.null }),
        mantissas.allSatisfy(Self.isValue)
      else { throw ByteCodingError("a number out of range") }
      numbers[index] = TypedNumbers(mantissas: mantissas, marks: marks)
    }
  }
}
