// Tables of the same calls added to one another: keys are looked up once, then words are added to words, and what the words
// cannot hold to exact states.
//
// Why the pointers hold: they are taken inside `withUnsafe...BufferPointer` for the time of one block, and nothing is read through
// them: they only say what to ask for.

import CSV

extension GroupTable {
  /// Which group here each group of another table is. Groups without rows have none: they, and their keys, may come
  /// from bytes that turned out to be of no use.
  package struct GroupMap: Sendable {
    static let none = UInt32.max
    var groups: [UInt32] = []
    var keys: [[UInt32]] = []
    var version = -1

    package init() {}
  }

  /// Adds what another table of the same calls holds.
  package mutating func merge(_ other: GroupTable) {
    var map = GroupMap()
    merge(other, map: &map)
  }

  /// The same, with what is known from the last time that the same table was merged into this one.
  package mutating func merge(_ other: GroupTable, map: inout GroupMap) {
    precondition(calls == other.calls && keyColumns == other.keyColumns, "tables of different calls cannot be merged")
    if map.version != other.version {
      map = GroupMap()
      map.version = other.version
      map.keys = Array(repeating: [], count: keyColumns > 1 ? keyColumns : 0)
    }
    let theirs = other.count
    if map.groups.count < theirs {
      map.groups.append(contentsOf: repeatElement(GroupMap.none, count: theirs - map.groups.count))
      for column in map.keys.indices {
        let missing = other.dictionaries[column].count - map.keys[column].count
        map.keys[column].append(contentsOf: repeatElement(GroupMap.none, count: missing))
      }
    }
    var sources: [UInt32] = []
    var targets: [UInt32] = []
    sources.reserveCapacity(theirs)
    targets.reserveCapacity(theirs)
    var missing: [UInt32] = []
    for group in 0..<theirs where other.records[group * stride] != 0 {
      if map.groups[group] == GroupMap.none {
        missing.append(UInt32(group))
      } else {
        sources.append(UInt32(group))
        targets.append(map.groups[group])
      }
    }
    insert(missing, of: other, map: &map)
    for group in missing {
      sources.append(group)
      targets.append(map.groups[Int(group)])
    }
    coverGroups()
    mergeStates(of: other, sources, into: targets)
  }

  /// Adds groups of another table that have rows.
  private mutating func insert(_ groups: [UInt32], of other: GroupTable, map: inout GroupMap) {
    switch keyColumns {
    case 0:
      if !groups.isEmpty { map.groups[0] = 0 }
    case 1:
      let numbers = dictionaries[0].insert(keysOf: other.dictionaries[0], groups)
      for (index, group) in groups.enumerated() { map.groups[Int(group)] = numbers[index] }
    default:
      var translated = [UInt32](repeating: 0, count: groups.count * keyColumns)
      for column in 0..<keyColumns {
        // Keys that have not been met before are looked up together.
        var fresh: [UInt32] = []
        for group in groups {
          let key = other.tuples.ids[Int(group) * keyColumns + column]
          if map.keys[column][Int(key)] == GroupMap.none {
            map.keys[column][Int(key)] = 0
            fresh.append(key)
          }
        }
        let numbers = dictionaries[column].insert(keysOf: other.dictionaries[column], fresh)
        for (key, number) in zip(fresh, numbers) { map.keys[column][Int(key)] = number }
        for (place, group) in groups.enumerated() {
          let key = Int(other.tuples.ids[Int(group) * keyColumns + column])
          translated[place * keyColumns + column] = map.keys[column][key]
        }
      }
      let numbers = tuples.insert(all: translated)
      for (index, group) in groups.enumerated() { map.groups[Int(group)] = numbers[index] }
    }
  }

  /// Adds the states of groups of another table to groups here.
  mutating func mergeStates(of other: GroupTable, _ sources: [UInt32], into targets: [UInt32]) {
    var start = 0
    while start < sources.count {
      let block = start..<min(start + Self.mergedAtOnce, sources.count)
      if records.count >= LaneKernel.farAway { prefetch(targets[block]) }
      if other.records.count >= LaneKernel.farAway { other.prefetch(sources[block]) }
      for index in lanes.indices { mergeLane(index, of: other, sources[block], into: targets[block]) }
      for place in block { records[Int(targets[place]) * stride] &+= other.records[Int(sources[place]) * stride] }
      start = block.upperBound
    }
    for index in lanes.indices { lanes[index].merge(rest: other.lanes[index], sources, into: targets) }
    for index in others.indices { others[index].merge(any: other.others[index], sources, into: targets) }
  }

