// Rows that wait for their order: sort keys beside the encoded row. Ties keep the order of the input, so the blocks of
// later pieces are appended behind those of earlier ones before sorting.

import CSV

/// One value that rows are ordered by.
package enum SortValue: Sendable, Equatable {
  case null
  case boolean(Bool)
  case number(Number)
  case text([UInt8])

  /// -1, 0 or 1. Null comes first, then false, true, numbers by value, texts by bytes.
  package static func compare(_ left: SortValue, _ right: SortValue) -> Int {
    switch (left, right) {
    case (.null, .null): 0
    case (.boolean(let a), .boolean(let b)): a == b ? 0 : a ? 1 : -1
    case (.number(let a), .number(let b)): Number.compare(a, b)
    case (.text(let a), .text(let b)): ByteOrder.compare(a.span, b.span)
    default: left.rank < right.rank ? -1 : 1
    }
  }

  private var rank: Int {
    switch self {
    case .null: 0
    case .boolean: 1
    case .number: 2
    case .text: 3
    }
  }
}

/// Encoded rows with their sort keys.
package struct SortedRows: Sendable {
  /// One row.
  package struct Row: Sendable {
    package var keys: [SortValue]
    package var bytes: [UInt8]
  }

  package private(set) var rows: [Row] = []

  package init() {}

  package mutating func append(keys: [SortValue], bytes: [UInt8]) { rows.append(Row(keys: keys, bytes: bytes)) }

  /// Appends the rows of a later piece.
  package mutating func append(_ later: SortedRows) { rows.append(contentsOf: later.rows) }

  /// Puts the rows in order, ties as they stand, and keeps the first `limit` of them.
  package mutating func sort(descending: [Bool], limit: Int?) {
    // Offsets break ties: the standard library does not promise a stable sort.
    let order = rows.indices.sorted { left, right in
      for (index, isDescending) in descending.enumerated() {
        let result = SortValue.compare(rows[left].keys[index], rows[right].keys[index])
        if result != 0 { return isDescending ? result > 0 : result < 0 }
      }
      return left < right
    }
    rows = order.prefix(limit ?? order.count).map { rows[$0] }
  }

  package func encode(into writer: inout ByteWriter) {
    writer.write(rows) { writer, row in
      writer.write(row.keys) { writer, key in
        switch key {
        case .null: writer.write(UInt8(0))
        case .boolean(let value):
          writer.write(UInt8(1))
          writer.write(value)
        case .number(.decimal(let decimal)):
          writer.write(UInt8(2))
          writer.write(decimal.mantissa)
          writer.write(decimal.scale)
        case .number(.binary(let value)):
          writer.write(UInt8(3))
          writer.write(value)
        case .text(let bytes):
          writer.write(UInt8(4))
          writer.write(bytes)
        }
      }
      writer.write(row.bytes)
    }
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    rows = try reader.readArray { (reader) throws(ByteCodingError) in
      let keys = try reader.readArray { (reader) throws(ByteCodingError) in try SortValue(from: &reader) }
      return Row(keys: keys, bytes: try reader.readBytes())
    }
  }
}

extension SortValue {
  fileprivate init(from reader: inout ByteReader) throws(ByteCodingError) {
    switch try reader.read(UInt8.self) {
    case 0: self = .null
    case 1: self = .boolean(try reader.readBool())
    case 2:
      let mantissa: Int128 = try reader.read()
      let scale = try reader.readInt()
      guard (0...Decimal.maxScale).contains(scale) else { throw ByteCodingError("a scale out of range") }
      self = .number(.decimal(Decimal(mantissa: mantissa, scale: scale)))
    case 3:
      let value = try reader.readDouble()
      guard value.isFinite else { throw ByteCodingError("a number that is not finite") }
      self = .number(.binary(value))
    case 4: self = .text(try reader.readBytes())
    default: throw ByteCodingError("a sort key of unknown kind")
    }
  }
}
