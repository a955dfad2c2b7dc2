// What the profile prints of a column besides its counts: made from the distinct values at the end where those are few,
// else kept while the values go by.

import CSV

/// Type, numbers, extremes and longest value of a column, null values aside. In any order of additions and shape of merges
/// the same is printed.
package struct ColumnFacts: Sendable {
  /// The join of the types of all values. It only ever widens, so what no longer fits can be dropped.
  package internal(set) var type = ColumnType.null
  /// Nil once a value was no number.
  package internal(set) var numbers: NumericProfile? = NumericProfile()
  var least = TextExtreme()
  var greatest = TextExtreme()
  /// Bytes of the longest value.
  package internal(set) var longest = 0

  package init() {}

  /// The least and the greatest value by bytes.
  package var extremes: (least: [UInt8]?, greatest: [UInt8]?) { (least.text, greatest.text) }

  /// Adds a value so many times.
  package mutating func add(_ text: Span<UInt8>, times: Int) {
    least.add(text, for: .least)
    greatest.add(text, for: .greatest)
    longest = max(longest, text.count)
    addTyped(text, times: times)
  }

  /// Adds a value to the type and the numbers.
  mutating func addTyped(_ text: Span<UInt8>, times: Int) {
    switch type {
    case .text: return
    case .date: if DateGrammar.isDate(text) { return }
    case .timestamp: if DateGrammar.isTimestamp(text) { return }
    default: break
    }
    guard numbers != nil, case .number(let number) = NumberParser.parse(text) else {
      widen(to: Self.type(of: text))
      return
    }
    widen(to: NumberShape.hasLeadingZero(text) ? .text : number.type)
    numbers?.add(number, times: times)
  }

  package mutating func merge(_ other: ColumnFacts) {
    if let numbers = other.numbers { self.numbers?.merge(numbers) }
    widen(to: other.type)
    least.merge(other.least, for: .least)
    greatest.merge(other.greatest, for: .greatest)
    longest = max(longest, other.longest)
  }

  mutating func widen(to other: ColumnType) {
    type = type.joined(with: other)
    if type != .null, !type.isNumeric { numbers = nil }
  }

  /// The type of one value. A number outside the doubles is text here: nothing can be computed from it.
  private static func type(of text: Span<UInt8>) -> ColumnType {
    let type = TypeClassifier.type(of: text)
    return type == .float && !NumberParser.isNumber(text) ? .text : type
  }

  package func encode(into writer: inout ByteWriter) {
    writer.write(type.code)
    writer.write(numbers) { $1.encode(into: &$0) }
    least.encode(into: &writer)
    greatest.encode(into: &writer)
    writer.write(count: longest)
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    guard let type = ColumnType(code: try reader.read()) else { throw ByteCodingError("a column of unknown type") }
    self.type = type
    numbers = try reader.readOptional { (reader) throws(ByteCodingError) in try NumericProfile(from: &reader) }
    guard (numbers != nil) == (type == .null || type.isNumeric) else {
      throw ByteCodingError("a column whose type and numbers disagree")
    }
    least = try TextExtreme(from: &reader)
    greatest = try TextExtreme(from: &reader)
    longest = try reader.readCount()
  }
}

extension Number {
  /// The type of a column of such numbers.
  fileprivate var type: ColumnType {
    switch self {
    case .binary: .float
    case .decimal(let decimal): decimal.scale == 0 ? .integer : .decimal
    }
  }
}
