// The profile of one column, in one of two phases. While there are few distinct values, they are counted and nothing else
// is kept; beyond the bound, what they say is folded together. Which phase it is depends only on how many distinct values
// there are, never on how they arrived: a merge that passes the bound folds too.

import CSV

/// What is known of the values of one column.
package struct ColumnProfile: Sendable {
  private var nulls = 0
  /// Empty once there is `sketched`.
  private var values = DistinctValues()
  private var sketched: SketchedValues?
  /// Whether the whole answer is known to have too many distinct values, so that counting exactly would be for nothing.
  private var beginsSketched = false

  package init() {}

  /// Forgets everything. From now on this begins with the sketch if another part of the same answer has come to that.
  mutating func clear(besides other: ColumnProfile?) {
    nulls = 0
    values.removeAll()
    if other?.sketched != nil { beginsSketched = true }
    if !beginsSketched {
      sketched = nil
    } else if sketched == nil {
      sketched = SketchedValues()
    } else {
      sketched?.clear()
    }
  }

  package mutating func addNull() { nulls &+= 1 }

  package mutating func add(_ text: Span<UInt8>) {
    if sketched != nil {
      sketched?.add(text)
    } else {
      values.add(text)
      foldIfNeeded()
    }
  }

  /// Adds the values of a batch: `rows` of them at most as many as the scratch holds.
  mutating func add(
    base: UnsafePointer<UInt8>, slices: UnsafePointer<FieldSlice>, count rows: Int, _ scratch: ProfileScratch
  ) {
    var taken = 0
    if sketched == nil {
      taken = values.add(base: base, slices: slices, count: rows, nulls: scratch.nullKeys, ids: scratch.ids)
      foldIfNeeded()
      if taken == rows { return }
    }
    let (kept, count) = scratch.dropNulls(base: base, slices: slices + taken, count: rows - taken)
    nulls &+= rows - taken - count
    sketched?.add(base: base, slices: kept, count: count, numbers: scratch.numbers)
  }

  private mutating func foldIfNeeded() {
    if values.isOverBound { fold() }
  }

  private mutating func fold() {
    guard sketched == nil else { return }
    nulls &+= values.nullCount
    sketched = SketchedValues(values)
    values = DistinctValues()
  }

  package mutating func merge(_ other: ColumnProfile) {
    nulls &+= other.nulls
    if let sketch = other.sketched {
      fold()
      sketched?.merge(sketch)
    } else if sketched != nil {
      nulls &+= other.values.nullCount
      sketched?.fold(other.values)
    } else {
      values.merge(other.values)
      foldIfNeeded()
    }
  }

  /// The row of the result for this column; `ProfileState.resultColumns` says what is in it.
  func finish(name: [UInt8], rows: Int) throws(AnswerError) -> [Cell] {
    let facts = sketched?.facts ?? SketchedValues(values).facts
    let isNumeric = facts.type.isNumeric
    let numbers = isNumeric ? facts.numbers : nil
    guard let mean = numbers == nil ? .null : numbers?.mean(),
      let deviation = numbers == nil ? .null : numbers?.deviation()
    else {
      throw AnswerError(
        "column \(String(decoding: name, as: UTF8.self)): mean or standard deviation is outside the range of doubles",
        remedy: "use --where to leave out the values that are too large")
    }
    let top = values.mostFrequent()
    return [
      Cell(kind: .text, bytes: name),
      .text(facts.type.rawValue),
      .number(String(rows)),
      .number(String(nulls &+ values.nullCount)),
      numbers?.minimum ?? Self.cell(facts.extremes.least),
      numbers?.maximum ?? Self.cell(facts.extremes.greatest),
      mean,
      deviation,
      .number(String(sketched?.count ?? values.count)),
      .number(sketched == nil ? "0" : HyperLogLog.standardError),
      facts.type == .null ? .null : .number(String(facts.longest)),
      top.map { Cell(kind: isNumeric ? .number : .text, bytes: $0.text) } ?? .null,
      top.map { .number(String($0.count)) } ?? .null,
    ]
  }

  private static func cell(_ text: [UInt8]?) -> Cell { text.map { Cell(kind: .text, bytes: $0) } ?? .null }

  package func encode(into writer: inout ByteWriter) {
    writer.write(count: nulls)
    writer.write(sketched) { $1.encode(into: &$0) }
    if sketched == nil { values.encode(into: &writer) }
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    nulls = try reader.readCount()
    sketched = try reader.readOptional { (reader) throws(ByteCodingError) in try SketchedValues(from: &reader) }
    if sketched == nil { values = try DistinctValues(from: &reader) }
  }
}
