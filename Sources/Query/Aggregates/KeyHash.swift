// The hash of group keys in memory: keyed anew in every process, so that nobody can prepare input whose keys all
// collide. Nothing that is printed or sent depends on it.

/// A keyed 64-bit hash of words, after wyhash (Wang Yi, https://github.com/wangyi-fudan/wyhash): one 64 x 64 -> 128 bit
/// multiplication a step, its halves folded together.
enum KeyHash {
  /// Two secrets, the same for all tables of this process, so that equal keys fall into equal partitions.
  static let secrets: (UInt64, UInt64) = {
    var generator = SystemRandomNumberGenerator()
    return (generator.next(), generator.next())
  }()

  @inline(__always)
  static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }

  // Slots are chosen by the upper bits of a hash, which the entries in them keep: a table of twice the slots is filled
  // from the entries alone, both in order, instead of from keys all over the memory.

  /// How far to shift a hash to the right for a slot among so many, a power of two of at least 2.
  @inline(__always)
  static func shift(slots: Int) -> UInt64 { UInt64(slots.leadingZeroBitCount + 1) }

  /// What a slot holds of a key: the upper half of its hash above its number + 1. A free slot holds 0.
  @inline(__always)
  static func entry(_ hash: UInt64, number: Int) -> UInt64 { hash & ~0xFFFF_FFFF | UInt64(number + 1) }

  /// The entries of a table among more slots.
  static func widen(_ slots: [UInt64], to size: Int) -> [UInt64] {
    let (shift, mask) = (shift(slots: size), size - 1)
    var wider = [UInt64](repeating: 0, count: size)
    wider.withUnsafeMutableBufferPointer { wider in
      for entry in slots where entry != 0 {
        var slot = Int(truncatingIfNeeded: entry &>> shift)
        while wider[slot] != 0 { slot = (slot &+ 1) & mask }
        wider[slot] = entry
      }
    }
    return wider
  }
}
