// Integers without a size limit. Sums are finished with them; nothing that happens once per row uses them unless the
// numbers are hostile, so clarity comes before speed. Nothing here traps.

/// A signed integer of any size: sign and magnitude.
package struct BigInteger: Equatable, Sendable {
  /// The magnitude in base 2^64, least first, without leading (that is, last) zeros; empty for 0.
  private(set) var limbs: [UInt64]
  /// Never set for 0.
  package private(set) var isNegative: Bool

  package static let zero = BigInteger(limbs: [], isNegative: false)

  /// The integer of a magnitude (base 2^64, least first; zeros at the end are dropped) and a sign.
  init(limbs: [UInt64], isNegative: Bool) {
    var limbs = limbs
    while limbs.last == 0 { limbs.removeLast() }
    self.limbs = limbs
    self.isNegative = isNegative && !limbs.isEmpty
  }

  package init(_ value: Int128) {
    let magnitude = value.magnitude
    self.init(
      limbs: [UInt64(truncatingIfNeeded: magnitude), UInt64(truncatingIfNeeded: magnitude >> 64)],
      isNegative: value < 0)
  }

  package init(_ value: Int) { self.init(Int128(value)) }

  package var isZero: Bool { limbs.isEmpty }

  /// Bits of the magnitude; 0 for 0.
  package var bitWidth: Int {
    guard let top = limbs.last else { return 0 }
    return limbs.count * 64 - top.leadingZeroBitCount
  }

  package var magnitude: BigInteger { BigInteger(limbs: limbs, isNegative: false) }

  /// The low 128 bits of the magnitude.
  var lowMagnitude: UInt128 {
    let low = limbs.first.map { UInt128($0) } ?? 0
    return limbs.count > 1 ? low | UInt128(limbs[1]) << 64 : low
  }

  /// The integer, where an `Int128` holds it.
  package var small: Int128? {
    let magnitude = lowMagnitude
    guard bitWidth <= 128, magnitude <= (isNegative ? Int128.min : Int128.max).magnitude else { return nil }
    return Int128(truncatingIfNeeded: isNegative ? 0 &- magnitude : magnitude)
  }

  /// 10^`exponent`; 1 for a negative exponent.
  package static func powerOfTen(_ exponent: Int) -> BigInteger {
    if let small = PowerOfTen.integer(max(0, exponent)) { return BigInteger(small) }
    let half = powerOfTen(exponent / 2)
    return exponent.isMultiple(of: 2) ? half * half : half * half * BigInteger(10)
  }

  package static prefix func - (operand: BigInteger) -> BigInteger {
    BigInteger(limbs: operand.limbs, isNegative: !operand.isNegative)
  }

  package static func + (left: BigInteger, right: BigInteger) -> BigInteger {
    if left.isNegative == right.isNegative {
      return BigInteger(limbs: sum(left.limbs, right.limbs), isNegative: left.isNegative)
    }
    // Opposite signs: the smaller magnitude off the larger.
    if compareMagnitudes(left.limbs, right.limbs) >= 0 {
      return BigInteger(limbs: difference(left.limbs, right.limbs), isNegative: left.isNegative)
    }
    return BigInteger(limbs: difference(right.limbs, left.limbs), isNegative: right.isNegative)
  }

  package static func - (left: BigInteger, right: BigInteger) -> BigInteger { left + -right }

  package static func * (left: BigInteger, right: BigInteger) -> BigInteger {
    if left.isZero || right.isZero { return .zero }
    var product = [UInt64](repeating: 0, count: left.limbs.count + right.limbs.count)
    for (offset, factor) in left.limbs.enumerated() {
      var carry: UInt64 = 0
      for index in right.limbs.indices {
        // (2^64-1)^2 + 2 (2^64-1) = 2^128 - 1: the carry fits. In debug builds this is faster than `UInt128`, by which
        // the tests would take seconds longer.
        let (high, low) = factor.multipliedFullWidth(by: right.limbs[index])
        let (first, over) = low.addingReportingOverflow(product[offset + index])
        let (second, overAgain) = first.addingReportingOverflow(carry)
        product[offset + index] = second
        carry = high &+ (over ? 1 : 0) &+ (overAgain ? 1 : 0)
      }
      product[offset + right.limbs.count] = carry
    }
    return BigInteger(limbs: product, isNegative: left.isNegative != right.isNegative)
  }

  /// The integer x 2^`count`, `count` not negative.
  package func shiftedLeft(by count: Int) -> BigInteger {
    if count <= 0 || isZero { return self }
    let shift = UInt64(count % 64)
    var shifted = [UInt64](repeating: 0, count: count / 64)
    var carry: UInt64 = 0
    for limb in limbs {
      shifted.append(limb << shift | carry)
      carry = shift == 0 ? 0 : limb >> (64 - shift)
    }
    shifted.append(carry)
    return BigInteger(limbs: shifted, isNegative: isNegative)
  }

  /// The integer / 2^`count`, toward zero, `count` not negative.
  package func shiftedRight(by count: Int) -> BigInteger {
    if count <= 0 { return self }
    let dropped = count / 64
    guard dropped < limbs.count else { return .zero }
    let shift = UInt64(count % 64)
    var shifted: [UInt64] = []
    for index in dropped..<limbs.count {
      let next = index + 1 < limbs.count && shift > 0 ? limbs[index + 1] << (64 - shift) : 0
      shifted.append(limbs[index] >> shift | next)
    }
    return BigInteger(limbs: shifted, isNegative: isNegative)
  }

  private static func sum(_ left: [UInt64], _ right: [UInt64]) -> [UInt64] {
    let (long, short) = left.count >= right.count ? (left, right) : (right, left)
    var result = long
    var carry: UInt64 = 0
    for index in long.indices {
      if index >= short.count && carry == 0 { break }
      let wide = UInt128(long[index]) + UInt128(index < short.count ? short[index] : 0) + UInt128(carry)
      result[index] = UInt64(truncatingIfNeeded: wide)
      carry = UInt64(truncatingIfNeeded: wide >> 64)
    }
    if carry > 0 { result.append(carry) }
    return result
  }

  /// `large` - `small`, where `large` is not the smaller one.
  private static func difference(_ large: [UInt64], _ small: [UInt64]) -> [UInt64] {
    var result = large
    var borrow: UInt64 = 0
    for index in large.indices {
      if index >= small.count && borrow == 0 { break }
      let (first, under) = large[index].subtractingReportingOverflow(index < small.count ? small[index] : 0)
      let (second, underAgain) = first.subtractingReportingOverflow(borrow)
      result[index] = second
      borrow = under || underAgain ? 1 : 0
    }
    return result
  }

  private static func compareMagnitudes(_ left: [UInt64], _ right: [UInt64]) -> Int {
    if left.count != right.count { return left.count < right.count ? -1 : 1 }
    for index in left.indices.reversed() where left[index] != right[index] {
      return left[index] < right[index] ? -1 : 1
    }
    return 0
  }
}

extension BigInteger: Comparable {
  package static func < (left: BigInteger, right: BigInteger) -> Bool {
    if left.isNegative != right.isNegative { return left.isNegative }
    let order = compareMagnitudes(left.limbs, right.limbs)
    return left.isNegative ? order > 0 : order < 0
  }
}
