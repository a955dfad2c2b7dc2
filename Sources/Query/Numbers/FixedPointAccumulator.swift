// An exact running sum of integers times powers of two: what doubles go to, and decimal sums that outgrow 128 bits.
// Adding costs three 64-bit additions and never a carry chain; carries are settled once in a billion additions.
//
// Whoever changes this: the bound on `pending` and the widths in `add` belong together.

import CSV

/// A signed fixed-point number that is as wide as the values added to it need. After Kulisch's long accumulator, with
/// the carry-save digits of Neal, "Fast exact summation using small and large superaccumulators" (2015), and a window of
/// digits that grows instead of the full range of the doubles.
struct FixedPointAccumulator: Sendable {
  /// Digits in base 2^32, least first. Settled, all but the last are in 0 ..< 2^32 and the last, which bears the sign, is
  /// within -2^32 ..< 2^32; between, each addition moves a digit by less than 2^32.
  private var digits: [Int64] = []
  /// The weight of the first digit is 2^(32 x first).
  private var first: Int32 = 0
  /// Additions since the carries were settled: at most 2^30, so that no digit leaves +-2^63.
  private var pending: Int32 = 0

  private static let pendingLimit: Int32 = 1 << 30
  /// No value that is added (squares of doubles included) and no sum of 2^64 of them reaches outside these digits.
  private static let digitRange = -80...96

  init() {}

  /// Adds +-`magnitude` x 2^`exponent`.
  mutating func add(_ magnitude: UInt64, isNegative: Bool, exponent: Int) {
    if magnitude == 0 { return }
    let place = exponent >> 5
    cover(place)
    // 64 + 31 bits: three digits.
    let wide = UInt128(magnitude) << UInt128(exponent & 31)
    let low = Int64(truncatingIfNeeded: wide & 0xffff_ffff)
    let middle = Int64(truncatingIfNeeded: (wide >> 32) & 0xffff_ffff)
    let high = Int64(truncatingIfNeeded: wide >> 64)
    let index = place - Int(first)
    if isNegative {
      digits[index] &-= low
      digits[index + 1] &-= middle
      digits[index + 2] &-= high
    } else {
      digits[index] &+= low
      digits[index + 1] &+= middle
      digits[index + 2] &+= high
    }
    pending += 1
    if pending >= FixedPointAccumulator.pendingLimit { settle() }
  }

  /// Adds +-`magnitude` x 2^`exponent`.
  mutating func add(_ magnitude: UInt128, isNegative: Bool, exponent: Int) {
    add(UInt64(truncatingIfNeeded: magnitude), isNegative: isNegative, exponent: exponent)
    add(UInt64(truncatingIfNeeded: magnitude >> 64), isNegative: isNegative, exponent: exponent + 64)
  }

  /// Adds +-`magnitude` x 2^`exponent` so many times.
  mutating func add(_ magnitude: UInt128, times: UInt64, isNegative: Bool, exponent: Int) {
    let times = UInt128(times)
    // The halves have 64 bits each, and so each product fits.
    add((magnitude & UInt128(UInt64.max)) * times, isNegative: isNegative, exponent: exponent)
    add((magnitude >> 64) * times, isNegative: isNegative, exponent: exponent + 64)
  }

  /// Adds a finite double.
  mutating func add(_ double: Double) {
    let (significand, exponent) = double.integerParts
    add(UInt64(bitPattern: significand), isNegative: double < 0, exponent: exponent)
  }

  /// Adds a finite double so many times.
  mutating func add(_ double: Double, times: UInt64) {
    let (significand, exponent) = double.integerParts
    add(UInt128(UInt64(bitPattern: significand)), times: times, isNegative: double < 0, exponent: exponent)
  }

  /// Adds the square of a finite double.
  mutating func addSquare(of double: Double) {
    let (significand, exponent) = double.integerParts
    let root = UInt128(UInt64(bitPattern: significand))
    add(root * root, isNegative: false, exponent: 2 * exponent)
  }

