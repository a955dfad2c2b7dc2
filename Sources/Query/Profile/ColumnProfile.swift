// The profile of one column, with states for every type that the values seen so far leave possible.

import CSV

/// What is known of the values of one column.
package struct ColumnProfile: Sendable {
  private var nulls = 0
  /// The join of the types of all values. It only ever widens, so what no longer fits can be dropped.
  private var type = ColumnType.null
  /// Nil once a value was no number.
  private var numbers: NumericProfile? = NumericProfile()
  private var least = TextExtreme()
  private var greatest = TextExtreme()
  /// Bytes of the longest value.
  private var longest = 0
  private var distinct = DistinctValues()

  package init() {}

  package mutating func addNull() { nulls &+= 1 }

  package mutating func add(_ text: Span<UInt8>) {
    // A value that is known already changes neither type nor extremes nor length.
    if distinct.add(text) {
      if type != .text { widen(to: Self.type(of: text)) }
      least.add(text, for: .least)
      greatest.add(text, for: .greatest)
      longest = max(longest, text.count)
    }
    if numbers != nil, case .number(let number) = NumberParser.parse(text) { numbers?.add(number) }
  }

  package mutating func merge(_ other: ColumnProfile) {
    nulls &+= other.nulls
    if let numbers = other.numbers { self.numbers?.merge(numbers) }
    widen(to: other.type)
    least.merge(other.least, for: .least)
    greatest.merge(other.greatest, for: .greatest)
    longest = max(longest, other.longest)
    distinct.merge(other.distinct)
  }

  private mutating func widen(to other: ColumnType) {
    type = type.joined(with: other)
    if type != .null, !type.isNumeric { numbers = nil }
  }

  /// The type of one value. A number outside the doubles is text here: nothing can be computed from it.
  private static func type(of text: Span<UInt8>) -> ColumnType {
    let type = TypeClassifier.type(of: text)
    return type == .float && !NumberParser.isNumber(text) ? .text : type
  }

  /// The row of the result for this column; `ProfileState.resultColumns` says what is in it.
  func finish(name: [UInt8], rows: Int) throws(AnswerError) -> [Cell] {
    let isNumeric = type.isNumeric
    let numbers = isNumeric ? numbers : nil
    guard let mean = numbers == nil ? .null : numbers?.mean(),
      let deviation = numbers == nil ? .null : numbers?.deviation()
    else {
      throw AnswerError(
        "column \(String(decoding: name, as: UTF8.self)): mean or standard deviation is outside the range of doubles",
        remedy: "use --where to leave out the values that are too large")
    }
    let top = distinct.mostFrequent()
    return [
      Cell(kind: .text, bytes: name),
      .text(type.rawValue),
      .number(String(rows)),
      .number(String(nulls)),
      numbers?.minimum ?? Self.cell(least.text),
      numbers?.maximum ?? Self.cell(greatest.text),
      mean,
      deviation,
      .number(String(distinct.count)),
      .number(distinct.isExact ? "0" : HyperLogLog.standardError),
      type == .null ? .null : .number(String(longest)),
      top.map { Cell(kind: isNumeric ? .number : .text, bytes: $0.text) } ?? .null,
      top.map { .number(String($0.count)) } ?? .null,
    ]
  }

  private static func cell(_ text: [UInt8]?) -> Cell { text.map { Cell(kind: .text, bytes: $0) } ?? .null }

  package func encode(into writer: inout ByteWriter) {
    writer.write(count: nulls)
    writer.write(type.code)
    writer.write(numbers) { $1.encode(into: &$0) }
    least.encode(into: &writer)
    greatest.encode(into: &writer)
    writer.write(count: longest)
    distinct.encode(into: &writer)
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    nulls = try reader.readCount()
    guard let type = ColumnType(code: try reader.read()) else { throw ByteCodingError("a column of unknown type") }
    self.type = type
    numbers = try reader.readOptional { (reader) throws(ByteCodingError) in try NumericProfile(from: &reader) }
    guard (numbers != nil) == (type == .null || type.isNumeric) else {
      throw ByteCodingError("a column whose type and numbers disagree")
    }
    least = try TextExtreme(from: &reader)
    greatest = try TextExtreme(from: &reader)
    longest = try reader.readCount()
    distinct = try DistinctValues(from: &reader)
  }
}
