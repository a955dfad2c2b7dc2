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
}
