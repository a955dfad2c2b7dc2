// The set of characters that one place of a pattern accepts: ranges of what `CodePoint.next` gives, so that bytes that
// are not UTF-8 can be in it.

/// A set of code points and invalid bytes.
struct ScalarSet: Equatable, Sendable {
  /// In order, neither touching nor overlapping.
  private(set) var ranges: [ClosedRange<UInt32>]
  /// The ASCII part again, a bit a character.
  private let ascii: (low: UInt64, high: UInt64)

  init(_ unordered: [ClosedRange<UInt32>]) {
    var merged: [ClosedRange<UInt32>] = []
    for range in unordered.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, range.lowerBound <= last.upperBound + 1 {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    ranges = merged
    var bits: (low: UInt64, high: UInt64) = (0, 0)
    for range in merged where range.lowerBound < 128 {
      for scalar in range.lowerBound...min(range.upperBound, 127) {
        if scalar < 64 { bits.low |= 1 << UInt64(scalar) } else { bits.high |= 1 << UInt64(scalar - 64) }
      }
    }
    ascii = bits
  }

  init(_ scalar: Unicode.Scalar) { self.init([scalar.value...scalar.value]) }

  static func == (left: ScalarSet, right: ScalarSet) -> Bool { left.ranges == right.ranges }

  static let digits = ScalarSet([0x30...0x39])
  static let wordCharacters = ScalarSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
  /// Space, tab, line feed, carriage return, form feed, vertical tab.
  static let spaces = ScalarSet([0x09...0x0D, 0x20...0x20])
  static let everything = ScalarSet([0...CodePoint.last])
  static let everythingButLineFeed = ScalarSet([0...0x09, 0x0B...CodePoint.last])

  /// Everything that is not in the set.
  var inverted: ScalarSet {
    var gaps: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges {
      if range.lowerBound > next { gaps.append(next...range.lowerBound - 1) }
      next = range.upperBound + 1
    }
    if next <= CodePoint.last { gaps.append(next...CodePoint.last) }
    return ScalarSet(gaps)
  }

  /// The set with the other case of every ASCII letter in it.
  var withBothCases: ScalarSet {
    var both = ranges
    for letter in UInt32(0x41)...0x5A {
      if contains(letter) { both.append(letter + 0x20...letter + 0x20) }
      if contains(letter + 0x20) { both.append(letter...letter) }
    }
    return ScalarSet(both)
  }

  @inline(__always)
  func contains(_ scalar: UInt32) -> Bool {
    if scalar < 64 { return ascii.low >> UInt64(scalar) & 1 == 1 }
    if scalar < 128 { return ascii.high >> UInt64(scalar - 64) & 1 == 1 }
    return containsWide(scalar)
  }

  private func containsWide(_ scalar: UInt32) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < scalar { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].lowerBound <= scalar
  }

  /// Whether a byte is an ASCII letter, digit or underscore: what `\b` tells apart.
  static func isWordByte(_ byte: UInt8) -> Bool { byte < 128 && wordCharacters.contains(UInt32(byte)) }
}
