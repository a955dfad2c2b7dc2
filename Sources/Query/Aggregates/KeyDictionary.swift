// Distinct key texts, numbered in the order of their first appearance: the index behind group keys and distinct counts.
// Nothing that is printed may depend on the order of the numbers.
//
// For whoever changes it: a key is its two words. Up to 15 bytes lie in them, with their count in the top byte of the
// second; a longer key has its hash in the first, and in the second a mark and where it lies in the arena. So equal
// short keys have equal words, and only long keys are ever compared byte by byte.

import CSV

/// A set of byte strings, and null, with open addressing. Looking a known key up allocates nothing.
package struct KeyDictionary: Sendable {
  /// The longest key that lies in its two words.
  static let shortLimit = 15
  /// Top bytes of the second word: of a long key, and of null.
  static let longMark: UInt64 = 0xFF << 56
  static let nullWords: (UInt64, UInt64) = (0, 0xFE << 56)
  private static let initialSlots = 16
  /// What lies behind the long keys. As an array it is copied in one step, in debug builds too, for each new one.
  private static let margin = [UInt8](repeating: 0, count: PieceBuffer.margin)

  /// Two words a key; room for half as many keys as there are slots.
  var words: [UInt64] = []
  /// Long keys: count (4 bytes, little-endian), then the bytes, one after the other; then `PieceBuffer.margin` bytes of nothing.
  var arena: [UInt8] = []
  /// A power of two of slots, at most half of them taken (see `slotsPerKey`): 0 is free, else the upper half of the key's hash
  /// above its number + 1. Empty until a key is looked for: a dictionary that is only read has none.
  var slots: [UInt64] = []
  package private(set) var count = 0
  let secrets = KeyHash.secrets

  package init() {}

  /// The number of a key, which is added if it is new.
  package mutating func insert(_ key: Span<UInt8>) -> (id: Int, isNew: Bool) {
    if key.count > Self.shortLimit { return insertLong(key) }
    return insert(words: Self.shortWords(key))
  }

  /// The number of null.
  package mutating func insertNull() -> (id: Int, isNew: Bool) { insert(words: Self.nullWords) }

  /// The number of a key that is in its words: a short one or null.
  mutating func insert(words key: (UInt64, UInt64)) -> (id: Int, isNew: Bool) {
    makeRoom()
    let hash = KeyHash.fold(key.0 ^ secrets.0, key.1 ^ secrets.1)
    var slot = Int(truncatingIfNeeded: hash >> KeyHash.shift(slots: slots.count))
    while slots[slot] != 0 {
      let entry = slots[slot]
      let id = Int(truncatingIfNeeded: entry & 0xFFFF_FFFF) - 1
      if entry >> 32 == hash >> 32, words[2 * id] == key.0, words[2 * id + 1] == key.1 { return (id, false) }
      slot = (slot + 1) & (slots.count - 1)
    }
    return (append(key, hash: hash, slot: slot), true)
  }

  private mutating func insertLong(_ key: Span<UInt8>) -> (id: Int, isNew: Bool) {
    makeRoom()
    let place = locateLong(key)
    if let id = place.id { return (id, false) }
    let start = arena.isEmpty ? 0 : arena.count - PieceBuffer.margin
    arena.removeLast(arena.count - start)
    for shift in [0, 8, 16, 24] { arena.append(UInt8(truncatingIfNeeded: key.count >> shift)) }
    arena.append(copying: key)
    arena.append(contentsOf: Self.margin)
    return (append((place.first, Self.longMark | UInt64(start)), hash: place.hash, slot: place.slot), true)
  }

  /// Where a long key is, or would be.
  private func locateLong(_ key: Span<UInt8>) -> (id: Int?, slot: Int, first: UInt64, hash: UInt64) {
    let first = longHash(key)
    let hash = KeyHash.fold(first ^ secrets.0, Self.longMark ^ secrets.1)
    var slot = Int(truncatingIfNeeded: hash >> KeyHash.shift(slots: slots.count))
    while slots[slot] != 0 {
      let entry = slots[slot]
      let id = Int(truncatingIfNeeded: entry & 0xFFFF_FFFF) - 1
      if entry >> 32 == hash >> 32, words[2 * id] == first, isLong(id),
        ByteOrder.areEqual(longKey(words[2 * id + 1]), key)
      {
        return (id, slot, first, hash)
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return (nil, slot, first, hash)
  }

  /// Whether a long key is there.
  func holdsLong(_ key: Span<UInt8>) -> Bool { !slots.isEmpty && locateLong(key).id != nil }

  /// Whether null is there.
  var holdsNull: Bool {
    if slots.isEmpty { return false }
    let hash = KeyHash.fold(Self.nullWords.0 ^ secrets.0, Self.nullWords.1 ^ secrets.1)
    var slot = Int(truncatingIfNeeded: hash >> KeyHash.shift(slots: slots.count))
    while slots[slot] != 0 {
      if isNull(Int(truncatingIfNeeded: slots[slot] & 0xFFFF_FFFF) - 1) { return true }
      slot = (slot + 1) & (slots.count - 1)
    }
    return false
  }

  private mutating func append(_ key: (UInt64, UInt64), hash: UInt64, slot: Int) -> Int {
    words[2 * count] = key.0
    words[2 * count + 1] = key.1
    slots[slot] = KeyHash.entry(hash, number: count)
    count += 1
    return count - 1
  }

  /// The hash of a key by its number: the same in every dictionary of this process.
  func hash(_ id: Int) -> UInt64 {
    let second = words[2 * id + 1]
    return KeyHash.fold(
      words[2 * id] ^ secrets.0, (second >= Self.longMark ? Self.longMark : second) ^ secrets.1)
  }

  package func isNull(_ id: Int) -> Bool { words[2 * id + 1] == Self.nullWords.1 }

  func isLong(_ id: Int) -> Bool { words[2 * id + 1] >= Self.longMark }

  /// Appends the text of a key; of null nothing.
  package func append(_ id: Int, to bytes: inout [UInt8]) {
    let second = words[2 * id + 1]
    if second >= Self.longMark {
      bytes.append(copying: longKey(second))
      return
    }
    if second == Self.nullWords.1 { return }
    let count = Int(second >> 56)
    var word = words[2 * id]
    for index in 0..<count {
      if index == 8 { word = second }
      bytes.append(UInt8(truncatingIfNeeded: word))
      word >>= 8
    }
  }

  /// The text of a key.
  package func key(_ id: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    append(id, to: &bytes)
    return bytes
  }

  /// Bytes of a key; 0 of null.
  package func keyCount(_ id: Int) -> Int {
    let second = words[2 * id + 1]
    if second >= Self.longMark { return longKey(second).count }
    return second == Self.nullWords.1 ? 0 : Int(second >> 56)
  }

  /// The bytes of a long key by its second word.
  @_lifetime(borrow self)
  func longKey(_ second: UInt64) -> Span<UInt8> {
    let place = Int(second & ~Self.longMark)
    var length = 0
    for index in 0..<4 { length |= Int(arena[place + index]) << (8 * index) }
    return arena.span.extracting(place + 4..<place + 4 + length)
  }

  /// The two words of a short key.
  static func shortWords(_ key: Span<UInt8>) -> (UInt64, UInt64) {
    var first: UInt64 = 0
    var second = UInt64(key.count) << 56
    for index in key.indices {
      if index < 8 {
        first |= UInt64(key[index]) << UInt64(8 * index)
      } else {
        second |= UInt64(key[index]) << UInt64(8 * (index - 8))
      }
    }
    return (first, second)
  }

  /// Whether these are the words of a short key: with nothing behind its bytes, so that a text has no second form.
  private static func isShort(_ first: UInt64, _ second: UInt64) -> Bool {
    let count = second >> 56
    if count > UInt64(shortLimit) { return false }
    let rest = second & ~(0xFF << 56)
    return count >= 8 ? rest >> (8 * (count - 8)) == 0 : first >> (8 * count) == 0 && rest == 0
  }

  /// The hash of a long key: its first word.
  func longHash(_ key: Span<UInt8>) -> UInt64 {
    var state = secrets.0 ^ UInt64(key.count)
    var offset = 0
    while key.count - offset > 16 {
      state = KeyHash.fold(word(key, offset) ^ secrets.1, word(key, offset + 8) ^ state)
      offset += 16
    }
    // The last sixteen bytes overlap those before them rather than going beyond the key.
    return KeyHash.fold(word(key, key.count - 16) ^ secrets.1, word(key, key.count - 8) ^ state)
  }

  @inline(__always)
  private func word(_ bytes: Span<UInt8>, _ offset: Int) -> UInt64 {
    // A load within the bounds that the span checks; every pattern of bytes is an integer.
    UInt64(littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// Makes room for one more key.
  mutating func makeRoom() {
    if (count + 1) * Self.slotsPerKey(slots.count) > slots.count { grow(to: max(Self.initialSlots, slots.count * 2)) }
  }

  /// Slots a key at least. While the slots lie in the fastest cache, more of them cost nothing and save second looks.
  static func slotsPerKey(_ slots: Int) -> Int { slots <= sparseSlots ? 4 : 2 }
  private static let sparseSlots = 4096

  /// Makes the slots that keys are looked up by, for so many keys at least.
  mutating func reserve(_ keys: Int) {
    var wanted = Self.initialSlots
    while wanted < Self.slotsPerKey(wanted) * (keys + 1) { wanted *= 2 }
    if wanted > slots.count { grow(to: wanted) }
  }

  private mutating func grow(to wanted: Int) {
    var size = wanted
    // A dictionary that was read back has keys and no slots.
    while size < Self.slotsPerKey(size) * (count + 1) { size *= 2 }
    if slots.isEmpty {
      slots = [UInt64](repeating: 0, count: size)
      let shift = KeyHash.shift(slots: size)
      for id in 0..<count {
        let hash = hash(id)
        var slot = Int(truncatingIfNeeded: hash >> shift)
        while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
        slots[slot] = KeyHash.entry(hash, number: id)
      }
    } else {
      slots = KeyHash.widen(slots, to: size)
    }
    words.append(contentsOf: repeatElement(0, count: size - words.count))
  }

  /// Takes over the number of keys from the batch loop, which may have added some.
  mutating func adopt(count: Int) { self.count = count }

  /// Adds the keys of a dictionary that has none in common with this one, under the numbers behind those here. The slots
  /// are gone then, until a key is looked for.
  mutating func append(disjoint other: KeyDictionary) {
    slots = []
    words.removeLast(words.count - 2 * count)
    let start = arena.isEmpty ? 0 : arena.count - PieceBuffer.margin
    arena.removeLast(arena.count - start)
    arena.append(contentsOf: other.arena)
    if !arena.isEmpty, other.arena.isEmpty { arena.append(contentsOf: Self.margin) }
    words.reserveCapacity(2 * (count + other.count))
    for id in 0..<other.count {
      words.append(other.words[2 * id])
      let second = other.words[2 * id + 1]
      words.append(second >= Self.longMark ? second + UInt64(start) : second)
    }
    count += other.count
  }

  /// Adds keys of another dictionary, none of which is here, to one without slots.
  mutating func append(_ ids: [UInt32], of other: KeyDictionary) {
    words.reserveCapacity(2 * (count + ids.count))
    var start = arena.isEmpty ? 0 : arena.count - PieceBuffer.margin
    arena.removeLast(arena.count - start)
    for id in ids {
      words.append(other.words[2 * Int(id)])
      var second = other.words[2 * Int(id) + 1]
      if second >= Self.longMark {
        let place = Int(second & ~Self.longMark)
        let length = 4 + other.longKey(second).count
        arena.append(copying: other.arena.span.extracting(place..<place + length))
        second = Self.longMark | UInt64(start)
        start += length
      }
      words.append(second)
    }
    if start > 0 { arena.append(contentsOf: repeatElement(0, count: PieceBuffer.margin)) }
    count += ids.count
  }

  /// Forgets all keys and keeps the memory.
  mutating func removeAll() {
    if count == 0 { return }
    slots.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
    arena.removeAll(keepingCapacity: true)
    count = 0
  }

  // MARK: Merging and the binary form

  /// The number here of a key of another dictionary.
  mutating func insert(keyOf other: KeyDictionary, _ id: Int) -> Int {
    let second = other.words[2 * id + 1]
    if second >= Self.longMark { return insertLong(other.longKey(second)).id }
    return insert(words: (other.words[2 * id], second)).id
  }

  /// The numbers here of keys of another dictionary. What many of them need of this one is asked for ahead.
  mutating func insert(keysOf other: KeyDictionary, _ ids: [UInt32]) -> [UInt32] {
    var numbers: [UInt32] = []
    numbers.reserveCapacity(ids.count)
    var start = 0
    while start < ids.count {
      let end = min(start + Self.blockSize, ids.count)
      if slots.count >= Self.largeSlots { prefetch(keysOf: other, ids[start..<end]) }
      for place in start..<end { numbers.append(UInt32(insert(keyOf: other, Int(ids[place])))) }
      start = end
    }
    return numbers
  }

  package func encode(into writer: inout ByteWriter) {
    writer.write(count: count)
    for id in 0..<count {
      let second = words[2 * id + 1]
      if second >= Self.longMark {
        let key = longKey(second)
        writer.write(Self.longMark | UInt64(key.count))
        writer.write(bytes: key)
      } else {
        writer.write(second)
        writer.write(words[2 * id])
      }
    }
  }

  /// Reads keys back under the same numbers. Whether a key occurs twice is not looked at.
  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    let total = try reader.readElementCount(size: 16)
    words.reserveCapacity(2 * total)
    for _ in 0..<total {
      let second = try reader.read(UInt64.self)
      switch second >> 56 {
      case 0xFF:
        let length = Int(second & ~Self.longMark)
        guard length > Self.shortLimit, length <= reader.remaining else {
          throw ByteCodingError("a key of \(length) bytes")
        }
        let key = try reader.readBytes(length)
        words.append(longHash(key.span))
        words.append(Self.longMark | UInt64(arena.count))
        for shift in [0, 8, 16, 24] { arena.append(UInt8(truncatingIfNeeded: length >> shift)) }
        arena.append(contentsOf: key)
      case 0...15, 0xFE:
        let first = try reader.read(UInt64.self)
        guard (first, second) == Self.nullWords || Self.isShort(first, second) else {
          throw ByteCodingError("a key in more than its words")
        }
        words.append(first)
        words.append(second)
      default: throw ByteCodingError("a key of unknown form")
      }
    }
    if !arena.isEmpty { arena.append(contentsOf: Self.margin) }
    count = total
  }
}
