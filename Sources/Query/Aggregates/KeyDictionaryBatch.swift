// Group keys of a whole batch of rows looked up at a time: the hottest loop behind the scanner.
//
// Why the pointers hold: `base` and `slices` are the caller's for the time of the call, and 16 bytes behind each text
// can be read (`PieceBuffer.margin`); the dictionary's own arrays are reached inside `withUnsafeMutableBufferPointer`,
// and every index into them is below their counts: slots by the shift and the mask, words because an entry's number is
// below `count`, which stays at most half of the slots.

import CColumns
import CSV

/// Texts that read as null, in the form that the batch loops compare: as key words.
package struct NullKeys: Sendable {
  /// Words of the short null texts but the empty one, which always is null.
  var short: [(UInt64, UInt64)] = []
  var long: [[UInt8]] = []

  package init(_ dialect: Dialect) {
    for text in dialect.nullTexts where !text.isEmpty {
      if text.count <= KeyDictionary.shortLimit {
        short.append(KeyDictionary.shortWords(text.span))
      } else {
        long.append(text)
      }
    }
  }
}

/// Masks of the bytes that belong to a short key of each length, and its length in the top byte.
private struct ShortKeyMasks {
  /// For each count 0 ... 15: mask of the first word, of the second, and what is put on top of the second.
  static let table: [UInt64] = {
    var table: [UInt64] = []
    for count in 0...KeyDictionary.shortLimit {
      let first: UInt64 = count >= 8 ? .max : (1 << UInt64(8 * count)) - 1
      let second: UInt64 = count > 8 ? (1 << UInt64(8 * (count - 8))) - 1 : 0
      let top: UInt64 = count == 0 ? KeyDictionary.nullWords.1 : UInt64(count) << 56
      table.append(contentsOf: [first, second, top, 0] as [UInt64])
    }
    return table
  }()
}

extension KeyDictionary {
  /// Rows that are looked up together where the dictionary is larger than the caches: their misses overlap.
  static let blockSize = 32
  /// Slots from which on that pays.
  static let largeSlots = 1 << 15

  /// Asks for the slots of keys of another dictionary, then for the keys that these point at.
  func prefetch(keysOf other: KeyDictionary, _ ids: ArraySlice<UInt32>) {
    let shift = KeyHash.shift(slots: slots.count)
    slots.withUnsafeBufferPointer { slots in
      words.withUnsafeBufferPointer { words in
        guard let slots = slots.baseAddress, let words = words.baseAddress else { return }
        for id in ids { ccolumns_prefetch(slots + Int(truncatingIfNeeded: other.hash(Int(id)) >> shift)) }
        for id in ids {
          let entry = slots[Int(truncatingIfNeeded: other.hash(Int(id)) >> shift)]
          ccolumns_prefetch(words + 2 * (Int(truncatingIfNeeded: entry & 0xFFFF_FFFF) - 1))
        }
      }
    }
  }

  /// Looks up the keys of so many rows; new ones are added. Empty texts and null texts are null.
  package mutating func identify(
    base: UnsafePointer<UInt8>, slices: UnsafePointer<FieldSlice>, count rows: Int, nulls: NullKeys,
    into ids: UnsafeMutablePointer<UInt32>
  ) {
    identify(base: base, slices: slices, count: rows, nulls: nulls, bound: .max, into: ids)
  }

  /// The same, but ends before a key would be added as number `bound`; gives the rows that were looked up.
  @discardableResult
  package mutating func identify(
    base: UnsafePointer<UInt8>, slices: UnsafePointer<FieldSlice>, count rows: Int, nulls: NullKeys, bound: Int,
    into ids: UnsafeMutablePointer<UInt32>
  ) -> Int {
    var done = 0
    while done < rows {
      makeRoom()
      done += lookUp(
        base: base, slices: slices + done, count: rows - done, nulls: nulls, bound: bound, into: ids + done)
      if done == rows { break }
      // A long key, or no more room: one row the slow way.
      let slice = slices[done]
      let key = Span<UInt8>(_unsafeStart: base + Int(slice.start), count: Int(slice.count))
      if key.count > Self.shortLimit {
        let isNull = nulls.long.contains { ByteOrder.areEqual($0.span, key) }
        if count >= bound, !(isNull ? holdsNull : holdsLong(key)) { return done }
        ids[done] = UInt32(truncatingIfNeeded: isNull ? insertNull().id : insert(key).id)
        done += 1
      } else if count >= bound {
        return done
      }
    }
    return done
  }

