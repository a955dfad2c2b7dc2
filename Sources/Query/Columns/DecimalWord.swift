// Numbers of up to 16 characters read as one or two words, all characters at once and without a branch: the hottest
// arithmetic of the program. What it does not take is read by `NumberParser`.
//
// The last character of a text lands in the highest byte of the word, so that the places of all digits are known; bytes
// before the text are made zeros. XOR with "0" turns digits into their values 0...9, and "." into 0x1E. No other byte but
// 0x10...0x1F, 0x30...0x3F and so on has bit 4 set then, which finds the point; that it is one is checked, and so is that
// every other byte is a digit. The digits before the point then move up by one place, and three multiplications add
// pairs, fours and eights (the method of Johnny Lee's "fast numeric string to int", 2016, and of simdjson).

/// What the words of a text are as a number.
struct DecimalWord {
  /// The digits as one integer, without the sign; 0 where there are no characters. Meaningless where `flaws` is not 0.
  var magnitude: UInt64
  /// Fraction digits.
  var scale: UInt64
  /// 0 for a number; also no characters have flaws.
  var flaws: UInt64

  private static let zeros: UInt64 = 0x3030_3030_3030_3030
  private static let pointBits: UInt64 = 0x1010_1010_1010_1010

  /// Reads the last `count` of 8 characters, `count` at most 8.
  @inline(__always)
  init(_ word: UInt64, count: Int) {
    // Two half shifts, because one by 64 would be none.
    let half = UInt64(truncatingIfNeeded: 32 &- 4 &* count)
    let kept = (UInt64.max &<< half) &<< half
    let text = (word ^ Self.zeros) & kept
    let candidates = text & Self.pointBits
    // 1 in the byte of the point, or 0 where there is none; then all bytes below are 0xFF in `before`.
    let unit = (candidates & (0 &- candidates)) &>> 4
    let before = unit &- 1
    let pointByte = (unit &<< 8) &- unit
    let shift: UInt64 = unit == 0 ? 0 : 8
    let digits = (text & before) &<< shift | text & ~(before | pointByte)
    magnitude = Self.value(digits)
    // Behind a point stand 7 minus its place; no point counts as one in the last place, where none may be.
    scale = 7 &- UInt64(truncatingIfNeeded: (unit | 1 &<< 56).trailingZeroBitCount) &>> 3
    flaws =
      Self.foreign(digits) | (text & pointByte) ^ (unit &* 0x1E) | unit &>> 56 | (before & kept == 0 ? 1 : 0)
  }

  /// Reads the last `count` of 16 characters, `count` 9 through 16: `high` holds the last 8, `low` those before.
  @inline(__always)
  init(low: UInt64, high: UInt64, count: Int) {
    let kept = UInt64.max &<< UInt64(truncatingIfNeeded: 128 &- 8 &* count)
    let lowText = (low ^ Self.zeros) & kept
    let highText = high ^ Self.zeros
    let lowCandidates = lowText & Self.pointBits
    let highCandidates = lowCandidates == 0 ? highText & Self.pointBits : 0
    let lowUnit = (lowCandidates & (0 &- lowCandidates)) &>> 4
    let highUnit = (highCandidates & (0 &- highCandidates)) &>> 4
    let lowBefore = lowUnit &- 1
    // Nothing of the high word moves where the point is in the low one.
    let highBefore = lowUnit == 0 ? highUnit &- 1 : 0
    let lowPoint = (lowUnit &<< 8) &- lowUnit
    let highPoint = (highUnit &<< 8) &- highUnit
    let hasPoint = lowUnit | highUnit != 0
    let shift: UInt64 = hasPoint ? 8 : 0
    let carried = highUnit == 0 ? 0 : lowText &>> 56
    let lowDigits = (lowText & lowBefore) &<< shift | lowText & ~(lowBefore | lowPoint)
    let highDigits = (highText & highBefore) &<< shift | carried | highText & ~(highBefore | highPoint)
    magnitude = Self.value(lowDigits) &* 100_000_000 &+ Self.value(highDigits)
    let lowPlace = UInt64(truncatingIfNeeded: lowUnit.trailingZeroBitCount) &>> 3
    let highPlace = UInt64(truncatingIfNeeded: (highUnit | 1 &<< 56).trailingZeroBitCount) &>> 3
    scale = lowUnit == 0 ? 7 &- highPlace : 15 &- lowPlace
    flaws =
      Self.foreign(lowDigits) | Self.foreign(highDigits) | (lowText & lowPoint) ^ (lowUnit &* 0x1E)
      | (highText & highPoint) ^ (highUnit &* 0x1E) | highUnit &>> 56 | (lowBefore & kept == 0 ? 1 : 0)
  }

  /// Not 0 where a byte is above 9.
  @inline(__always)
  private static func foreign(_ digits: UInt64) -> UInt64 {
    // A carry out of a byte comes only from one that is above 9 itself.
    ((digits &+ 0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080
  }

  /// The number of 8 digits, the first in the lowest byte.
  @inline(__always)
  private static func value(_ digits: UInt64) -> UInt64 {
    let pairs = digits &* 10 &+ digits &>> 8
    let odd = (pairs & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
    let even = (pairs &>> 16 & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
    return (odd &+ even) &>> 32
  }
}
