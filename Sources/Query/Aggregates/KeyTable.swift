// Distinct byte strings, numbered in the order of their first appearance: the index behind group tables and distinct
// counts. Nothing that is printed may depend on the order of its numbers.

import CSV

/// A set of byte strings with open addressing over one arena. Looking up a known key allocates nothing.
package struct KeyTable: Sendable {
  /// All keys, one after the other.
  private var arena: [UInt8] = []
  /// Where each key ends in the arena.
  private var ends: [Int] = []
  private var hashes: [UInt64] = []
  /// A power of two of slots: 0 is empty, else the key's number + 1 in the low 40 bits and the high 24 bits of its hash
  /// above, so that most misses are seen without touching the key.
  private var slots: [UInt64]

  private static let numberBits: UInt64 = 40
  private static let numberMask: UInt64 = (1 << numberBits) - 1
  private static let initialSlots = 16

  package init() { slots = Array(repeating: 0, count: Self.initialSlots) }

  package var count: Int { ends.count }

  /// The number of a key, which is added if it is new.
  package mutating func insert(_ key: Span<UInt8>) -> (number: Int, isNew: Bool) {
    insert(key, hash: FixedHash.hash(key))
  }

  /// The number of a key whose hash is known, which is added if it is new.
  package mutating func insert(_ key: Span<UInt8>, hash: UInt64) -> (number: Int, isNew: Bool) {
    let tag = hash & ~Self.numberMask
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while true {
      let entry = slots[slot]
      if entry == 0 { break }
      if entry & ~Self.numberMask == tag {
        let number = Int(entry & Self.numberMask) - 1
        if ByteOrder.areEqual(self.key(number), key) { return (number, false) }
      }
      slot = (slot + 1) & mask
    }
    let number = ends.count
    slots[slot] = tag | UInt64(number + 1)
    arena.append(copying: key)
    ends.append(arena.count)
    hashes.append(hash)
    // At most half full: chains stay short and a free slot always ends the search.
    if ends.count * 2 > slots.count { grow() }
    return (number, true)
  }

  /// The bytes of a key.
  @_lifetime(borrow self)
  package func key(_ number: Int) -> Span<UInt8> {
    arena.span.extracting((number == 0 ? 0 : ends[number - 1])..<ends[number])
  }

  /// The hash of a key.
  package func hash(_ number: Int) -> UInt64 { hashes[number] }

  private mutating func grow() {
    var wider = [UInt64](repeating: 0, count: slots.count * 2)
    let mask = wider.count - 1
    for number in hashes.indices {
      var slot = Int(truncatingIfNeeded: hashes[number]) & mask
      while wider[slot] != 0 { slot = (slot + 1) & mask }
      wider[slot] = (hashes[number] & ~Self.numberMask) | UInt64(number + 1)
    }
    slots = wider
  }

  /// Bytes of keys that are written as one counted string.
  private static let pieceSize = 16 << 20

  package func encode(into writer: inout ByteWriter) {
    writer.write(count: count)
    for number in 0..<count { writer.write(UInt32(key(number).count)) }
    for start in stride(from: 0, to: arena.count, by: Self.pieceSize) {
      writer.write(Array(arena[start..<min(start + Self.pieceSize, arena.count)]))
    }
  }

  /// Reads keys back under the same numbers. Keys that occur twice are refused.
  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    self.init()
    let count = try reader.readElementCount(size: 4)
    var lengths: [Int] = []
    lengths.reserveCapacity(count)
    var total = 0
    for _ in 0..<count {
      let length = Int(try reader.read(UInt32.self))
      lengths.append(length)
      total += length
    }
    guard total <= reader.remaining else { throw ByteCodingError("keys of \(total) bytes, \(reader.remaining) left") }
    var source: [UInt8] = []
    source.reserveCapacity(total)
    while source.count < total {
      let piece = try reader.readBytes()
      guard !piece.isEmpty, piece.count <= total - source.count else {
        throw ByteCodingError("the bytes of keys do not fit their lengths")
      }
      source.append(contentsOf: piece)
    }
    var start = 0
    for length in lengths {
      guard insert(source.span.extracting(start..<start + length)).isNew else {
        throw ByteCodingError("a key occurs twice")
      }
      start += length
    }
  }
}
