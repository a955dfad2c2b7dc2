// The random numbers of the generated data. Written here because the system's generator takes no seed, and the bytes
// that a seed gives must never change.

/// A stream of pseudo-random numbers: xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number
/// generators", 2018), its state filled from the seed by splitmix64 as its authors advise.
package struct RandomSource: Sendable {
  private var a, b, c, d: UInt64

  package init(seed: UInt64) {
    var counter = seed
    func splitmix() -> UInt64 {
      counter &+= 0x9E37_79B9_7F4A_7C15
      var mixed = counter
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
    a = splitmix()
    b = splitmix()
    c = splitmix()
    d = splitmix()
  }

  /// The next 64 bits.
  @inline(__always)
  package mutating func next() -> UInt64 {
    let product = b &* 5
    let result = ((product << 7) | (product >> 57)) &* 9
    let shifted = b << 17
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << 45) | (d >> 19)
    return result
  }

  /// A number in 0..<bound, each equally likely to within bound / 2^64.
  @inline(__always)
  package mutating func below(_ bound: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// True in `count` of `total` cases.
  @inline(__always)
  package mutating func chance(_ count: Int, in total: Int) -> Bool { below(total) < count }

  /// A number from a bell curve with mean 0 and standard deviation 65,536, never beyond 6 deviations.
  ///
  /// The sum of twelve 16-bit numbers less its mean; its variance is (65,536^2 - 1), and by the central limit theorem
  /// it is close to normal. Integers alone, so no machine rounds it otherwise.
  @inline(__always)
  package mutating func bell() -> Int {
    var lanes: UInt64 = 0
    for _ in 0..<3 {
      let bits = next()
      lanes &+= (bits & 0x0000_FFFF_0000_FFFF) &+ ((bits >> 16) & 0x0000_FFFF_0000_FFFF)
    }
    return Int((lanes & 0xFFFF_FFFF) &+ (lanes >> 32)) - 393_210
  }
}
