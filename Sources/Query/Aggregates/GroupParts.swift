// Partitions of groups that every process makes alike: a partial state of many groups crosses to the aggregator in parts, each
// of which is merged, side by side with the others, into what came before of the same part.

import CSV

/// The groups of a run by partition.
package struct GroupParts: Sendable {
  /// Partitions, whatever the number of workers: parts of a piece meet those of any other.
  package static let count = 8
  /// Groups in a partial state from which on it is divided.
  package static let divideFrom = 4096

  private var boxes: [TableBox] = []

  package init() {}

  /// Adds the parts of one partial state.
  ///
  /// - Parameter parts: `count` tables, as `GroupTable.parts` gives them.
  package mutating func merge(_ parts: [GroupTable], in loop: ParallelLoop) {
    precondition(parts.count == Self.count, "a partial state in \(parts.count) parts")
    if boxes.isEmpty {
      boxes = parts.map(TableBox.init)
      return
    }
    let boxes = boxes
    loop(Self.count) { boxes[$0].table.merge(parts[$0]) }
  }

  /// The number of groups.
  package var count: Int { boxes.reduce(0) { $0 + $1.table.count } }

  /// The rows added to all groups.
  package var rowCount: Int { boxes.reduce(0) { $0 + $1.table.rowCount } }

  /// The tables of all partitions: none, or `count`.
  package var tables: [GroupTable] { boxes.map(\.table) }

  /// The tables of all partitions, which have no group in common. There are none here then.
  package mutating func take() -> [GroupTable] {
    defer { boxes = [] }
    return boxes.map(\.table)
  }
}

extension GroupTable {
  /// This table as `GroupParts.count` tables that have no group in common; nil where that does not pay.
  ///
  /// - Parameter divideFrom: groups from which on it does; tests say fewer.
  package func parts(from divideFrom: Int = GroupParts.divideFrom) -> [GroupTable]? {
    // States of texts and booleans are rare in results of this size.
    guard keyColumns > 0, count >= divideFrom, others.isEmpty else { return nil }
    let box = TableBox(used)
    let table = box.table
    if keyColumns == 1 {
      box.deal(GroupParts.count) { table.dictionaries[0].fixedHash($0) }
    } else {
      let hashes = table.dictionaries.map { keys in (0..<keys.count).map(keys.fixedHash) }
      box.deal(GroupParts.count) { group in
        var state: UInt64 = 0
        for (column, key) in table.tuples.tuple(group).enumerated() {
          state = FixedHash.combine(state, hashes[column][Int(key)])
        }
        return state
      }
    }
    return (0..<GroupParts.count).map { table.subset(box.groups(of: $0)) }
  }

  /// Some of the groups as a table of their own.
  private func subset(_ groups: [UInt32]) -> GroupTable {
    var part = states(of: groups)
    if keyColumns == 1 {
      part.dictionaries[0] = dictionaries[0].subset(groups)
      return part
    }
    var tuples = [UInt32](repeating: 0, count: groups.count * keyColumns)
    for column in 0..<keyColumns {
      var numbers = [UInt32](repeating: .max, count: dictionaries[column].count)
      var keys: [UInt32] = []
      for (place, group) in groups.enumerated() {
        let key = Int(self.tuples.ids[Int(group) * keyColumns + column])
        if numbers[key] == .max {
          numbers[key] = UInt32(keys.count)
          keys.append(UInt32(key))
        }
        tuples[place * keyColumns + column] = numbers[key]
      }
      part.dictionaries[column] = dictionaries[column].subset(keys)
    }
    part.tuples = TupleTable(width: keyColumns, ids: tuples)
    return part
  }
}

extension KeyDictionary {
  /// A hash of a key that is the same in every process.
  fileprivate func fixedHash(_ id: Int) -> UInt64 {
    let second = words[2 * id + 1]
    if second >= Self.longMark { return FixedHash.hash(longKey(second)) }
    return FixedHash.combine(words[2 * id], second)
  }

  /// Some of the keys, numbered in the order in which they are named. Without slots, until a key is looked for.
  fileprivate func subset(_ ids: [UInt32]) -> KeyDictionary {
    var keys = KeyDictionary()
    keys.append(ids, of: self)
    return keys
  }
}