  /// Looks up rows until one needs something out of the ordinary; gives how many.
  private mutating func lookUp(
    base: UnsafePointer<UInt8>, slices: UnsafePointer<FieldSlice>, count rows: Int, nulls: NullKeys, bound: Int,
    into ids: UnsafeMutablePointer<UInt32>
  ) -> Int {
    var keys = count
    // No key is added once as many slots are taken as may be.
    let limit = min(bound, slots.count / Self.slotsPerKey(slots.count))
    let secrets = secrets
    let hasNulls = !nulls.short.isEmpty
    let isLarge = slots.count >= Self.largeSlots
    let done = ShortKeyMasks.table.withUnsafeBufferPointer { masks in
      slots.withUnsafeMutableBufferPointer { slots in
        words.withUnsafeMutableBufferPointer { words in
          arena.withUnsafeBufferPointer { arena in
            let lane = LookUp(
              base: base, slices: slices, masks: masks.baseAddress!, slots: slots.baseAddress!,
              words: words.baseAddress!, arena: arena.baseAddress, mask: slots.count - 1,
              shift: KeyHash.shift(slots: slots.count), limit: limit, secrets: secrets)
            if hasNulls { return lane.run(rows, &keys, into: ids, nulls: nulls.short) }
            return isLarge ? lane.runInBlocks(rows, &keys, into: ids) : lane.run(rows, &keys, into: ids)
          }
        }
      }
    }
    adopt(count: keys)
    return done
  }

  /// The loops themselves, with everything that they touch at hand.
  private struct LookUp {
    let base: UnsafePointer<UInt8>
    let slices: UnsafePointer<FieldSlice>
    let masks: UnsafePointer<UInt64>
    let slots: UnsafeMutablePointer<UInt64>
    let words: UnsafeMutablePointer<UInt64>
    let arena: UnsafePointer<UInt8>?
    let mask: Int
    let shift: UInt64
    let limit: Int
    let secrets: (UInt64, UInt64)

    /// The words of a short key.
    @inline(__always)
    func load(_ slice: FieldSlice) -> (UInt64, UInt64) {
      let text = UnsafeRawPointer(base + Int(slice.start))
      let mask = masks + 4 * Int(slice.count)
      let first = text.loadUnaligned(as: UInt64.self) & mask[0]
      let second = (text + 8).loadUnaligned(as: UInt64.self) & mask[1] | mask[2]
      return (first, second)
    }

    /// What the first two slots for a hash hold of it, if they do.
    ///
    /// Both are looked at without a branch between them: which of them it is cannot be foretold, and guessing wrong
    /// costs more than looking.
    @inline(__always)
    func entry(_ hash: UInt64) -> UInt64 {
      let slot = Int(truncatingIfNeeded: hash &>> shift)
      return ccolumns_choose(slots[slot], slots[(slot &+ 1) & mask], hash)
    }

    /// The number of a key by its hash; nil where it would have to be added and there is no room.
    @inline(__always)
    func find(_ key: (UInt64, UInt64), _ hash: UInt64, _ keys: inout Int) -> UInt32? {
      let entry = entry(hash)
      let id = Int(truncatingIfNeeded: entry & 0xFFFF_FFFF) &- 1
      if entry >> 32 == hash >> 32, id >= 0, words[2 &* id] == key.0, words[2 &* id &+ 1] == key.1 {
        return UInt32(truncatingIfNeeded: id)
      }
      return search(key, hash, &keys)
    }

