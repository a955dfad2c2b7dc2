// Division of big integers, and the decimal digits that it yields.

extension BigInteger {
  /// Quotient toward zero, and the remainder, which has the sign of the dividend. Division by zero, which no caller
  /// does, gives a quotient of 0 and the dividend as the remainder.
  package func dividedWithRemainder(by divisor: BigInteger) -> (quotient: BigInteger, remainder: BigInteger) {
    if divisor.limbs.count <= 1 {
      guard let limb = divisor.limbs.first else { return (.zero, self) }
      let (quotient, remainder) = BigInteger.divide(limbs, by: limb)
      return (
        BigInteger(limbs: quotient, isNegative: isNegative != divisor.isNegative),
        BigInteger(limbs: [remainder], isNegative: isNegative)
      )
    }
    if limbs.count < divisor.limbs.count { return (.zero, self) }
    let (quotient, remainder) = BigInteger.divide(limbs, by: divisor.limbs)
    return (
      BigInteger(limbs: quotient, isNegative: isNegative != divisor.isNegative),
      BigInteger(limbs: remainder, isNegative: isNegative)
    )
  }

  /// Decimal digits of the magnitude, as ASCII, without leading zeros; `0` for 0.
  package var digits: [UInt8] {
    // 10^19 is the largest power of ten below 2^64.
    let base: UInt64 = 10_000_000_000_000_000_000
    var groups: [UInt64] = []
    var rest = limbs
    while !rest.isEmpty {
      let (quotient, remainder) = BigInteger.divide(rest, by: base)
      groups.append(remainder)
      rest = quotient
      while rest.last == 0 { rest.removeLast() }
    }
    guard let first = groups.last else { return [UInt8(ascii: "0")] }
    var digits = Array(String(first).utf8)
    for group in groups.dropLast().reversed() {
      let text = String(group).utf8
      digits.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 19 - text.count))
      digits.append(contentsOf: text)
    }
    return digits
  }

  /// Division by one limb that is not 0.
  private static func divide(_ dividend: [UInt64], by divisor: UInt64) -> (quotient: [UInt64], remainder: UInt64) {
    var quotient = dividend
    var remainder: UInt64 = 0
    for index in dividend.indices.reversed() {
      // The remainder is below the divisor, so the quotient fits one limb.
      (quotient[index], remainder) = divisor.dividingFullWidth((remainder, dividend[index]))
    }
    return (quotient, remainder)
  }

  /// Knuth, The Art of Computer Programming, volume 2, algorithm 4.3.1 D. The divisor has at least two limbs and the
  /// dividend at least as many.
  private static func divide(_ dividend: [UInt64], by divisor: [UInt64]) -> (quotient: [UInt64], remainder: [UInt64]) {
    let size = divisor.count
    let shift = divisor[size - 1].leadingZeroBitCount
    // D1: the divisor's top bit is set, so that an estimated quotient digit is at most 2 too large.
    let low = BigInteger(limbs: divisor, isNegative: false).shiftedLeft(by: shift).limbs
    var rest = BigInteger(limbs: dividend, isNegative: false).shiftedLeft(by: shift).limbs
    while rest.count <= dividend.count { rest.append(0) }
    let top = low[size - 1]
    let second = low[size - 2]
    var quotient = [UInt64](repeating: 0, count: rest.count - size)
    for position in quotient.indices.reversed() {
      // D3: estimate the digit from the top two limbs of the rest and the top limb of the divisor.
      let high = rest[position + size]
      var digit = UInt64.max
      var remainder: UInt64
      var hasCarry: Bool
      if high < top {
        (digit, remainder) = top.dividingFullWidth((high, rest[position + size - 1]))
        hasCarry = false
      } else {
        (remainder, hasCarry) = rest[position + size - 1].addingReportingOverflow(top)
      }
      while !hasCarry {
        let estimate = UInt128(digit) * UInt128(second)
        if estimate <= UInt128(remainder) << 64 | UInt128(rest[position + size - 2]) { break }
        digit &-= 1
        (remainder, hasCarry) = remainder.addingReportingOverflow(top)
      }
      // D4: take digit x divisor off the rest.
      var carry: UInt64 = 0
      var borrow: UInt64 = 0
      for index in 0..<size {
        let product = UInt128(digit) * UInt128(low[index]) + UInt128(carry)
        carry = UInt64(truncatingIfNeeded: product >> 64)
        let (first, under) = rest[position + index].subtractingReportingOverflow(UInt64(truncatingIfNeeded: product))
        let (next, underAgain) = first.subtractingReportingOverflow(borrow)
        rest[position + index] = next
        borrow = under || underAgain ? 1 : 0
      }
      let (first, under) = high.subtractingReportingOverflow(carry)
      let (next, underAgain) = first.subtractingReportingOverflow(borrow)
      rest[position + size] = next
      if under || underAgain {
        // D6: it was one too many; add the divisor back.
        digit &-= 1
        var added: UInt64 = 0
        for index in 0..<size {
          let sum = UInt128(rest[position + index]) + UInt128(low[index]) + UInt128(added)
          rest[position + index] = UInt64(truncatingIfNeeded: sum)
          added = UInt64(truncatingIfNeeded: sum >> 64)
        }
        rest[position + size] &+= added
      }
      quotient[position] = digit
    }
    let remainder = BigInteger(limbs: Array(rest[0..<size]), isNegative: false).shiftedRight(by: shift)
    return (quotient, remainder.limbs)
  }
}

extension BigInteger: CustomStringConvertible {
  package var description: String { (isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self) }
}
