// The contract of an aggregate over texts or booleans: its states for all groups of a table, side by side. Aggregates
// over numbers are lanes (`NumberLane`).

import CSV

/// The states of one aggregate call, one for each group of a table, numbered as the groups are.
///
/// A state forgets the order of its values: `merge` is associative and commutative as far as `finish` can tell.
package protocol Aggregate: Sendable {
  /// Groups that have a state.
  var groupCount: Int { get }
  /// Makes room for the next group.
  mutating func addGroup()
  /// Adds the argument's value of one row. Null changes nothing.
  mutating func add(_ value: Value, in row: borrowing RowScratch, group: Int)
  /// Adds a text that is not null.
  mutating func add(text: Span<UInt8>, group: Int)
  /// Merges the states of groups of another table into those of groups here.
  mutating func merge(_ other: Self, _ sources: [UInt32], into targets: [UInt32])
  /// The result of each group; nil in place of one outside the doubles.
  func finish() -> [Cell?]
  func encode(into writer: inout ByteWriter)
  /// Reads the states of so many groups into an aggregate that has none yet.
  mutating func decode(groupCount: Int, from reader: inout ByteReader) throws(ByteCodingError)
}

extension Aggregate {
  /// Makes room for so many groups.
  mutating func cover(groups: Int) {
    while groupCount < groups { addGroup() }
  }

  /// Merges the states of another table with the same calls.
  mutating func merge(any other: any Aggregate, _ sources: [UInt32], into targets: [UInt32]) {
    guard let other = other as? Self else { preconditionFailure("tables of different calls cannot be merged") }
    merge(other, sources, into: targets)
  }
}

extension Cell {
  /// A double in its shortest text; nil (a result outside the doubles) stays nil.
  static func shortest(_ double: Double?) -> Cell? {
    double.map { .number(DoubleText.shortest($0)) }
  }
}
