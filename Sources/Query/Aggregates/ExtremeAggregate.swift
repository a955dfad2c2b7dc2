// `min` and `max` of texts and of booleans; those of numbers are lanes.

import CSV

/// The least or greatest text by bytes; null of none.
struct TextExtremeAggregate: Aggregate {
  private let end: Extreme
  private var extremes: [TextExtreme] = []

  init(end: Extreme) { self.end = end }

  var groupCount: Int { extremes.count }

  mutating func addGroup() { extremes.append(TextExtreme()) }

  mutating func add(_ value: Value, in row: borrowing RowScratch, group: Int) {
    if case .text(let range) = value { extremes[group].add(row.text(range), for: end) }
  }

  mutating func add(text: Span<UInt8>, group: Int) { extremes[group].add(text, for: end) }

  mutating func merge(_ other: TextExtremeAggregate, _ sources: [UInt32], into targets: [UInt32]) {
    for (source, target) in zip(sources, targets) {
      extremes[Int(target)].merge(other.extremes[Int(source)], for: end)
    }
  }

  func finish() -> [Cell?] {
    extremes.map { extreme in extreme.text.map { Cell(kind: .text, bytes: $0) } ?? .null }
  }

  func encode(into writer: inout ByteWriter) {
    for extreme in extremes { extreme.encode(into: &writer) }
  }

  mutating func decode(groupCount: Int, from reader: inout ByteReader) throws(ByteCodingError) {
    for _ in 0..<groupCount { extremes.append(try TextExtreme(from: &reader)) }
  }
}

/// The least or greatest boolean, `false` before `true`; null of none.
struct BooleanExtremeAggregate: Aggregate {
  private let end: Extreme
  private var extremes: [Bool?] = []

  init(end: Extreme) { self.end = end }

  var groupCount: Int { extremes.count }

  mutating func addGroup() { extremes.append(nil) }

  mutating func add(_ value: Value, in row: borrowing RowScratch, group: Int) {
    if case .boolean(let boolean) = value { add(boolean, group: group) }
  }

  private mutating func add(_ boolean: Bool, group: Int) {
    if let held = extremes[group] {
      let order = boolean == held ? 0 : (held ? -1 : 1)
      if !end.isReplaced(at: order) { return }
    }
    extremes[group] = boolean
  }

  /// Booleans come as values: no text is added here.
  mutating func add(text: Span<UInt8>, group: Int) {}

  mutating func merge(_ other: BooleanExtremeAggregate, _ sources: [UInt32], into targets: [UInt32]) {
    for (source, target) in zip(sources, targets) {
      if let boolean = other.extremes[Int(source)] { add(boolean, group: Int(target)) }
    }
  }

  func finish() -> [Cell?] {
    extremes.map { $0.map { Cell(kind: .boolean, bytes: Array(($0 ? "true" : "false").utf8)) } ?? .null }
  }

  func encode(into writer: inout ByteWriter) {
    for extreme in extremes { writer.write(extreme) { $0.write($1) } }
  }

  mutating func decode(groupCount: Int, from reader: inout ByteReader) throws(ByteCodingError) {
    for _ in 0..<groupCount {
      extremes.append(try reader.readOptional { (reader) throws(ByteCodingError) in try reader.readBool() })
    }
  }
}
