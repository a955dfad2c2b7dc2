// The tables of all parsers become one: small ones are added to the largest. The groups of large ones are dealt out by
// the hashes of their keys to partitions that have no group in common, so that partitions merge side by side and each
// fits the caches better; or they are sorted, where there are several key columns whose keys fit one word together.

import CSV

/// Merging of whole tables.
package enum GroupMerge {
  /// Groups in all tables from which on partitions pay.
  package static let partitionFrom = 100_000

  /// Merges tables of the same calls into one.
  ///
  /// - Parameters:
  ///   - tables: at least one.
  ///   - partitionFrom: groups in all tables from which on they are dealt out to partitions.
  static func merge(
    _ tables: [GroupTable], in loop: ParallelLoop, partitionFrom: Int = GroupMerge.partitionFrom
  ) -> GroupTable {
    let filled = tables.filter { $0.count > 0 && ($0.keyColumns == 0 || !$0.records.isEmpty) }
    let most = filled.map(\.count).max()
    guard var first = filled.first(where: { $0.count == most }) else { return tables[0] }
    if filled.count == 1 { return first }
    let total = filled.reduce(0) { $0 + $1.count }
    // States of texts and booleans are rare in results of this size, and would have to be strung together, too.
    if total >= partitionFrom, first.keyColumns > 0, first.others.isEmpty {
      let boxes = filled.map(TableBox.init)
      first = GroupTable(calls: first.calls, keyColumns: first.keyColumns)
      return first.keyColumns == 1
        ? mergeSingleKeys(boxes, like: first, in: loop) : mergeTuples(boxes, like: first, in: loop)
    }
    // The largest is not added to another one, but the others to it.
    let largest = filled.firstIndex { $0.count == first.count }
    for (index, table) in filled.enumerated() where index != largest { first.merge(table) }
    return first
  }

  private static func partitionCount(_ loop: ParallelLoop) -> Int { min(64, max(2, 2 * loop.width)) }

  private static func mergeSingleKeys(
    _ boxes: [TableBox], like empty: GroupTable, in loop: ParallelLoop
  ) -> GroupTable {
    let partitions = partitionCount(loop)
    loop(boxes.count) { index in
      let box = boxes[index]
      let keys = box.table.dictionaries[0]
      box.deal(partitions) { keys.hash($0) }
    }
    let parts = loop.map(partitions) { partition in
      var merged = empty
      let total = boxes.map { $0.groups(of: partition).count }.max() ?? 0
      merged.dictionaries[0].reserve(total)
      for box in boxes {
        let sources = box.groups(of: partition)
        let keys = box.table.dictionaries[0]
        let targets = merged.dictionaries[0].insert(keysOf: keys, sources)
        merged.coverGroups()
        merged.mergeStates(of: box.table, sources, into: targets)
      }
      return merged
    }
    return join(parts, like: empty)
  }

  /// One table of all partitions. Each gives its memory back as soon as it is taken over.
  private static func join(_ parts: consuming [GroupTable], like empty: GroupTable) -> GroupTable {
    var joined = empty
    let total = parts.reduce(0) { $0 + $1.count }
    joined.records.reserveCapacity(total * empty.stride)
    if empty.keyColumns > 1 { joined.tuples.reserveIds(total) }
    for index in parts.indices {
      joined.append(disjoint: parts[index])
      parts[index] = empty
    }
    return joined
  }

  private static func mergeTuples(
    _ boxes: [TableBox], like empty: GroupTable, in loop: ParallelLoop
  ) -> GroupTable {
    let columns = mergeKeys(boxes, like: empty, in: loop)
    let partitions = partitionCount(loop)
    loop(boxes.count) { index in
      let box = boxes[index]
      box.table.dictionaries = []
      box.table.tuples.translate(columns.map { $0.maps[index] })
      let tuples = box.table.tuples
      box.deal(partitions) { tuples.hash($0) }
    }
    let parts = loop.map(partitions) { partition in
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
    for box in boxes { box.clear(like: empty) }
    var merged = join(parts, like: empty)
    merged.dictionaries = columns.map(\.keys)
    return merged
  }

  /// The keys of one column of all tables, and for each table the numbers there of its own keys.
  private struct MergedKeys: Sendable {
    var keys: KeyDictionary
    var maps: [[UInt32]]
  }

  private static func mergeKeys(
    _ boxes: [TableBox], like empty: GroupTable, in loop: ParallelLoop
  ) -> [MergedKeys] {
    loop.map(empty.keyColumns) { column in
      var keys = boxes[0].table.dictionaries[column]
      var maps = [[UInt32]((0..<UInt32(keys.count)))]
      for box in boxes.dropFirst() {
        let other = box.table.dictionaries[column]
        maps.append(keys.insert(keysOf: other, (0..<other.count).map { UInt32($0) }))
      }
      return MergedKeys(keys: keys, maps: maps)
    }
  }

  // MARK: Merging by sorting

  /// Groups of several key columns, merged and in order.
  struct SortedGroups: Sendable {
    var table: GroupTable
    var keyOrders: [KeyOrder]
    var packed: PackedKeys
    var order: [UInt32]
  }

  /// Merges large tables of several key columns by sorting them: the answer is to be sorted anyway, and groups that are
  /// in more than one table lie next to each other then. Takes far less memory than another table would.
  ///
  /// - Returns: nil where the tables are not large, or their keys do not fit one word.
  static func mergeSorted(
    _ tables: [GroupTable], in loop: ParallelLoop, partitionFrom: Int = GroupMerge.partitionFrom
  ) -> SortedGroups? {
    let boxes = tables.filter { $0.count > 0 }.map(TableBox.init)
    guard let like = boxes.first?.table, like.keyColumns > 1, like.others.isEmpty,
      boxes.reduce(0, { $0 + $1.table.count }) >= partitionFrom
    else { return nil }
    let empty = GroupTable(calls: like.calls, keyColumns: like.keyColumns)
    let columns = mergeKeys(boxes, like: empty, in: loop)
    let layout = PackedKeys.Layout(counts: columns.map(\.keys.count))
    guard layout.isOneWord else { return nil }
    let keyOrders = loop.map(columns.count) { KeyOrder([columns[$0].keys]) }
    let ranks = keyOrders.map(\.ranks)
    var bases: [Int] = []
    var total = 0
    for box in boxes {
      bases.append(total)
      total += box.table.count
    }
    let starts = bases
    var lists = loop.map(boxes.count) { index in
      let maps = columns.indices.map { column in
        columns[column].maps[index].map { ranks[column][Int($0)] }
      }
      var entries = layout.entries(boxes[index].table.tuples, ranks: maps, from: starts[index])
      // The keys are in the entries now.
      boxes[index].table.tuples.forgetIds()
      boxes[index].table.dictionaries = []
      RadixSort.sort(&entries)
      return entries
    }
    var joined = empty
    joined.records.reserveCapacity(total * empty.stride)
    for box in boxes {
      joined.append(disjoint: box.table)
      box.clear(like: empty)
    }
    joined.dictionaries = columns.map(\.keys)
    while lists.count > 1 {
      let pairs = lists
      lists = loop.map((pairs.count + 1) / 2) { index in
        2 * index + 1 < pairs.count ? interleave(pairs[2 * index], pairs[2 * index + 1]) : pairs[2 * index]
      }
    }
    var entries = lists[0]
    lists = []
    addRepeated(&entries, in: &joined)
    return SortedGroups(
      table: joined, keyOrders: keyOrders, packed: PackedKeys(layout: layout, keys: entries.map(\.key)),
      order: entries.map(\.place))
  }

  /// Two sorted lists as one.
  private static func interleave(_ left: [SortEntry], _ right: [SortEntry]) -> [SortEntry] {
    var result: [SortEntry] = []
    result.reserveCapacity(left.count + right.count)
    var (first, second) = (0, 0)
    while first < left.count, second < right.count {
      if right[second].key < left[first].key {
        result.append(right[second])
        second += 1
      } else {
        result.append(left[first])
        first += 1
      }
    }
    result.append(contentsOf: left[first...])
    result.append(contentsOf: right[second...])
    return result
  }

  /// Adds every group that has the key of the one before it to that one.
  private static func addRepeated(_ entries: inout [SortEntry], in table: inout GroupTable) {
    var sources: [UInt32] = []
    var targets: [UInt32] = []
    var kept = 0
    for index in entries.indices {
      if kept > 0, entries[kept - 1].key == entries[index].key {
        sources.append(entries[index].place)
        targets.append(entries[kept - 1].place)
      } else {
        entries[kept] = entries[index]
        kept += 1
      }
    }
    entries.removeLast(entries.count - kept)
    if sources.isEmpty { return }
    let repeated = table.states(of: sources)
    table.mergeStates(of: repeated, sources.indices.map { UInt32($0) }, into: targets)
  }
}
