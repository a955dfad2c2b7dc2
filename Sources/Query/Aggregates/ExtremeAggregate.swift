// `min` and `max` of numbers, of texts and of booleans.

import CSV

/// The least or greatest number, printed like a sum of the same values; null of none.
struct NumberExtremeAggregate: Aggregate {
  private let end: Extreme
  private var extremes: [NumberExtreme] = []
  private var layout = NumberLayout()

  init(end: Extreme) { self.end = end }

  mutating func addGroup() { extremes.append(NumberExtreme()) }

  mutating func add(_ value: Value, in row: borrowing RowScratch, group: Int) {
    guard case .number(let number) = value else { return }
    layout.note(number)
    extremes[group].add(number, for: end)
  }

  mutating func merge(_ other: NumberExtremeAggregate, into groups: [Int]) {
    layout.merge(other.layout)
    for (index, group) in groups.enumerated() { extremes[group].merge(other.extremes[index], for: end) }
  }

  func finish() -> [Cell?] {
    extremes.map { extreme in extreme.number.map { .number(layout.text($0)) } ?? .null }
  }

  func encode(into writer: inout ByteWriter) {
    layout.encode(into: &writer)
    for extreme in extremes { extreme.encode(into: &writer) }
  }

  mutating func decode(groupCount: Int, from reader: inout ByteReader) throws(ByteCodingError) {
    layout = try NumberLayout(from: &reader)
    for _ in 0..<groupCount { extremes.append(try NumberExtreme(from: &reader)) }
  }
}

/// The least or greatest text by bytes; null of none.
struct TextExtremeAggregate: Aggregate {
  private let end: Extreme
  private var extremes: [TextExtreme] = []

  init(end: Extreme) { self.end = end }

  mutating func addGroup() { extremes.append(TextExtreme()) }

  mutating func add(_ value: Value, in row: borrowing RowScratch, group: Int) {
    if case .text(let range) = value { extremes[group].add(row.text(range), for: end) }
  }

  mutating func merge(_ other: TextExtremeAggregate, into groups: [Int]) {
    for (index, group) in groups.enumerated() { extremes[group].merge(other.extremes[index], for: end) }
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

  mutating func merge(_ other: BooleanExtremeAggregate, into groups: [Int]) {
    for (index, group) in groups.enumerated() {
      if let boolean = other.extremes[index] { add(boolean, group: group) }
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