  /// Groups whose records are asked for together before they are added to.
  private static let mergedAtOnce = 256

  private func prefetch(_ groups: ArraySlice<UInt32>) {
    records.withUnsafeBufferPointer { records in
      guard let first = records.baseAddress else { return }
      groups.withUnsafeBufferPointer { groups in
        guard let place = groups.baseAddress else { return }
        // Nothing is written through the pointer: asking for a record changes nothing in it.
        LaneKernel(records: UnsafeMutablePointer(mutating: first), stride: stride, groups: place)
          .prefetch(rows: groups.count)
      }
    }
  }

  private mutating func mergeLane(
    _ index: Int, of other: GroupTable, _ sources: ArraySlice<UInt32>, into targets: ArraySlice<UInt32>
  ) {
    let theirs = other.lanes[index]
    raise(lane: index, to: theirs.scale)
    let lane = lanes[index].words
    let by = lane.scale - theirs.scale
    for (sourceGroup, targetGroup) in zip(sources, targets) {
      let group = Int(targetGroup)
      let (word, source) = (group * stride, Int(sourceGroup) * stride)
      if lane.sum >= 0 {
        let value = other.records[source + lane.sum]
        if let scaled = LaneScale.scaled(value, by: by) {
          let (sum, overflow) = records[word + lane.sum].addingReportingOverflow(scaled)
          if overflow {
            lanes[index].spill(sum: scaled, group: group)
          } else {
            records[word + lane.sum] = sum
          }
        } else {
          lanes[index].addTotal(Int128(value), scale: theirs.scale, group: group)
        }
      }
      if lane.squares >= 0 {
        let low = UInt64(bitPattern: other.records[source + lane.squares])
        let value = Int128(other.records[source + lane.squares + 1]) << 64 | Int128(low)
        lanes[index].addSquares(value, scale: 2 * theirs.scale, group: group, to: &records, word: word)
      }
      for (place, end) in [(lane.least, Extreme.least), (lane.greatest, .greatest)] where place >= 0 {
        let value = other.records[source + place]
        if value == NumberLane.emptyWord(end) { continue }
        if let scaled = LaneScale.scaled(value, by: by) {
          let own = records[word + place]
          records[word + place] = end == .least ? min(own, scaled) : max(own, scaled)
        } else {
          lanes[index].addExtreme(
            .decimal(Decimal(mantissa: Int128(value), scale: theirs.scale)), end: end, group: group)
        }
      }
    }
  }

  /// A table of nothing but the states of some groups, numbered in the order in which they are named.
  func states(of groups: [UInt32]) -> GroupTable {
    var table = GroupTable(calls: calls, keyColumns: keyColumns)
    table.records = []
    table.records.reserveCapacity(groups.count * stride)
    for group in groups { table.records.append(contentsOf: record(Int(group))) }
    let numbers = groups.indices.map { UInt32($0) }
    for index in lanes.indices {
      table.lanes[index].scale = lanes[index].scale
      table.lanes[index].merge(rest: lanes[index], groups, into: numbers)
    }
    return table
  }

  /// Adds the groups of a table that has none in common with this one, under the numbers behind those here. With
  /// several key columns their numbers must mean the same in both; dictionaries are left to the caller then.
  mutating func append(disjoint other: GroupTable) {
    let before = count
    var other = other
    for index in lanes.indices {
      let scale = max(lanes[index].scale, other.lanes[index].scale)
      raise(lane: index, to: scale)
      other.raise(lane: index, to: scale)
      lanes[index].append(rest: other.lanes[index], behind: before)
    }
    records.append(contentsOf: other.records)
    if keyColumns == 1 {
      dictionaries[0].append(disjoint: other.dictionaries[0])
    } else {
      tuples.append(disjoint: other.tuples)
    }
    version &+= 1
  }
}
