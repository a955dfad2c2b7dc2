// The tables of all parsers become one answer. Where they are large, groups are dealt out by the hashes of their keys to
// partitions that have no group in common, so that partitions merge side by side and each fits the caches better.

import CSV

/// Merging of whole tables.
enum GroupMerge {
  /// Groups in all tables from which on partitions pay.
  static let partitionFrom = 100_000

  /// Merges tables of the same calls into tables that have no group in common. With several key columns the dictionaries
  /// of the first result are good for all of them.
  ///
  /// - Parameters:
  ///   - tables: at least one.
  ///   - partitionFrom: groups in all tables from which on they are dealt out to partitions; tests say fewer.
  static func merge(
    _ tables: [GroupTable], in loop: ParallelLoop, partitionFrom: Int = GroupMerge.partitionFrom
  ) -> [GroupTable] {
    let filled = tables.filter { $0.count > 0 && ($0.keyColumns == 0 || !$0.records.isEmpty) }
    guard var first = filled.first(where: { table in filled.allSatisfy { $0.count <= table.count } }) else { return [tables[0]] }
    if filled.count == 1 { return [first] }
    let total = filled.reduce(0) { $0 + $1.count }
    if total >= partitionFrom, first.keyColumns > 0 {
      let boxes = filled.map(TableBox.init)
      first = GroupTable(calls: first.calls, keyColumns: first.keyColumns)
      return first.keyColumns == 1
        ? mergeSingleKeys(boxes, like: first, in: loop) : mergeTuples(boxes, like: first, in: loop)
    }
    // The largest is not added to another one, but the others to it.
    let largest = filled.firstIndex { $0.count == first.count }
    for (index, table) in filled.enumerated() where index != largest { first.merge(table) }
    return [first]
  }

  /// A table that one body of a loop at a time changes.
  ///
  /// Why `@unchecked Sendable` is right: a body touches the box of its own index while others touch others; where all bodies
  /// share the boxes they only read them.
  private final class TableBox: @unchecked Sendable {
    var table: GroupTable
    /// Groups by partition, one after the other, and where each partition starts.
    var groups: [UInt32] = []
    var starts: [Int] = []

    init(_ table: GroupTable) { self.table = table }

    /// Deals the groups out by their hashes.
    func deal(_ partitions: Int, hash: (Int) -> UInt64) {
      let count = table.count
      var places = [UInt8](repeating: 0, count: count)
      var sizes = [Int](repeating: 0, count: partitions + 1)
      for group in 0..<count {
        // The upper bits, because the lower ones choose the slot within a partition.
        let partition = Int((hash(group) >> 48) * UInt64(partitions) >> 16)
        places[group] = UInt8(partition)
        sizes[partition + 1] += 1
      }
      for partition in 0..<partitions { sizes[partition + 1] += sizes[partition] }
      starts = sizes
      groups = [UInt32](repeating: 0, count: count)
      for group in 0..<count {
        let partition = Int(places[group])
        groups[sizes[partition]] = UInt32(group)
        sizes[partition] += 1
      }
    }

    func groups(of partition: Int) -> [UInt32] { Array(groups[starts[partition]..<starts[partition + 1]]) }
  }

  private static func partitionCount(_ loop: ParallelLoop) -> Int { min(64, max(2, 2 * loop.width)) }

  private static func mergeSingleKeys(
    _ boxes: [TableBox], like empty: GroupTable, in loop: ParallelLoop
  ) -> [GroupTable] {
    let partitions = partitionCount(loop)
    loop(boxes.count) { index in
      let box = boxes[index]
      let keys = box.table.dictionaries[0]
      box.deal(partitions) { keys.hash($0) }
    }
    return loop.map(partitions) { partition in
      var merged = empty
      let total = boxes.map { $0.groups(of: partition).count }.max() ?? 0
      merged.dictionaries[0].reserve(total)
      for box in boxes {
        let sources = box.groups(of: partition)
        let keys = box.table.dictionaries[0]
        let targets = sources.map { UInt32(merged.dictionaries[0].insert(keyOf: keys, Int($0))) }
        merged.coverGroups()
        merged.mergeStates(of: box.table, sources, into: targets)
      }
      return merged
    }
  }

  private static func mergeTuples(
    _ boxes: [TableBox], like empty: GroupTable, in loop: ParallelLoop
  ) -> [GroupTable] {
    // First the keys of each column, so that their numbers mean the same everywhere.
    let columns = loop.map(empty.keyColumns) { column in
      var keys = boxes[0].table.dictionaries[column]
      var maps = [[UInt32]((0..<UInt32(keys.count)))]
      for box in boxes.dropFirst() {
        let other = box.table.dictionaries[column]
        maps.append((0..<other.count).map { UInt32(keys.insert(keyOf: other, $0)) })
      }
      return (keys: keys, maps: maps)
    }
    let partitions = partitionCount(loop)
    loop(boxes.count) { index in
      let box = boxes[index]
      box.table.dictionaries = []
      box.table.tuples.translate(columns.map { $0.maps[index] })
      let tuples = box.table.tuples
      box.deal(partitions) { tuples.hash($0) }
    }
    var merged = loop.map(partitions) { partition in
      var merged = empty
      let total = boxes.map { $0.starts[partition + 1] - $0.starts[partition] }.max() ?? 0
      merged.tuples.reserve(total)
      for box in boxes {
        let sources = box.groups(of: partition)
        let targets = merged.tuples.insert(sources, of: box.table.tuples)
        merged.coverGroups()
        merged.mergeStates(of: box.table, sources, into: targets)
      }
      merged.tuples.forgetSlots()
      return merged
    }
    merged[0].dictionaries = columns.map(\.keys)
    return merged
  }
}