  /// Adds the square of a finite double so many times.
  mutating func addSquare(of double: Double, times: UInt64) {
    let (significand, exponent) = double.integerParts
    let root = UInt128(UInt64(bitPattern: significand))
    add(root * root, times: times, isNegative: false, exponent: 2 * exponent)
  }

  /// Adds another sum.
  mutating func merge(_ other: FixedPointAccumulator) {
    if other.digits.isEmpty { return }
    var other = other
    other.settle()
    settle()
    cover(Int(other.first))
    cover(Int(other.first) + max(0, other.digits.count - 3))
    let offset = Int(other.first) - Int(first)
    for index in other.digits.indices { digits[offset + index] &+= other.digits[index] }
    pending = 2
  }

  /// The sum as an integer times 2^`exponent`.
  var value: (integer: BigInteger, exponent: Int) {
    var settled = self
    settled.settle()
    let isNegative = (settled.digits.last ?? 0) < 0
    if isNegative {
      for index in settled.digits.indices { settled.digits[index] = 0 &- settled.digits[index] }
      settled.settle()
    }
    let digits = settled.digits
    var limbs: [UInt64] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      let high = index + 1 < digits.count ? UInt64(bitPattern: digits[index + 1]) << 32 : 0
      limbs.append(UInt64(bitPattern: digits[index]) | high)
    }
    return (BigInteger(limbs: limbs, isNegative: isNegative), Int(first) * 32)
  }

  /// Makes the window hold the digits `place` through `place` + 2.
  private mutating func cover(_ place: Int) {
    if digits.isEmpty {
      first = Int32(truncatingIfNeeded: place)
      digits = [0, 0, 0]
      return
    }
    if place < Int(first) {
      digits.insert(contentsOf: repeatElement(0, count: Int(first) - place), at: 0)
      first = Int32(truncatingIfNeeded: place)
    }
    let missing = place + 3 - Int(first) - digits.count
    if missing > 0 {
      // The last digit bears the sign; among others it must be a plain one, which it is: digits are signed.
      digits.append(contentsOf: repeatElement(0, count: missing))
    }
  }

  /// Moves what does not fit a digit on to the next one.
  private mutating func settle() {
    pending = 0
    if digits.isEmpty { return }
    var carry: Int64 = 0
    for index in 0..<digits.count - 1 {
      let digit = digits[index] &+ carry
      digits[index] = digit & 0xffff_ffff
      carry = digit >> 32
    }
    let last = digits[digits.count - 1] &+ carry
    if last >> 32 == 0 || last >> 32 == -1 {
      digits[digits.count - 1] = last
    } else {
      digits[digits.count - 1] = last & 0xffff_ffff
      digits.append(last >> 32)
    }
  }

  func encode(into writer: inout ByteWriter) {
    var settled = self
    settled.settle()
    writer.write(UInt16(truncatingIfNeeded: settled.digits.count))
    writer.write(Int16(truncatingIfNeeded: settled.first))
    for digit in settled.digits.dropLast() { writer.write(UInt32(truncatingIfNeeded: digit)) }
    if let last = settled.digits.last { writer.write(last) }
  }

  init(from reader: inout ByteReader) throws(ByteCodingError) {
    let count = Int(try reader.read(UInt16.self))
    let place = Int(try reader.read(Int16.self))
    let range = FixedPointAccumulator.digitRange
    guard range.contains(place), place + count <= range.upperBound + 1 else {
      throw ByteCodingError("a sum has \(count) digits from \(place)")
    }
    first = Int32(truncatingIfNeeded: place)
    if count == 0 { return }
    digits.reserveCapacity(count)
    for _ in 1..<count { digits.append(Int64(try reader.read(UInt32.self))) }
    let last = try reader.read(Int64.self)
    guard last >> 32 == 0 || last >> 32 == -1 else { throw ByteCodingError("a sum's last digit is \(last)") }
    digits.append(last)
  }
}