    /// The same, slot by slot.
    @inline(never)
    private func search(_ key: (UInt64, UInt64), _ hash: UInt64, _ keys: inout Int) -> UInt32? {
      var slot = Int(truncatingIfNeeded: hash &>> shift)
      while true {
        let entry = slots[slot]
        if entry == 0 { break }
        if entry >> 32 == hash >> 32 {
          let id = Int(truncatingIfNeeded: entry & 0xFFFF_FFFF) &- 1
          if words[2 &* id] == key.0, words[2 &* id &+ 1] == key.1 { return UInt32(truncatingIfNeeded: id) }
        }
        slot = (slot &+ 1) & mask
      }
      guard keys < limit else { return nil }
      words[2 &* keys] = key.0
      words[2 &* keys &+ 1] = key.1
      slots[slot] = KeyHash.entry(hash, number: keys)
      keys &+= 1
      return UInt32(truncatingIfNeeded: keys &- 1)
    }

    /// The number of a long key that is known; nil where it is not.
    @inline(never)
    func findLong(_ slice: FieldSlice) -> UInt32? {
      guard let arena else { return nil }
      let text = UnsafeRawPointer(base + Int(slice.start))
      let count = Int(slice.count)
      var state = secrets.0 ^ UInt64(count)
      var offset = 0
      while count - offset > 16 {
        state = KeyHash.fold(
          (text + offset).loadUnaligned(as: UInt64.self) ^ secrets.1,
          (text + offset + 8).loadUnaligned(as: UInt64.self) ^ state)
        offset += 16
      }
      let first = KeyHash.fold(
        (text + count - 16).loadUnaligned(as: UInt64.self) ^ secrets.1,
        (text + count - 8).loadUnaligned(as: UInt64.self) ^ state)
      let hash = KeyHash.fold(first ^ secrets.0, KeyDictionary.longMark ^ secrets.1)
      var slot = Int(truncatingIfNeeded: hash &>> shift)
      while slots[slot] != 0 {
        let entry = slots[slot]
        let id = Int(truncatingIfNeeded: entry & 0xFFFF_FFFF) &- 1
        if entry >> 32 == hash >> 32, words[2 &* id] == first, words[2 &* id &+ 1] >= KeyDictionary.longMark {
          let key = UnsafeRawPointer(arena + Int(words[2 &* id &+ 1] & ~KeyDictionary.longMark))
          if Int(key.loadUnaligned(as: UInt32.self)) == count, Self.areEqual(key + 4, text, count) {
            return UInt32(truncatingIfNeeded: id)
          }
        }
        slot = (slot &+ 1) & mask
      }
      return nil
    }

    /// Compares texts of more than 15 bytes, the last eight of which may overlap those before.
    private static func areEqual(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ count: Int) -> Bool {
      var offset = 0
      while count - offset >= 8 {
        if (left + offset).loadUnaligned(as: UInt64.self) != (right + offset).loadUnaligned(as: UInt64.self) {
          return false
        }
        offset += 8
      }
      return (left + count - 8).loadUnaligned(as: UInt64.self) == (right + count - 8).loadUnaligned(as: UInt64.self)
    }

