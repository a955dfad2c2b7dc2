// Batches of rows into a group table: keys of whole columns become groups, columns of numbers go to lanes.
//
// Why the pointers hold: they are the caller's for the time of the call and hold as many elements as it says rows; the
// scratch arrays are the caller's too (`GroupScratch`), with room for a whole batch.

import CSV

/// Memory that batches are worked on in: one for each collector, used again for every batch.
package final class GroupScratch {
  let capacity: Int
  /// Key numbers of each key column.
  let keys: [UnsafeMutablePointer<UInt32>]
  /// The group of each row.
  package let groups: UnsafeMutablePointer<UInt32>
  // Values that can be added to a lane, and their groups.
  let values: UnsafeMutablePointer<Int64>
  let places: UnsafeMutablePointer<UInt32>

  /// - Parameter capacity: rows in a batch at most.
  package init(keyColumns: Int, capacity: Int) {
    self.capacity = capacity
    keys = (0..<max(keyColumns, 1)).map { _ in .allocate(capacity: capacity) }
    groups = .allocate(capacity: capacity)
    groups.initialize(repeating: 0, count: capacity)
    values = .allocate(capacity: capacity)
    places = .allocate(capacity: capacity)
  }

  deinit {
    for key in keys { key.deallocate() }
    groups.deallocate()
    values.deallocate()
    places.deallocate()
  }
}

extension GroupTable {
  /// Looks up the keys of one key column; new ones are added. To be called for each before `identifyGroups`.
  ///
  /// - Parameter slices: the texts of so many rows.
  package mutating func identifyKeys(
    column: Int, base: UnsafePointer<UInt8>, slices: UnsafePointer<FieldSlice>, rows: Int, nulls: NullKeys,
    in scratch: GroupScratch
  ) {
    precondition(rows <= scratch.capacity, "a batch beyond its memory")
    let target = keyColumns == 1 ? scratch.groups : scratch.keys[column]
    dictionaries[column].identify(base: base, slices: slices, count: rows, nulls: nulls, into: target)
  }

  /// The same for texts that were made by an expression.
  package mutating func identifyKeys(
    column: Int, texts: TextColumn, from first: Int, rows: Int, in scratch: GroupScratch
  ) {
    precondition(rows <= scratch.capacity && first + rows <= texts.count, "a batch beyond its memory")
    let target = keyColumns == 1 ? scratch.groups : scratch.keys[column]
    for row in 0..<rows {
      let isNull = texts.nulls[first + row] != 0
      target[row] = isNull ? nullNumber(column: column) : keyNumber(column: column, texts.text(first + row))
    }
  }

  /// Looks up the groups of so many rows whose keys have been looked up; they are in `scratch.groups` then.
  package mutating func identifyGroups(rows: Int, in scratch: GroupScratch) {
    // Without key columns all rows are of group 0, which the memory says from the start; one key is the group.
    if keyColumns > 1 {
      tuples.identify(columns: scratch.keys.map { UnsafePointer($0) }, rows: rows, into: scratch.groups)
    }
    coverGroups()
  }

  /// Counts the rows of a batch.
  package mutating func countRows(_ rows: Int, in scratch: GroupScratch) {
    records.withUnsafeMutableBufferPointer { records in
      guard let first = records.baseAddress else { return }
      let kernel = LaneKernel(records: first, stride: stride, groups: scratch.groups)
      if records.count >= LaneKernel.farAway { kernel.prefetch(rows: rows) }
      kernel.count(rows: rows)
    }
  }

  /// The lane that a call's values are added to, if this is the call to add them through.
  package func lane(ofCall call: Int) -> Int? {
    if case .lane(let lane, isFirst: true) = places[call] { return lane }
    return nil
  }

  /// Adds the values of a batch to a lane; counts the rows too if asked.
  ///
  /// - Parameters:
  ///   - column: the numbers of the argument, without exceptions.
  ///   - first: where in the column the batch starts; `rows` values from there are added.
  package mutating func add(
    _ column: NumberColumn, from first: Int, rows: Int, lane index: Int, counting: Bool, in scratch: GroupScratch
  ) {
    let greatest = Int(column.greatestScale)
    if greatest > lanes[index].scale { raise(lane: index, to: greatest) }
    let values = column.mantissas + first
    if let scale = column.uniformScale, Int(scale) == lanes[index].scale {
      addDecimals(values, rows: rows, lane: index, groups: scratch.groups, counting: counting)
      return
    }
    if counting { countRows(rows, in: scratch) }
    let marks = column.marks + first
    let scale = lanes[index].scale
    var count = 0
    for row in 0..<rows {
      let mark = marks[row]
      if mark == NumberColumn.null {
        lanes[index].addNull(group: Int(scratch.groups[row]))
      } else if let value = LaneScale.scaled(values[row], by: scale - Int(mark)) {
        scratch.values[count] = value
        scratch.places[count] = scratch.groups[row]
        count += 1
      } else {
        let number = Number.decimal(Decimal(mantissa: Int128(values[row]), scale: Int(mark)))
        lanes[index].addExactly(number, group: Int(scratch.groups[row]))
      }
    }
    addDecimals(scratch.values, rows: count, lane: index, groups: scratch.places, counting: false)
  }

  /// Whether a call is over texts, so that `addTexts` serves it.
  package func isOverTexts(call: Int) -> Bool {
    if case .other = places[call] { return calls[call].kind == .text }
    return false
  }

  /// Adds the texts of a batch to a call over texts.
  package mutating func addTexts(
    _ texts: TextColumn, from first: Int, rows: Int, call: Int, in scratch: GroupScratch
  ) {
    guard case .other(let index) = places[call] else { return }
    for row in 0..<rows where texts.nulls[first + row] == 0 {
      others[index].add(text: texts.text(first + row), group: Int(scratch.groups[row]))
    }
  }
}
