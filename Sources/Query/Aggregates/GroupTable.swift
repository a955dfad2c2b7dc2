// The partial state of a grouped question: keys, row counts and the states of each aggregate call, all numbered alike.
// What parsers fill, what crosses to the aggregator, what is finished into the result.

import CSV

/// Groups and their aggregate states.
///
/// Per row: `group(key)`, then `addRow`, then one `add` for each call that has an argument. Tables of the same calls
/// merge in any order and shape with the same finished rows.
package struct GroupTable: Sendable {
  package let calls: [AggregateCall]
  private(set) var keys = KeyTable()
  private var rowCounts: [Int] = []
  private var aggregates: [any Aggregate]

  package init(calls: [AggregateCall]) {
    self.calls = calls
    aggregates = calls.map { $0.makeAggregate() }
  }

  /// The number of groups.
  package var count: Int { keys.count }

  /// The number of the group with this key (encoded by `GroupKey`), which is added if it is new.
  package mutating func group(_ key: Span<UInt8>) -> Int {
    group(key, hash: FixedHash.hash(key))
  }

  private mutating func group(_ key: Span<UInt8>, hash: UInt64) -> Int {
    let (group, isNew) = keys.insert(key, hash: hash)
    if isNew {
      rowCounts.append(0)
      for index in aggregates.indices { aggregates[index].addGroup() }
    }
    return group
  }

  /// Counts a row of a group.
  package mutating func addRow(group: Int) { rowCounts[group] &+= 1 }

  /// Adds the value that one row gives the argument of a call.
  package mutating func add(_ value: Value, in row: borrowing RowScratch, call: Int, group: Int) {
    aggregates[call].add(value, in: row, group: group)
  }

  /// The rows added to a group.
  package func rowCount(group: Int) -> Int { rowCounts[group] }

  /// Adds what another table of the same calls holds.
  package mutating func merge(_ other: GroupTable) {
    precondition(calls == other.calls, "tables of different calls cannot be merged")
    var groups: [Int] = []
    groups.reserveCapacity(other.count)
    for index in 0..<other.count { groups.append(group(other.keys.key(index), hash: other.keys.hash(index))) }
    for (index, group) in groups.enumerated() { rowCounts[group] &+= other.rowCounts[index] }
    for index in aggregates.indices { aggregates[index].merge(any: other.aggregates[index], into: groups) }
  }

  package func encode(into writer: inout ByteWriter) {
    keys.encode(into: &writer)
    for count in rowCounts { writer.write(count: count) }
    for aggregate in aggregates { aggregate.encode(into: &writer) }
  }

  /// Reads a table of these calls back.
  package init(calls: [AggregateCall], from reader: inout ByteReader) throws(ByteCodingError) {
    self.calls = calls
    aggregates = []
    keys = try KeyTable(from: &reader)
    var fieldCount: Int?
    for index in 0..<keys.count {
      let fields = try GroupKey.fields(of: keys.key(index)).count
      guard fieldCount == nil || fieldCount == fields else { throw ByteCodingError("group keys of different columns") }
      fieldCount = fields
      rowCounts.append(try reader.readCount())
    }
    for call in calls {
      var aggregate = call.makeAggregate()
      try aggregate.decode(groupCount: keys.count, from: &reader)
      aggregates.append(aggregate)
    }
  }

  /// The results of each call, by group.
  func results() throws(AnswerError) -> [[Cell]] {
    var columns: [[Cell]] = []
    for (call, aggregate) in zip(calls, aggregates) {
      if call.function == .count, call.kind == nil {
        columns.append(rowCounts.map { .number(String($0)) })
        continue
      }
      var column: [Cell] = []
      column.reserveCapacity(count)
      for cell in aggregate.finish() {
        guard let cell else {
          throw AnswerError(
            "\(String(decoding: call.name, as: UTF8.self)): a result is outside the range of doubles",
            remedy: "use --where to leave out the values that are too large")
        }
        column.append(cell)
      }
      columns.append(column)
    }
    return columns
  }
}
