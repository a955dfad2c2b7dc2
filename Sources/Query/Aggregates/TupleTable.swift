// Groups by several keys: tuples of the numbers that the dictionaries of the key columns gave to their texts. Comparing
// small numbers instead of texts makes wide keys as cheap as narrow ones, in memory and in time.
//
// Why the pointers hold: they are taken inside `withUnsafe...BufferPointer` for the time of one batch; `slots` is
// indexed by the shift and the mask, `ids` by group numbers below `count`, which stays at most half of the slots; the
// callers' columns hold `rows` numbers.

import CColumns
import CSV

/// Distinct tuples of numbers, numbered in the order of their first appearance.
package struct TupleTable: Sendable {
  /// Numbers in a tuple, at least 2.
  package let width: Int
  /// `width` numbers a group, and room for half as many groups as there are slots.
  var ids: [UInt32] = []
  /// As in `KeyDictionary`. Empty until a tuple is looked for.
  var slots: [UInt64] = []
  package private(set) var count = 0
  private let secrets = KeyHash.secrets

  private static let initialSlots = 16
  private static let blockSize = 32

  package init(width: Int) { self.width = width }

  /// Tuples that lie one after the other and are all different.
  init(width: Int, ids: [UInt32]) {
    self.width = width
    self.ids = ids
    count = ids.count / width
  }

  /// The group of a tuple, which is added if it is new.
  package mutating func insert(_ tuple: [UInt32]) -> Int {
    var group: UInt32 = 0
    withUnsafeMutablePointer(to: &group) { group in
      tuple.withUnsafeBufferPointer { tuple in
        guard let first = tuple.baseAddress else { return }
        identify(rows: 1, into: group) { column, _ in first + column }
      }
    }
    return Int(group)
  }

  /// The groups of tuples that lie one after the other; new ones are added.
  mutating func insert(all numbers: [UInt32]) -> [UInt32] {
    let rows = numbers.count / width
    var groups = [UInt32](repeating: 0, count: rows)
    groups.withUnsafeMutableBufferPointer { groups in
      numbers.withUnsafeBufferPointer { numbers in
        guard let first = numbers.baseAddress, let target = groups.baseAddress else { return }
        for row in Swift.stride(from: 0, to: rows, by: Self.blockSize) {
          identify(tuples: first + row * width, rows: min(Self.blockSize, rows - row), into: target + row)
        }
      }
    }
    return groups
  }

  /// The groups here of groups of another table whose numbers mean the same; new ones are added.
  mutating func insert(_ sources: [UInt32], of other: TupleTable) -> [UInt32] {
    var targets = [UInt32](repeating: 0, count: sources.count)
    targets.withUnsafeMutableBufferPointer { targets in
      sources.withUnsafeBufferPointer { sources in
        other.ids.withUnsafeBufferPointer { ids in
          guard let sources = sources.baseAddress, let target = targets.baseAddress, let ids = ids.baseAddress else {
            return
          }
          let rows = targets.count
          withUnsafeTemporaryAllocation(of: UInt32.self, capacity: width * Self.blockSize) { block in
            guard let tuples = block.baseAddress else { return }
            var row = 0
            while row < rows {
              let count = min(Self.blockSize, rows - row)
              for index in 0..<count {
                let source = ids + Int(sources[row &+ index]) &* width
                for column in 0..<width { tuples[index &* width &+ column] = source[column] }
              }
              identify(tuples: tuples, rows: count, into: target + row)
              row += count
            }
          }
        }
      }
    }
    return targets
  }

  /// Makes the slots for so many groups at least.
  mutating func reserve(_ groups: Int) {
    if 2 * groups + 2 > slots.count { grow(to: groups) }
  }

  /// Gives the memory back that only looking up needs.
  mutating func forgetSlots() {
    slots = []
    ids.removeLast(max(0, ids.count - count * width))
  }

  /// Adds the tuples of a table that has none in common with this one, under the numbers behind those here.
  mutating func append(disjoint other: TupleTable) {
    forgetSlots()
    ids.append(contentsOf: other.ids.prefix(other.count * width))
    count += other.count
  }

  /// Makes room for so many groups in all, for `append(disjoint:)`.
  mutating func reserveIds(_ groups: Int) { ids.reserveCapacity(groups * width) }

  /// Gives the memory of the numbers back, where nobody needs them any more.
  mutating func forgetIds() {
    slots = []
    ids = []
  }

  /// Forgets all tuples and keeps the memory.
  mutating func removeAll() {
    if count == 0 { return }
    slots.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
    count = 0
  }

  /// Looks up the tuples of so many rows; new ones are added.
  ///
  /// - Parameter columns: the numbers of each key column, one a row.
  package mutating func identify(
    columns: [UnsafePointer<UInt32>], rows: Int, into groups: UnsafeMutablePointer<UInt32>
  ) {
    identify(rows: rows, into: groups) { column, row in columns[column] + row }
  }

  private mutating func identify(
    rows: Int, into groups: UnsafeMutablePointer<UInt32>, at place: (Int, Int) -> UnsafePointer<UInt32>
  ) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: width * Self.blockSize) { block in
      guard let tuples = block.baseAddress else { return }
      var row = 0
      while row < rows {
        let count = min(Self.blockSize, rows - row)
        for column in 0..<width {
          let source = place(column, row)
          for index in 0..<count { tuples[index &* width &+ column] = source[index] }
        }
        identify(tuples: tuples, rows: count, into: groups + row)
        row += count
      }
    }
  }

  /// Looks up at most `blockSize` tuples that lie one after the other.
  mutating func identify(
    tuples: UnsafePointer<UInt32>, rows: Int, into groups: UnsafeMutablePointer<UInt32>
  ) {
    if (count + rows) * 2 > slots.count { grow(to: count + rows) }
    let width = width
    let secrets = secrets
    var known = count
    let mask = slots.count - 1
    let shift = KeyHash.shift(slots: slots.count)
    slots.withUnsafeMutableBufferPointer { slots in
      ids.withUnsafeMutableBufferPointer { ids in
        guard let slots = slots.baseAddress, let ids = ids.baseAddress else { return }
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: Self.blockSize) { scratch in
          guard let hashes = scratch.baseAddress else { return }
          // The loads of a block wait for memory together: first the slots, then the tuples that these point at.
          for row in 0..<rows {
            let hash = Self.hash(tuples + row &* width, width, secrets)
            hashes[row] = hash
            ccolumns_prefetch(slots + Int(truncatingIfNeeded: hash &>> shift))
          }
          for row in 0..<rows {
            let entry = slots[Int(truncatingIfNeeded: hashes[row] &>> shift)]
            // Of a free slot, the place before the first tuple: nothing is read there.
            ccolumns_prefetch(ids + (Int(truncatingIfNeeded: entry & 0xFFFF_FFFF) &- 1) &* width)
          }
          for row in 0..<rows {
            let tuple = tuples + row &* width
            let hash = hashes[row]
            var slot = Int(truncatingIfNeeded: hash &>> shift)
            var group = -1
            while slots[slot] != 0 {
              let entry = slots[slot]
              if entry >> 32 == hash >> 32 {
                let candidate = Int(truncatingIfNeeded: entry & 0xFFFF_FFFF) &- 1
                if Self.areEqual(ids + candidate &* width, tuple, width) {
                  group = candidate
                  break
                }
              }
              slot = (slot &+ 1) & mask
            }
            if group < 0 {
              group = known
              known &+= 1
              for column in 0..<width { ids[group &* width &+ column] = tuple[column] }
              slots[slot] = KeyHash.entry(hash, number: group)
            }
            groups[row] = UInt32(truncatingIfNeeded: group)
          }
        }
      }
    }
    count = known
  }

  @inline(__always)
  private static func areEqual(_ left: UnsafePointer<UInt32>, _ right: UnsafePointer<UInt32>, _ width: Int) -> Bool {
    for column in 0..<width where left[column] != right[column] { return false }
    return true
  }

  @inline(__always)
  private static func hash(_ tuple: UnsafePointer<UInt32>, _ width: Int, _ secrets: (UInt64, UInt64)) -> UInt64 {
    var state = secrets.0
    var column = 0
    while column &+ 1 < width {
      let pair = UInt64(tuple[column]) | UInt64(tuple[column &+ 1]) << 32
      state = KeyHash.fold(pair ^ secrets.1, state)
      column &+= 2
    }
    if column < width { state = KeyHash.fold(UInt64(tuple[column]) ^ secrets.1, state) }
    return state
  }

  /// The hash of a group: the same in every table of this process whose numbers mean the same.
  func hash(_ group: Int) -> UInt64 {
    ids.withUnsafeBufferPointer { ids in
      guard let first = ids.baseAddress else { return 0 }
      return Self.hash(first + group * width, width, secrets)
    }
  }

  /// The numbers of a group.
  package func tuple(_ group: Int) -> ArraySlice<UInt32> { ids[group * width..<(group + 1) * width] }

  private mutating func grow(to groups: Int) {
    var size = max(Self.initialSlots, slots.count)
    while size < 2 * groups + 2 { size *= 2 }
    if slots.isEmpty {
      slots = [UInt64](repeating: 0, count: size)
      let shift = KeyHash.shift(slots: size)
      for group in 0..<count {
        let hash = hash(group)
        var slot = Int(truncatingIfNeeded: hash >> shift)
        while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
        slots[slot] = KeyHash.entry(hash, number: group)
      }
    } else {
      slots = KeyHash.widen(slots, to: size)
    }
    ids.append(contentsOf: repeatElement(0, count: max(0, size / 2 * width - ids.count)))
  }

  /// Replaces every number by what `maps` say, column by column; the slots are gone then.
  mutating func translate(_ maps: [[UInt32]]) {
    slots = []
    for group in 0..<count {
      for column in 0..<width { ids[group * width + column] = maps[column][Int(ids[group * width + column])] }
    }
  }

  package func encode(into writer: inout ByteWriter) {
    writer.write(count: count)
    writer.write(integers: Array(ids[0..<count * width]))
  }

  /// Reads tuples back under the same numbers.
  ///
  /// - Parameter limits: every number of a column is below its limit.
  package init(limits: [Int], from reader: inout ByteReader) throws(ByteCodingError) {
    width = limits.count
    count = try reader.readElementCount(size: 4 * limits.count)
    ids = try reader.readShortIntegers(count * width)
    for index in ids.indices where Int(ids[index]) >= limits[index % width] {
      throw ByteCodingError("a group with a key that is not there")
    }
  }
}