    func run(_ rows: Int, _ keys: inout Int, into ids: UnsafeMutablePointer<UInt32>) -> Int {
      var known = keys
      defer { keys = known }
      // Everything in variables of its own: the numbers written could otherwise change it, for all that the compiler knows.
      let (base, slices, masks, slots, words) = (UnsafeRawPointer(base), slices, masks, slots, words)
      let (mask, shift, secrets) = (mask, shift, secrets)
      for row in 0..<rows {
        let slice = slices[row]
        if slice.count > UInt32(KeyDictionary.shortLimit) {
          guard let id = findLong(slice) else { return row }
          ids[row] = id
          continue
        }
        let text = base + Int(slice.start)
        let ends = masks + 4 &* Int(slice.count)
        let first = text.loadUnaligned(as: UInt64.self) & ends[0]
        let second = (text + 8).loadUnaligned(as: UInt64.self) & ends[1] | ends[2]
        let hash = KeyHash.fold(first ^ secrets.0, second ^ secrets.1)
        let slot = Int(truncatingIfNeeded: hash &>> shift)
        let entry = ccolumns_choose(slots[slot], slots[(slot &+ 1) & mask], hash)
        let id = Int(truncatingIfNeeded: entry & 0xFFFF_FFFF) &- 1
        if id >= 0, words[2 &* id] == first, words[2 &* id &+ 1] == second {
          ids[row] = UInt32(truncatingIfNeeded: id)
        } else {
          guard let id = search((first, second), hash, &known) else { return row }
          ids[row] = id
        }
      }
      return rows
    }

    /// The same where the dialect has null texts.
    func run(
      _ rows: Int, _ keys: inout Int, into ids: UnsafeMutablePointer<UInt32>, nulls: [(UInt64, UInt64)]
    ) -> Int {
      for row in 0..<rows {
        let slice = slices[row]
        // Long keys that are null texts are told apart by the caller.
        if slice.count > UInt32(KeyDictionary.shortLimit) { return row }
        var key = load(slice)
        if nulls.contains(where: { $0.0 == key.0 && $0.1 == key.1 }) { key = KeyDictionary.nullWords }
        let hash = KeyHash.fold(key.0 ^ secrets.0, key.1 ^ secrets.1)
        guard let id = find(key, hash, &keys) else { return row }
        ids[row] = id
      }
      return rows
    }

    /// The same for large dictionaries: first the hashes of a block of rows, then what their slots hold, then the keys
    /// that these point at. Each is asked for a step ahead, so that the loads of a block wait for memory together.
    func runInBlocks(_ rows: Int, _ keys: inout Int, into ids: UnsafeMutablePointer<UInt32>) -> Int {
      withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 4 * KeyDictionary.blockSize) { scratch in
        guard let first = scratch.baseAddress else { return 0 }
        let second = first + KeyDictionary.blockSize
        let hashes = second + KeyDictionary.blockSize
        let entries = hashes + KeyDictionary.blockSize
        var row = 0
        while row < rows {
          let count = min(KeyDictionary.blockSize, rows - row)
          for index in 0..<count {
            let slice = slices[row &+ index]
            // A long key reads as a short one here; it is looked at again below.
            let isShort = slice.count <= UInt32(KeyDictionary.shortLimit)
            let key = load(isShort ? slice : FieldSlice(start: slice.start, count: 0))
            let hash = KeyHash.fold(key.0 ^ secrets.0, key.1 ^ secrets.1)
            first[index] = key.0
            second[index] = key.1
            hashes[index] = hash
            ccolumns_prefetch(slots + Int(truncatingIfNeeded: hash &>> shift))
          }
          for index in 0..<count {
            let entry = entry(hashes[index])
            entries[index] = entry
            // Of a free slot, the place before the first key: nothing is read there.
            ccolumns_prefetch(words + 2 &* (Int(truncatingIfNeeded: entry & 0xFFFF_FFFF) &- 1))
          }
          for index in 0..<count {
            if slices[row &+ index].count > UInt32(KeyDictionary.shortLimit) {
              guard let id = findLong(slices[row &+ index]) else { return row &+ index }
              ids[row &+ index] = id
              continue
            }
            let id = Int(truncatingIfNeeded: entries[index] & 0xFFFF_FFFF) &- 1
            if id >= 0, words[2 &* id] == first[index], words[2 &* id &+ 1] == second[index] {
              ids[row &+ index] = UInt32(truncatingIfNeeded: id)
            } else {
              guard let id = find((first[index], second[index]), hashes[index], &keys) else { return row &+ index }
              ids[row &+ index] = id
            }
          }
          row &+= count
        }
        return rows
      }
    }
  }
}
